"""Lists, pages and feeds of changesets."""

import html
import re
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urljoin

import pytest
from django.test import Client
from lxml import etree

from apps.changesets.models import Changeset, ChangesetComment
from apps.users.models import User
from apps.users.paths import profile_path
from apps.web.changesets import geometry
from tests.worlds import load

from .test_elements import map_data, read, text_of

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom", "g": "http://www.georss.org/georss"}


def listed(client: Client, path: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<li data-changeset="(\d+)"', read(client, path))]


def found(content: bytes, path: str) -> list[Any]:
    """Return what an XPath finds in a feed."""
    return cast(list[Any], etree.fromstring(content).xpath(path, namespaces=ATOM))


def comment(
    changeset: int, body: str, *, author: str = "bert", visible: bool = True, day: int = 1
) -> ChangesetComment:
    return ChangesetComment.objects.create(
        changeset_id=changeset,
        author=User.objects.get(display_name=author),
        body=body,
        visible=visible,
        created_at=datetime(2021, 1, day, tzinfo=UTC),
    )


def many(count: int) -> None:
    load(
        "\n".join(
            f"c{number} k1 s2021-01-01T00:00:00Z e2021-01-01T01:00:00Z d0 i11 uanna x10.0 y48.0 X10.1 Y48.1"
            for number in range(101, 101 + count)
        )
    )
    Changeset.objects.filter(id__gt=100).update(num_changes=1)


def test_the_list_is_newest_first_and_leaves_out_empty_changesets(client: Client, village: None) -> None:
    Changeset.objects.filter(id=2).update(num_changes=0)
    assert listed(client, "/history") == [3, 1]


def test_the_list_can_be_limited_to_an_area(client: Client, village: None) -> None:
    assert listed(client, "/history?list=1&bbox=9.515,47.115,9.6,47.2") == [1]
    assert listed(client, "/history?list=1&bbox=9.505,47.105,9.6,47.2") == [2, 1]
    # Touching edges do not overlap; boxes wrap around the antimeridian.
    assert listed(client, "/history?list=1&bbox=9.52,47.0,9.6,47.2") == []
    assert listed(client, "/history?list=1&bbox=369.515,47.115,369.6,47.2") == [1]
    assert listed(client, "/history?list=1&bbox=170,-80,190,80") == []
    assert listed(client, "/history?list=1&bbox=-190,-80,190,80") == [3, 2, 1]


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "1e300,0,1e301,1"])
def test_an_invalid_bbox_is_refused(client: Client, village: None, box: str) -> None:
    assert client.get(f"/history?bbox={box}")["Location"] == "/400"


def test_the_map_gets_only_the_rows(client: Client, village: None) -> None:
    page = read(client, "/history?list=1")
    assert "<html" not in page
    assert "<h1" not in page
    assert 'data-bbox="9.5000000,47.1000000,9.5200000,47.1200000"' in page


def test_the_list_shows_twenty_changesets_per_page(client: Client, village: None) -> None:
    many(45)
    assert listed(client, "/history") == list(range(145, 125, -1))
    assert listed(client, "/history?before=126") == list(range(125, 105, -1))
    assert listed(client, "/history?after=125") == list(range(145, 125, -1))
    assert listed(client, "/history?before=103") == [102, 101, 3, 2, 1]
    assert "?before=126" in read(client, "/history")
    assert "No older changesets." in read(client, "/history?before=103")


def test_the_list_of_a_user_contains_only_their_changesets(client: Client, village: None) -> None:
    page = read(client, "/user/anna/history")
    assert re.findall(r'<li data-changeset="(\d+)"', page) == ["3", "1"]
    assert "<title>Changesets by anna | " in page


def test_unknown_and_suspended_users_have_no_list(client: Client, village: None) -> None:
    User.objects.filter(display_name="bert").update(status="suspended")
    for name in ("nobody", "bert"):
        assert f"The user {name} does not exist" in text_of(read(client, f"/user/{name}/history", 404))
        assert client.get(f"/user/{name}/history/feed").status_code == 404
    assert client.get("/user/%00").status_code == 404


def test_the_list_of_a_user_who_is_not_public_is_empty(client: Client, village: None) -> None:
    User.objects.filter(display_name="anna").update(data_public=False)
    assert listed(client, "/user/anna/history") == []


def test_the_page_lists_the_changed_elements_by_type(client: Client, village: None) -> None:
    page = read(client, "/changeset/1")
    assert (
        page.index('id="changeset_ways"')
        < page.index('id="changeset_relations"')
        < page.index('id="changeset_nodes"')
    )
    assert 'href="/way/1/history/1"' in page
    assert "First survey" in page
    assert "created_by" in page
    assert 'href="/changeset/3" rel="next"' in page
    assert 'rel="prev"' not in page


def test_the_map_gets_the_elements_that_the_page_lists(client: Client, village: None) -> None:
    data = map_data(read(client, "/changeset/2"))
    assert data["bbox"] == [9.5, 47.1, 9.51, 47.11]
    # The position that this changeset gave to node 1; node 4 is deleted.
    assert data["touched"] == ["way/1", "node/1"]
    assert data["elements"][-1] == {"type": "node", "id": 1, "lat": 47.1, "lon": 9.5}  # type: ignore[index]
    ways = [element for element in data["elements"] if element["type"] == "way"]  # type: ignore[attr-defined]
    assert [way["nodes"] for way in ways] == [[1, 2, 3]]


def test_the_map_gets_nothing_that_is_redacted(client: Client, redacted: object) -> None:
    assert map_data(read(client, "/changeset/2"))["touched"] == ["way/1"]


def test_ways_with_too_many_nodes_are_not_drawn(
    client: Client, village: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geometry, "MAX_NODES", 3)
    data = map_data(read(client, "/changeset/1"))
    # Way 1 has two nodes, way 2 would be two more.
    assert [key for key in data["touched"] if key.startswith("way")] == ["way/1"]  # type: ignore[attr-defined]


def test_the_page_shows_twenty_elements_of_each_type(client: Client, village: None) -> None:
    load("\n".join(f"n{n} v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5 y47.1" for n in range(501, 546)))

    def nodes(query: str) -> list[str]:
        return re.findall(r'<li><a href="/node/(\d+)"', read(client, f"/changeset/1{query}"))

    assert nodes("") == ["1", "2", "3", "4", *(str(n) for n in range(501, 517))]
    assert nodes("?node_page=3") == [str(n) for n in range(537, 546)]
    assert nodes("?node_page=99") == nodes("?node_page=3")
    assert len(re.findall(r'<li><a href="/way/', read(client, "/changeset/1?node_page=2"))) == 2
    assert client.get("/changeset/1?node_page=x")["Location"] == "/400"


def test_the_discussion_shows_visible_comments_oldest_first(client: Client, village: None) -> None:
    comment(1, "second\nline <b>", day=2)
    first = comment(1, "first https://example.org/x", day=1)
    comment(1, "hidden", visible=False)
    page = read(client, "/changeset/1")
    assert page.index("first") < page.index("second")
    assert "hidden" not in text_of(page.split('id="discussion"')[1].split('id="changeset_')[0])
    assert f'id="c{first.pk}"' in page
    assert '<a href="https://example.org/x" rel="nofollow noopener noreferrer">' in page
    assert "second<br>line &lt;b&gt;" in page


def test_an_unknown_changeset_is_not_found(client: Client, village: None) -> None:
    for number in (77, 99999999999999999999):
        assert "could not be found" in text_of(read(client, f"/changeset/{number}", 404))


def test_hostile_comments_are_escaped(client: Client, village: None) -> None:
    hostile = "<script>alert(1)</script> javascript:alert(1) \u202e"
    Changeset.objects.filter(id=1).update(tags={"comment": hostile, "imagery": 'javascript:"><b>'})
    comment(1, hostile)
    for path in ("/changeset/1", "/history", "/way/2", "/history/comments/feed"):
        page = read(client, path)
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


def test_the_feed_lists_the_changesets(client: Client, village: None) -> None:
    response = client.get("/history/feed")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = response.content
    titles = found(feed, "a:entry/a:title/text()")
    assert titles == ["Changeset 3 - The cafe has moved", "Changeset 2", "Changeset 1 - First survey"]
    assert found(feed, "a:entry/g:box/text()")[2] == "47.1000000 9.5000000 47.1200000 9.5200000"
    assert "http://127.0.0.1:8000/changeset/3" in found(feed, "a:entry/a:id/text()")
    assert "http://127.0.0.1:8000/api/0.6/changeset/3/download" in found(feed, "a:entry/a:link/@href")


def test_every_entry_of_the_feed_has_an_author(client: Client, nameless: None) -> None:
    feed = client.get("/history/feed").content
    without = len(found(feed, "a:entry[not(a:author)]"))
    assert without
    assert found(feed, "/a:feed/a:author/a:name/text()") == ["OpenStreetMap and contributors"]


def test_pages_and_feeds_of_odd_names_name_their_own_address(client: Client, village: None) -> None:
    User.objects.filter(display_name="bert").update(display_name="a?b#c d")
    path = "/user/a%3Fb%23c%20d"
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}">' in read(client, path)
    feed = client.get(f"{path}/history/feed").content
    assert f"http://127.0.0.1:8000{path}/history" in found(feed, "/a:feed/a:link/@href")
    assert client.get(f"{path}/history/feed?before=5")["Location"] == f"{path}/history/feed"


def test_feeds_of_an_area_and_of_a_user(client: Client, village: None) -> None:
    area = client.get("/history/feed?bbox=9.515,47.115,9.6,47.2").content
    assert len(found(area, "a:entry")) == 1
    user = client.get("/user/bert/history/feed").content
    assert found(user, "a:entry/a:author/a:name/text()") == ["bert"]


def test_the_feed_leaves_out_characters_that_xml_cannot_contain(client: Client, village: None) -> None:
    Changeset.objects.filter(id=1).update(tags={"comment": "a\x01b\ufffe<&>"})
    titles = found(client.get("/history/feed").content, "a:entry/a:title/text()")
    assert titles[-1] == "Changeset 1 - ab<&>"


def test_the_feed_ignores_paging_parameters(client: Client, village: None) -> None:
    response = client.get("/history/feed?bbox=1,2,3,4&before=5")
    assert (response.status_code, response["Location"]) == (301, "/history/feed?bbox=1%2C2%2C3%2C4")


def test_feeds_of_comments(client: Client, village: None) -> None:
    comment(1, "one", day=1)
    newest = comment(2, "two", day=2)
    comment(2, "hidden", visible=False, day=3)
    feed = client.get("/history/comments/feed").content
    assert found(feed, "channel/item/title/text()") == [
        "New comment on changeset #2 by bert",
        "New comment on changeset #1 by bert",
    ]
    assert found(feed, "channel/item/guid/text()")[0] == f"http://127.0.0.1:8000/changeset/2#c{newest.pk}"
    single = client.get("/changeset/1/comments/feed").content
    assert len(found(single, "channel/item")) == 1
    assert len(found(client.get("/history/comments/feed?limit=1").content, "channel/item")) == 1
    for limit in ("0", "10001", "x", "-1"):
        assert client.get(f"/history/comments/feed?limit={limit}").status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "a/b",
        "bert/history",
        "/",
        "a%2Fb",
        "a%252Fb/%",
        'Bob\'s "map"',
        "50%",
        "what?",
        "#1",
        "ü ñ",
        "<b>x</b>",
        "\u202eabc",
        ".",
        "..",
        "%2E",
        "%2E%2E",
        "%2E%2E/x",
        "history",
    ],
)
def test_users_with_odd_names_have_their_pages(client: Client, village: None, name: str) -> None:
    User.objects.filter(display_name="anna").update(display_name=name)
    link = re.search(r'<a href="(/user/[^"]+)"><bdi>', read(client, "/node/1"))
    assert link
    profile = html.unescape(link[1])
    for path in (profile, f"{profile}/history", f"{profile}/history/feed", f"{profile}/blocks"):
        assert f"<bdi>{html.escape(name)}</bdi>" in read(client, path) or path.endswith("/feed")
    assert "<b>x</b>" not in read(client, profile)


@pytest.mark.parametrize(("name", "escaped"), [(".", "%252E"), ("..", "%252E%252E")])
def test_links_to_names_of_dots_are_not_shortened_by_browsers(
    client: Client, village: None, name: str, escaped: str
) -> None:
    user = User.objects.get(display_name="anna")
    User.objects.filter(pk=user.pk).update(display_name=name)
    # A browser would request the parent folder; other programs send these paths as they are.
    assert client.get("/", PATH_INFO=f"/user/{name}")["Location"] == f"/user/{escaped}"
    assert client.get("/", PATH_INFO=f"/user/{name}/history").status_code == 404
    for path in ("/node/1", "/changeset/1", "/history?list=1", f"/user/{escaped}"):
        page = read(client, path)
        assert f"/user/{escaped}" in page
        assert not re.search(r"/user/\.", page)
    assert profile_path(name) == f"/user/{escaped}"
    assert urljoin("https://osm.example/", profile_path(name)) == f"https://osm.example/user/{escaped}"


def test_an_imported_name_with_a_slash_is_found_however_it_is_encoded(client: Client, village: None) -> None:
    User.objects.filter(display_name="anna").update(display_name="bert/x")
    assert client.get("/user/bert/x")["Location"] == "/user/bert%252Fx"
    assert client.get("/user/bert%2Fx")["Location"] == "/user/bert%252Fx"
    assert "does not exist" in read(client, "/user/bert/y", 404)
    assert "does not exist" in read(client, "/user/a%00b", 404)
    assert "does not exist" in read(client, "/user/a/b%00c", 404)
