"""osm-request, the JavaScript package for web applications, makes every call it offers, from another origin."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Error, Page
from pytest_django.live_server_helper import LiveServer

from apps.oauth.actions import create_token
from apps.users.models import User

from .applications import ICON, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PACKAGE = settings.BASE_DIR / "node_modules/osm-request/dist/OsmRequest.js"
SCOPES = ["read_prefs", "write_prefs", "write_api", "write_notes"]
BOX = (9.49, 47.08, 9.52, 47.12)


class Package:
    """The package in a page: calls its methods by name, and remembers which."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.called: set[str] = set()

    def configure(self, **options: Any) -> None:
        options = {"url": self.site, "apiUrl": self.site, **options}
        self.page.evaluate("(options) => { globalThis.osm = new OsmRequest(options) }", options)

    def __call__(self, method: str, *arguments: Any) -> Any:
        self.called.add(method)
        return self.page.evaluate("([name, values]) => osm[name](...values)", [method, arguments])

    def refuses(self, status: int, method: str, *arguments: Any) -> None:
        with pytest.raises(Error, match=f'"status":{status}'):
            self(method, *arguments)

    def offered(self) -> set[str]:
        names = self.page.evaluate("Object.getOwnPropertyNames(OsmRequest.prototype)")
        return {*names} - {"constructor", "apiUrl"}


@pytest.fixture
def osm(open_page: Callable[..., Page], live_server: LiveServer) -> Iterator[Package]:
    start = f"<!doctype html>{ICON}<script src=OsmRequest.js></script>".encode()
    with serving({"/": start, "/OsmRequest.js": PACKAGE.read_bytes()}) as host:
        page = open_page(f"http://{host}/", other_hosts=[host], expected="Failed to load resource")
        yield Package(page, live_server.url)


def ids(elements: list[dict[str, Any]]) -> list[str]:
    return [element["$"]["id"] for element in elements]


def test_osm_request_makes_every_call_it_offers(osm: Package, alice: User) -> None:
    for options in ({}, {"access_token": create_token(alice, scopes=SCOPES), "always_authenticated": True}):
        osm.configure(**options)
        reads(osm)
    changeset = osm("createChangeset", "a test", "Benches & <more>", {"source": '"survey"'})
    changesets(osm, changeset)
    nodes(osm, changeset)
    ways(osm, changeset)
    relations(osm, changeset)
    closes(osm, changeset)
    notes(osm)
    users(osm, alice)
    assert osm.offered() == osm.called


def reads(osm: Package) -> None:
    cafe = osm("fetchElement", "node/3")
    assert (cafe["_type"], cafe["_id"], cafe["$"]["lat"]) == ("node", "3", "47.1006000")
    assert osm("getTags", cafe) == {"amenity": "cafe", "name": "Adler"}
    street = osm("fetchElement", "way/1", {"full": True})
    assert (ids(street["node"]), ids(street["way"])) == (["1", "2"], ["1"])
    assert osm("findElementWithinOSMCollection", street, "way/1")["$"]["version"] == "2"
    assert ids(osm("fetchMultipleElements", ["node/2", "node/1"])["node"]) == ["1", "2"]
    assert ids(osm("fetchWaysForNode", "node/1")) == ["1"]
    assert ids(osm("fetchRelationsForElement", "node/3")) == ["1"]
    assert osm("fetchRelationsForElement", "node/11") == []
    found = osm("fetchMapByBbox", *BOX)
    assert (len(found["node"]), ids(found["way"]), ids(found["relation"])) == (9, ["1", "2", "3"], ["1"])
    parsed, text = osm("fetchMapByBbox", *BOX, "xml")
    assert parsed == found
    assert "<bounds " in text
    osm.refuses(404, "fetchElement", "node/999999")
    osm.refuses(400, "fetchMapByBbox", 9, 47, 8, 48)
    found = osm("fetchChangesets", {"display_name": "anna", "closed": True})
    assert ids(found["osm"]["changeset"]) == ["1"]
    box = dict(zip(("left", "bottom", "right", "top"), BOX, strict=True))
    assert ids(osm("fetchChangesets", box)["osm"]["changeset"]) == ["2", "1"]


def changesets(osm: Package, changeset: int) -> None:
    assert tags_of(osm, changeset) == {
        "created_by": "a test",
        "created_by:library": "OSM Request 2.0.0",
        "comment": "Benches & <more>",
        "source": '"survey"',
    }
    assert osm("isChangesetStillOpen", changeset) == changeset
    changed = osm("updateChangesetTags", changeset, "a test", "Benches", {"source": "photo"})
    assert ids(changed["osm"]["changeset"]) == [str(changeset)]
    assert tags_of(osm, changeset)["comment"] == "Benches"
    # The package POSTs the change to the address that opens changesets, where openstreetmap.org takes PUT only, too.
    osm.refuses(405, "uploadChangesetOsc", changeset, "<osmChange version='0.6'/>")


def tags_of(osm: Package, changeset: int) -> dict[str, str]:
    (found,) = osm("fetchChangeset", changeset)["osm"]["changeset"]
    tags: dict[str, str] = osm("getTags", found)
    return tags


def nodes(osm: Package, changeset: int) -> None:
    made = osm("createNodeElement", 47.1002, 9.5052, {"amenity": "bench", "note": "<ü> &"}, -1)
    number = osm("sendElement", made, changeset)
    bench = osm("fetchElement", f"node/{number}")
    assert (bench["$"]["version"], osm("getTags", bench)["note"]) == ("1", "<ü> &")

    bench = osm("setTag", bench, "material", "wood")
    bench = osm("setProperty", bench, "material", "stone")
    bench = osm("setTags", bench, {"backrest": "yes", "seats": 3})
    bench = osm("setProperties", bench, {"colour": "red"})
    bench = osm("removeTag", osm("removeProperty", bench, "note"), "colour")
    bench = osm("setTimestampToNow", osm("setCoordinates", bench, 47.1003, 9.5053))
    assert osm("sendElement", bench, changeset) == 2
    bench = osm("fetchElement", f"node/{number}")
    assert osm("getTags", bench) == {"amenity": "bench", "material": "stone", "backrest": "yes", "seats": "3"}
    assert (bench["$"]["lat"], bench["$"]["lon"]) == ("47.1003000", "9.5053000")

    osm.refuses(409, "sendElement", osm("setVersion", bench, 1), changeset)
    assert osm("sendElement", osm("replaceTags", bench, {"amenity": "bench"}), changeset) == 3
    assert osm("deleteElement", osm("setVersion", bench, 3), changeset) == 4
    osm.refuses(410, "fetchElement", f"node/{number}")


def ways(osm: Package, changeset: int) -> None:
    number = osm("sendElement", osm("createWayElement", ["node/1", "node/3"], {"highway": "path"}), changeset)
    path = osm("fetchElement", f"way/{number}")
    assert osm("getNodeIdsForWay", path) == ["node/1", "node/3"]
    path = osm("setNodeIdsForWay", path, ["node/3", "node/2", "node/1"])
    assert osm("sendElement", path, changeset) == 2
    path = osm("fetchElement", f"way/{number}")
    assert osm("getNodeIdsForWay", path) == ["node/3", "node/2", "node/1"]
    assert osm("deleteElement", path, changeset) == 3


def relations(osm: Package, changeset: int) -> None:
    made = osm(
        "createRelationElement", [{"id": "way/1", "role": "outer"}, {"id": "node/3"}], {"type": "site"}
    )
    number = osm("sendElement", made, changeset)
    site = osm("fetchElement", f"relation/{number}")
    # A member without a role has an empty one.
    members = [{"id": "way/1", "role": "outer"}, {"id": "node/3", "role": ""}]
    assert osm("getRelationMembers", site) == members
    site = osm("setRelationMembers", site, members[::-1])
    assert osm("sendElement", site, changeset) == 2
    site = osm("fetchElement", f"relation/{number}")
    assert osm("getRelationMembers", site) == members[::-1]
    assert osm("deleteElement", site, changeset) == 3


def closes(osm: Package, changeset: int) -> None:
    assert osm("closeChangeset", changeset) == ""
    with pytest.raises(Error, match="Changeset not opened"):
        osm("isChangesetStillOpen", changeset)
    osm.refuses(409, "closeChangeset", changeset)


def notes(osm: Package) -> None:
    note = osm("createNote", 47.1, 9.505, "A bench is missing & <more>")
    number = note["id"]
    assert (note["lat"], note["lon"], note["status"]) == ("47.1000000", "9.5050000", "open")
    (comment,) = note["comments"]
    assert (comment["user"], comment["text"]) == ("alice", "A bench is missing & <more>")
    assert osm("commentNote", number, "Which?")["comments"][1]["text"] == "Which?"
    assert osm("closeNote", number, "Found it")["status"] == "closed"
    assert osm("reopenNote", number, "Gone again")["status"] == "open"
    (found,) = osm("fetchNotes", *BOX, 10, 0)
    assert [comment["action"] for comment in found["comments"]] == [
        "opened",
        "commented",
        "closed",
        "reopened",
    ]
    (found,) = osm("fetchNotesSearch", "bench", "xml", 10, -1, "alice")
    assert found["id"] == number
    assert (
        json.loads(osm("fetchNotesSearch", "bench", "json"))["features"][0]["properties"]["status"] == "open"
    )
    assert osm("fetchNotesSearch", "no such word") == []
    (found,) = osm("fetchNote", number)
    assert (found["id"], len(found["comments"])) == (number, 4)
    for form, root in {"raw": "<osm ", "json": '{"type"', "gpx": "<gpx ", "rss": "<rss "}.items():
        for text in (osm("fetchNote", number, form), osm("fetchNotesSearch", "bench", form)):
            assert root in text
            assert "Gone again" in text
    osm.refuses(409, "reopenNote", number, "Again")


def users(osm: Package, alice: User) -> None:
    found = osm("fetchUser", alice.pk)
    assert (found["display_name"], found["changesets"]) == ("alice", {"count": "1"})
    assert found["blocks"]["received"] == [{"count": "0", "active": "0"}]
    osm.refuses(404, "fetchUser", 999999)

    osm("setUserPreferences", {"name": "Zürich <1>", "zoom": 16})
    osm("setUserPreferenceByKey", "zoom", "17")
    assert osm("getUserPreferenceByKey", "zoom") == "17"
    (found,) = osm("getUserPreferences")["osm"]["preferences"]
    assert [row["$"] for row in found["preference"]] == [
        {"k": "name", "v": "Zürich <1>"},
        {"k": "zoom", "v": "17"},
    ]
    osm("deleteUserPreference", "zoom")
    osm.refuses(404, "getUserPreferenceByKey", "zoom")
