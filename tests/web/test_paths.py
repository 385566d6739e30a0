"""Paths with slashes too many get the same response as those without."""

from http import HTTPStatus

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken

from apps.users.models import User, UserPreference
from osmsite.paths import tidied

from .test_elements import read

pytestmark = pytest.mark.django_db

API = [
    "/api/versions",
    "/api/0.6/capabilities.json",
    "/api/0.6/map?bbox=9.4,47,9.6,47.2",
    "/api/0.6/node/1",
    "/api/0.6/node/1/history.json",
    "/api/0.6/changesets?user=11",
    "/api/0.6/notes?bbox=9,47,10,48",
    "/api/0.6/user/11",
    "/api/0.6/trackpoints?bbox=9.4,47,9.6,47.2",
    "/api/0.6/nothing",
]
PAGES = [
    "/node/1",
    "/user/anna",
    "/user/anna/history",
    "/history/feed",
    "/about",
    "/export",
    "/help/api",
    "/login",
    "/go/wBz3--",
    "/account",
    "/user/anna/edits",
    "/oauth2/authorize?client_id=x",
    "/oauth2/token/info",
    "/oauth2/discovery/keys",
    "/.well-known/openid-configuration",
    "/coverage.json",
    "/robots.txt",
    "/no/such/page",
]


def variants(path: str) -> list[str]:
    bare, mark, query = path.partition("?")
    return [
        f"{form}{mark}{query}" for form in (f"{bare}/", f"/{bare}", bare.replace("/", "//"), f"{bare}///")
    ]


@pytest.mark.parametrize("path", [*API, *PAGES])
def test_superfluous_slashes_do_not_matter(client: Client, village: None, path: str) -> None:
    expected = client.get(path)
    for variant in variants(path):
        # The test client would take `//user` for a host.
        found = client.get("/", PATH_INFO=variant.partition("?")[0], QUERY_STRING=variant.partition("?")[2])
        assert found.status_code == expected.status_code, variant
        assert found.get("Location") == expected.get("Location"), variant
        assert found.get("Content-Type") == expected.get("Content-Type"), variant


def test_a_body_arrives_however_the_path_is_written(alice: User) -> None:
    AccessToken.objects.create(user=alice, token="secret", scope="write_api", expires="2999-01-01T00:00:00Z")
    for path in ("/api/0.6/changeset/create/", "//api/0.6//changeset/create"):
        response = Client().generic(
            "PUT",
            "/",
            "<osm><changeset/></osm>",
            PATH_INFO=path,
            headers={"Authorization": "Bearer secret"},
        )
        assert (response.status_code, response.content.isdigit()) == (HTTPStatus.OK, True)


def test_forms_are_protected_and_saved_however_the_path_is_written(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    fields = {"preferred_editor": "remote"}
    assert client.post("/preferences/basic/", fields).status_code == HTTPStatus.FORBIDDEN
    client.get("/preferences/basic/")
    token = client.cookies["csrftoken"].value
    response = client.post("/preferences//basic", fields | {"csrfmiddlewaretoken": token})
    assert response["Location"] == "/preferences/basic"
    alice.refresh_from_db()
    assert alice.preferred_editor == "remote"


def test_no_path_leads_to_another_site(client: Client) -> None:
    for path in ("//evil.example", "//evil.example/", "///evil.example//", "//evil.example/index.html/"):
        response = client.get("/", PATH_INFO=path, QUERY_STRING="lat=1&lon=2")
        assert response.status_code == HTTPStatus.NOT_FOUND
    response = client.get("/", PATH_INFO="//edit//", QUERY_STRING="lat=1&lon=2")
    assert response["Location"] == "/edit#map=5/1.0/2.0"


def test_a_page_leads_back_to_itself_after_the_log_in(client: Client) -> None:
    assert client.get("/account//?a=/")["Location"] == "/login?referer=%2Faccount%3Fa%3D%2F"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/"),
        ("//", "/"),
        ("/api/0.6//map", "/api/0.6/map"),
        ("/static/css//map.css", "/static/css//map.css"),
        ("/static/", "/static/"),
        ("//api/0.6/user/preferences//a//b/", "/api/0.6/user/preferences/a//b"),
        ("/api/0.6/user/preferences/", "/api/0.6/user/preferences"),
        ("/api/0.6//user/preferences.json/", "/api/0.6/user/preferences.json"),
        ("/" * 100_000, "/"),
        ("/api" + "/" * 100_000 + "x", "/api/x"),
    ],
)
def test_paths_are_tidied(path: str, expected: str) -> None:
    assert tidied(path) == expected


def test_slashes_within_the_key_of_a_preference_are_kept(alice: User) -> None:
    AccessToken.objects.create(
        user=alice, token="secret", scope="read_prefs write_prefs", expires="2999-01-01T00:00:00Z"
    )
    headers = {"Authorization": "Bearer secret"}
    client = Client()
    for path in ("a//b", "a/b", "c/"):
        client.put(f"/api/0.6/user/preferences/{path}", path, content_type="text/plain", headers=headers)
    stored = dict(UserPreference.objects.values_list("k", "v"))
    assert stored == {"a//b": "a//b", "a/b": "a/b", "c": "c/"}
    assert client.get("/api/0.6/user/preferences/c/", headers=headers).content == b"c/"
    assert client.get("/api/0.6/user/preferences/a//b/", headers=headers).content == b"a//b"


def test_an_imported_name_may_contain_slashes_in_a_row_or_end_in_one(client: Client, village: None) -> None:
    User.objects.filter(display_name="anna").update(display_name="bert/")
    assert client.get("/user/bert").status_code == HTTPStatus.OK
    # The web server decodes `%2F`, and links of other sites contain it.
    assert client.get("/user/bert%2F")["Location"] == "/user/bert%252F"
    assert "<bdi>bert/</bdi>" in read(client, "/user/bert%252F")
    assert "<bdi>bert/</bdi>" in read(client, "/user/bert%252F/history/")
    User.objects.filter(display_name="bert/").update(display_name="a//b")
    assert client.get("/user/a%2F%2Fb")["Location"] == "/user/a%252F%252Fb"
    assert "<bdi>a//b</bdi>" in read(client, "/user/a%252F%252Fb/")
    assert client.get("/user/a/b").status_code == HTTPStatus.NOT_FOUND


def test_pages_are_found_however_their_path_is_written_during_maintenance(
    village: None, settings: object
) -> None:
    settings.STATUS = "database_offline"  # type: ignore[attr-defined]
    client = Client()
    assert client.get("/about//").status_code == HTTPStatus.OK
    assert client.get("/node//1/")["Location"] == "/offline"
