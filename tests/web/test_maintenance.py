"""Pages during maintenance."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.moderation.models import Redaction
from apps.osm.errors import OfflineError
from apps.users.models import User
from tests.conftest import PASSWORD

from .test_elements import read, text_of

pytestmark = pytest.mark.django_db
MAP_DATA = [
    "/node/1",
    "/way/1/history",
    "/node/1/history/1",
    "/changeset/1",
    "/history",
    "/user/anna/history",
]
TEXTS = ["/", "/about", "/about/de", "/copyright", "/help", "/export", "/offline", "/404"]
FORMS = ["/login", "/user/new", "/user/forgot-password", "/redactions/new", "/oauth2/applications/new"]
NOTICE = "for maintenance:"


@pytest.fixture
def mode(request: pytest.FixtureRequest, settings: object) -> str:
    settings.STATUS = request.param  # type: ignore[attr-defined]
    return str(request.param)


def in_modes(*modes: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("mode", modes, indirect=True)


def is_sent_away(client: Client, method: str, path: str) -> bool:
    response = client.get(path) if method == "get" else client.post(path)
    return response.status_code == 302 and response["Location"] == "/offline"


@in_modes("database_offline")
def test_the_home_page_and_texts_work_without_the_database(
    village: None, alice: User, mode: str, django_assert_num_queries: object
) -> None:
    client = Client()
    client.force_login(alice)
    with django_assert_num_queries(0):  # type: ignore[operator]
        for path in TEXTS:
            page = client.get(path)
            assert page.status_code == (404 if path == "/404" else 200), path
            assert NOTICE in page.content.decode()
            assert "alice" not in page.content.decode()
        assert client.get("/search?query=47.1,9.5").status_code == 302
        assert client.get("/go/wBz3--")["Location"].startswith("/#map=")
        for path in [*MAP_DATA, *FORMS, "/user/anna", "/redactions", "/account"]:
            assert is_sent_away(client, "get", path), path
        assert is_sent_away(client, "post", "/login")
        assert client.get("/nothing-of-the-kind").status_code == 404


def test_users_are_still_logged_in_after_maintenance(alice: User, settings: object) -> None:
    client = Client()
    client.force_login(alice)
    key = client.cookies["_osm_session"].value
    settings.STATUS = "database_offline"  # type: ignore[attr-defined]
    page = client.get("/about")
    assert "_osm_session" not in page.cookies
    settings.STATUS = "online"  # type: ignore[attr-defined]
    again = Client()
    again.cookies["_osm_session"] = key
    assert "alice" in read(again, "/about")


@in_modes("database_readonly")
def test_a_read_only_database_can_be_read(
    client: Client, village: None, alice: User, redacted: Redaction, mode: str
) -> None:
    for path in [*MAP_DATA, "/user/anna", "/redactions"]:
        assert NOTICE in read(client, path)
    for path in FORMS:
        assert is_sent_away(client, "get", path), path
    assert is_sent_away(client, "post", f"/redactions/{redacted.pk}")
    for path in ("/user", "/logout", "/node/1/history/1/redaction", "/account", "/oauth2/authorize"):
        assert is_sent_away(client, "post", path), path
    client.post("/login", {"username": "alice", "password": PASSWORD})
    assert not client.session.keys()
    sides = {"minlon": "9", "minlat": "47", "maxlon": "9.1", "maxlat": "47.1"}
    assert client.post("/export/finish", sides)["Location"] == "/api/0.6/map?bbox=9,47,9.1,47.1"


@in_modes("api_readonly")
def test_with_a_read_only_api_accounts_work_but_the_map_cannot_be_edited(
    client: Client, village: None, alice: User, mode: str
) -> None:
    for path in [*MAP_DATA, "/login"]:
        assert NOTICE in read(client, path)
    response = client.post("/login", {"username": "alice", "password": PASSWORD})
    assert response["Location"] == "/"
    assert is_sent_away(client, "post", "/node/1/history/1/redaction")


@in_modes("api_offline")
def test_with_the_api_offline_pages_of_map_data_are_offline(client: Client, village: None, mode: str) -> None:
    for path in MAP_DATA:
        assert is_sent_away(client, "get", path), path
    for path in ("/user/anna", "/login", "/redactions", "/"):
        assert NOTICE in read(client, path)


@in_modes("online", "gpx_offline")
def test_all_pages_work_while_only_traces_are_offline(client: Client, village: None, mode: str) -> None:
    for path in [*MAP_DATA, "/login", "/"]:
        assert NOTICE not in read(client, path)
    assert "Everything is working normally." in text_of(read(client, "/offline"))


@in_modes("database_offline")
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/node/1", {"HX-Request": "true"}),
        ("/node/1", {"X-Requested-With": "XMLHttpRequest"}),
        ("/node/1", {"Sec-Fetch-Mode": "cors"}),
        ("/history/feed", {"Accept": "application/atom+xml"}),
        ("/coverage.json", {}),
        ("/oauth2/userinfo", {}),
    ],
)
def test_scripts_and_programs_get_503(client: Client, mode: str, path: str, headers: dict[str, str]) -> None:
    response = client.get(path, headers=headers)
    assert (response.status_code, response.content.decode()) == (503, str(OfflineError()))
    assert response["Content-Type"] == "text/plain; charset=utf-8"


@in_modes("database_readonly", "database_offline")
def test_no_tokens_are_issued_without_a_writable_database(client: Client, mode: str) -> None:
    assert client.post("/oauth2/token").status_code == 503
    assert client.get("/api/0.6/capabilities").status_code == 200


@in_modes("online", "gpx_offline", "api_readonly")
def test_the_middleware_is_installed_only_during_maintenance(client: Client, mode: str) -> None:
    read(client, "/about")
    (pages,) = client.handler._view_middleware  # type: ignore[attr-defined]
    present = {type(hook.__self__).__name__ for hook in pages.__self__._before_views}
    assert ("MaintenanceMiddleware" in present) == (mode == "api_readonly")


def test_a_note_that_the_status_refuses_is_503(client: Client, alice: User, settings: Settings) -> None:
    client.force_login(alice)
    read(client, "/about")  # From now on the pages themselves decide, without the middleware of maintenance.
    settings.STATUS = "api_readonly"
    response = client.post("/note/new", {"lat": "47.1", "lon": "9.5", "text": "No bridge"})
    assert response.status_code == 503
    assert "nothing can be saved at the moment" in response.content.decode()
