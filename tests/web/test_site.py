"""The home page, texts, search, short links, redirects and error pages."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from apps.features.update import update
from apps.users.models import ANONYMOUS_AUTHOR_ID, User
from tests.notes.leaving import leave
from tests.oauth.flow import browser
from tests.tiles.conftest import tile_at

from .test_elements import read, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/export", "/about", "/about/de", "/copyright", "/copyright/native", "/help"]
)
def test_pages_without_data_need_no_database(
    client: Client, django_assert_num_queries: object, path: str
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        page = read(client, path)
    assert page.startswith("<!doctype html>")


def test_nothing_is_loaded_from_elsewhere(client: Client, village: None) -> None:
    for path in ("/", "/about", "/way/1", "/history"):
        page = read(client, path)
        assert not re.search(r'<(?:script|img|iframe)[^>]+src="(?:https?:)?//', page)
        assert not re.search(r'<link rel="(?:stylesheet|icon)"[^>]*href="(?:https?:)?//', page)
        assert not re.search(r"<[^>]+\sstyle=", page)
        assert not re.search(r"<script>", page)


def test_the_policy_allows_only_this_site_and_the_optional_tiles(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "object-src 'none'" in policy
    hosts = set(re.findall(r"https://\S+?(?=[; ]|$)", policy))
    assert all("openstreetmap" in host for host in hosts)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/?node=5", "/node/5"),
        ("/?way=5", "/way/5"),
        ("/?relation=5", "/relation/5"),
        ("/?query=Vaduz%20%26", "/search?query=Vaduz+%26"),
        ("/?lat=47.1&lon=9.5&zoom=14", "/#map=14/47.1/9.5"),
        ("/?lat=47.1&lon=9.5", "/#map=5/47.1/9.5"),
        ("/?lat=47.1&lon=9.5&zoom=14&layers=H&mlat=1&mlon=2", "/?mlat=1&mlon=2#map=14/47.1/9.5&layers=H"),
        ("/?lat=47.1&lon=9.5&notes=yes", "/#map=5/47.1/9.5&layers=N"),
        ("/export?lat=47.1&lon=9.5&zoom=3", "/export#map=3/47.1/9.5"),
        ("/?lat=1.2e-05&lon=-0.0000456&zoom=14", "/#map=14/0.000012/-0.0000456"),
        ("/go/wBz3--", "/#map=3/4.8779296875/3.955078125"),
        ("/go/wBz3--?m=", "/?mlat=4.877929688&mlon=3.955078125#map=3/4.8779296875/3.955078125"),
        ("/go/wBz3--?layers=Y&way=7", "/way/7#map=3/4.8779296875/3.955078125&layers=Y"),
        ("/go/wBz3--?mlat=1", "/?mlat=1#map=3/4.8779296875/3.955078125"),
    ],
)
def test_former_urls_redirect_to_current_ones(client: Client, path: str, to: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    head, _, anchor = to.partition("#map=")
    location, _, found = response["Location"].partition("#map=")
    assert found.split("/")[0] == anchor.split("/")[0]
    if path.startswith("/go/"):
        assert location.split("?")[0] == head.split("?")[0]
        numbers, expected = (re.findall(r"-?\d+\.\d+", text) for text in (found, anchor))
        assert [float(n) for n in numbers] == pytest.approx([float(n) for n in expected])
        assert ("layers=Y" in found) == ("layers=Y" in anchor)
    else:
        assert response["Location"] == to


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/index.html", "/"),
        ("/browse", "/history"),
        ("/browse/changesets?bbox=1,2,3,4", "/history?bbox=1,2,3,4"),
        ("/browse/changesets/feed", "/history/feed"),
        ("/browse/node/1", "/node/1"),
        ("/browse/relation/1/history", "/relation/1/history"),
        ("/browse/changeset/1", "/changeset/1"),
        ("/user/a%20b%2Fc/edits", "/user/a%20b/c/history"),
        ("/user/anna/edits/feed", "/user/anna/history/feed"),
    ],
)
def test_moved_pages_redirect_permanently(client: Client, path: str, to: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, to)


def test_an_invalid_short_link_is_not_found(client: Client) -> None:
    assert client.get("/go/!!!").status_code == 404


@pytest.mark.parametrize(
    ("query", "to"),
    [
        ("node 123", "/node/123"),
        ("way/123", "/way/123"),
        ("r5v2", "/relation/5/history/2"),
        ("changeset #5", "/changeset/5"),
        ("https://www.openstreetmap.org/way/1/history/2#map=14/47.1/9.5", "/way/1/history/2#map=14/47.1/9.5"),
        ("https://www.openstreetmap.org/#map=14/47.1/9.5", "/#map=14/47.1/9.5"),
        ("https://osm.org/?mlat=47.1&mlon=9.5", "/?mlat=47.1&mlon=9.5#map=17/47.1/9.5"),
        ("47.1, 9.5", "/?mlat=47.1&mlon=9.5#map=17/47.1/9.5"),
        ("-47.1/-9.5", "/?mlat=-47.1&mlon=-9.5#map=17/-47.1/-9.5"),
        ("47°6'N 9°30'E", "/?mlat=47.1&mlon=9.5#map=17/47.1/9.5"),
        ("S 47° 6' 36\" W 9° 30'", "/?mlat=-47.11&mlon=-9.5#map=17/-47.11/-9.5"),
        ("geo:47.1,9.5?z=16", "/#map=16/47.1/9.5"),
        ("geo:47.1,9.5,400;crs=wgs84?q=x&z=16", "/#map=16/47.1/9.5"),
        ("N 48 03.5 E 011 22.5", "/?mlat=48.058333&mlon=11.375#map=17/48.058333/11.375"),
        ("E 11 22.5 N 48 3.5", "/?mlat=48.058333&mlon=11.375#map=17/48.058333/11.375"),
        ("0.0000123,0.0000456", "/?mlat=0.0000123&mlon=0.0000456#map=17/0.0000123/0.0000456"),
        ("geo:0.0000123,-0.0000456", "/#map=17/0.0000123/-0.0000456"),
        (
            "https://osm.org/?mlat=1.2e-05&mlon=0.0000456",
            "/?mlat=0.000012&mlon=0.0000456#map=17/0.000012/0.0000456",
        ),
        *[(f"{host}/way/5", "/way/5") for host in ("osm.org", "www.openstreetmap.org", "OpenStreetMap.org")],
        ("<https://www.openstreetmap.org/way/5>.", "/way/5"),
        ("https://www.openstreetmap.org/browse/way/5/history", "/way/5"),
        ("https://www.openstreetmap.org/api/0.6/way/5/full.json", "/way/5"),
        ("https://api.openstreetmap.org/api/0.6/node/5/2", "/node/5/history/2"),
        ("https://api.openstreetmap.org/api/0.6/notes/5.json", "/note/5"),
        ("https://api.openstreetmap.org/api/0.6/changeset/5/download", "/changeset/5"),
        (
            "https://www.openstreetmap.org/edit?editor=id&relation=5#map=14/47.1/9.5",
            "/relation/5#map=14/47.1/9.5",
        ),
        ("https://osm.org/go/0EEQjE--?way=5", "/way/5"),
        ("https://www.openstreetmap.org/?lat=47.1&lon=9.5&zoom=15&layers=M", "/#map=15/47.1/9.5"),
        ("https://www.openstreetmap.org/note/new?lat=1.2e-05&lon=9.5", "/#map=17/0.000012/9.5"),
        ("https://www.openstreetmap.org/#map=17/1.2e-05/-3e-06", "/#map=17/0.000012/-0.000003"),
        ("geo:1.2e-05,9.5", "/#map=17/0.000012/9.5"),
        ("cs 5", "/changeset/5"),
        ("note 5", "/note/5"),
    ],
)
def test_the_search_understands_positions_elements_and_links(client: Client, query: str, to: str) -> None:
    response = client.get("/search", {"query": query})
    assert (response.status_code, response["Location"]) == (302, to)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/search?lat=1.2e-05&lon=9.5", "/?mlat=0.000012&mlon=9.5#map=17/0.000012/9.5"),
        ("/?lat=1.2e-05&lon=9.5&zoom=15", "/#map=15/0.000012/9.5"),
        ("/?lat=1&lon=2&zoom=1e9", "/#map=25/1.0/2.0"),
    ],
)
def test_coordinates_in_parameters_are_read_in_any_notation(client: Client, path: str, to: str) -> None:
    assert client.get(path)["Location"] == to


@pytest.mark.parametrize("lat", ["nan", "inf", "1e999", "1_0", "x", "", "91"])
def test_what_is_no_latitude_leads_nowhere(client: Client, lat: str) -> None:
    assert client.get("/", {"lat": lat, "lon": "2"}).status_code == 200
    assert "No results for" in read(client, f"/search?lat={lat}&lon=200")


@pytest.mark.parametrize(
    "query",
    [
        *("Vaduz", "999 999", "node", "javascript:alert(1)", "<script>alert(1)</script>", "node 0", "95,9"),
        *("http://[", "https://osm.org/?mlat=nan&mlon=inf", "geo:1,2345678901234567890.1.2", "x" * 3000),
    ],
)
def test_the_search_says_when_it_finds_nothing(client: Client, query: str) -> None:
    page = read(client, f"/search?query={query}")
    assert "No results for" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("path", ["/search", "/search?query=", "/search?query=%20"])
def test_a_search_without_a_query_shows_what_can_be_searched_for(client: Client, path: str) -> None:
    assert "What are you looking for?" in read(client, path)


def test_the_search_form_has_a_button_to_submit_it(client: Client) -> None:
    form = read(client, "/").split('<form class="site-search"')[1].split("</form>")[0]
    assert '<button type="submit" aria-label="Search">' in form


def menu(client: Client) -> list[str]:
    nav = read(client, "/about").split('<nav class="site-nav"')[1].split("</nav>")[0]
    paths = ("/user_blocks", "/redactions", "/moderation_zones", "/users")
    return [path for path in paths if f'href="{path}"' in nav]


def test_moderators_and_administrators_have_menus_of_their_own(
    client: Client, alice: User, moderator: User, administrator: User
) -> None:
    assert menu(client) == menu(browser(alice)) == []
    assert menu(browser(moderator)) == ["/user_blocks", "/redactions", "/moderation_zones"]
    assert menu(browser(administrator)) == ["/user_blocks", "/users"]
    for user in (moderator, administrator):
        for path in menu(browser(user)):
            assert browser(user).get(path).status_code == 200


def test_times_have_no_fractions_of_seconds(client: Client, alice: User) -> None:
    leave(alice)
    stamps = re.findall(r'<time datetime="([^"]+)"', read(client, "/notes"))
    assert stamps
    assert all(re.fullmatch(r"[\d-]{10}T[\d:]{8}\+00:00", stamp) for stamp in stamps)


def test_numbers_that_only_make_sense_in_the_other_order_are_not_swapped_silently(client: Client) -> None:
    page = read(client, "/search?query=95,9")
    assert 'href="/?mlat=9.0&amp;mlon=95.0#map=17/9.0/95.0"' in page
    assert "Did you mean" not in read(client, "/search?query=999 999")
    assert "Did you mean" not in read(client, "/search?query=95 N 9 E")


def test_the_search_never_redirects_to_another_site(client: Client) -> None:
    for query in ("https://evil.example/way/1", "https://evil.example//node/1", "//evil.example/way/1"):
        response = client.get("/search", {"query": query})
        assert not response.get("Location", "/").startswith(("//", "http"))


def test_the_export_redirects_to_the_api(client: Client) -> None:
    sides = {"minlon": "1", "minlat": "2", "maxlon": "3", "maxlat": "4"}
    assert client.post("/export/finish", sides)["Location"] == "/api/0.6/map?bbox=1,2,3,4"


@pytest.mark.parametrize(
    ("status", "words"),
    [(400, "Bad request"), (403, "Not allowed"), (404, "Page not found"), (500, "Something went wrong")],
)
def test_errors_have_their_pages(client: Client, status: int, words: str) -> None:
    assert words in text_of(read(client, f"/{status}", status))
    bare = client.get(f"/{status}", headers={"Accept": "application/json"})
    assert (bare.status_code, bare.content) == (status, b"")


def test_an_unknown_url_is_not_found(client: Client) -> None:
    assert "Page not found" in read(client, "/no/such/page", 404)


def test_a_profile_shows_how_much_a_mapper_did(client: Client, village: None) -> None:
    page = text_of(read(client, "/user/anna"))
    assert "anna" in page
    assert "2 changesets" in page


def test_deleted_anonymous_and_unknown_users_have_no_profile(client: Client, nameless: None) -> None:
    User.objects.filter(display_name="anna").update(status="deleted")
    nobody = User.objects.get(pk=ANONYMOUS_AUTHOR_ID).display_name
    for name in ("anna", nobody, "who"):
        assert client.get(f"/user/{name}").status_code == 404


def test_the_coverage_contains_every_feature(client: Client, village: None) -> None:
    cache.clear()
    assert update()
    found = client.get("/coverage.json").json()
    cells = {tuple(cell) for cell in found["cells"]}
    for lon, lat in [(9.5001, 47.1), (9.51, 47.1), (9.52, 47.12)]:
        assert tile_at(lon, lat, found["zoom"])[1:] in cells
    assert len(cells) <= 3
    west, south, east, north = found["bounds"]
    assert 9.49 < west <= 9.5001
    assert 9.52 <= east < 9.53
    assert 47.09 < south <= 47.1
    assert 47.12 <= north < 47.13


def test_an_empty_database_has_no_coverage(client: Client) -> None:
    cache.clear()
    assert client.get("/coverage.json").json()["bounds"] is None


def test_the_coverage_is_cached(client: Client, village: None, django_assert_num_queries: object) -> None:
    cache.clear()
    first = client.get("/coverage.json").content
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/coverage.json").content == first


def test_visitors_get_no_previews(client: Client) -> None:
    assert client.post("/preview/markdown", {"text": "x"}).status_code == 403
    assert client.post("/preview/text", {"text": "x"}).status_code == 403


def test_a_preview_is_rendered_like_the_pages(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post("/preview/markdown", {"text": "**x** <script>y</script>"})
    assert answer.content.decode().strip() == "<p><strong>x</strong> </p>"
    assert b'<a href="/way/1"' in client.post("/preview/text", {"text": "way/1"}).content
    assert client.post("/preview/markdown", {"text": ""}).content == b""
    assert client.post("/preview/markdown", {"text": "x" * 65_537}).status_code == 413
    assert client.get("/preview/markdown").status_code == 405
    assert client.post("/preview/html", {"text": "x"}).status_code == 404
