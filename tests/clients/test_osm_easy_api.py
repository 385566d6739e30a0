"""osm_easy_api, a Python package for the API, makes every call it knows to a live instance."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from osm_easy_api.api import Api, exceptions
from osm_easy_api.data_classes import Action, Node, OsmChange, Relation, Tags, Visibility, Way
from osm_easy_api.data_classes.relation import Member
from osm_easy_api.diff import Diff, Frequency
from pytest_django.live_server_helper import LiveServer

from apps.changesets.models import ChangesetComment
from apps.moderation.models import Redaction
from apps.oauth.actions import create_token
from apps.traces import importer
from apps.users.models import User
from tests import worlds
from tests.traces.files import POINT, gpx

pytestmark = pytest.mark.django_db(transaction=True)

SCOPES = [
    "read_prefs",
    "write_prefs",
    "write_api",
    "write_changeset_comments",
    "read_gpx",
    "write_gpx",
    "write_notes",
    "write_redactions",
]
WORLD = """
    c1 k4 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 ucarol x9.50 y47.10 X9.51 Y47.11 Tcomment=paths
    n1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.50 y47.10 Tname=old
    n1 v2 dV c1 t2020-01-01T00:10:00Z i900 ucarol x9.50 y47.10 Tname=new
    n2 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.51 y47.11
    n3 v2 dD c1 t2020-01-01T00:00:00Z i900 ucarol x y
    w1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol Thighway=path Nn1,n2
    r1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol Ttype=route Mw1@forward,n2@stop
    r2 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mr1@
"""


@pytest.fixture
def connect(live_server: LiveServer) -> Callable[[User | None], Any]:
    """Return a function that connects a user, or a visitor, to a server with a small world."""
    worlds.load(WORLD)

    def connect(user: User | None = None) -> Any:
        token = create_token(user, scopes=SCOPES) if user else None
        return Api("tests", url=live_server.url, access_token=token)

    return connect


def names(elements: Any) -> list[str]:
    return [f"{type(element).__name__[0].lower()}{element.id}v{element.version}" for element in elements]


def test_it_reads_the_versions_capabilities_permissions_and_map(
    connect: Any, alice: User, settings: Any
) -> None:
    settings.IMAGERY_BLACKLIST = [r".*\.example\.org/.*"]
    api = connect(alice)
    assert api.misc.versions() == ["0.6"]
    capabilities = api.misc.capabilities()
    assert capabilities["api"]["waynodes"] == {"maximum": "2000"}
    assert capabilities["api"]["status"] == {"database": "online", "api": "online", "gpx": "online"}
    assert capabilities["policy"]["imagery"]["blacklist_regex"] == [r".*\.example\.org/.*"]
    assert api.misc.permissions() == [f"allow_{scope}" for scope in SCOPES]
    assert connect().misc.permissions() == []
    found = api.misc.get_map_in_bbox(9.49, 47.09, 9.52, 47.12)
    assert names(found) == ["n1v2", "n2v1", "w1v1", "r1v1", "r2v1"]
    with pytest.raises(exceptions.LimitsExceeded):
        api.misc.get_map_in_bbox(0, 0, 90, 90)


def test_it_reads_elements(connect: Any) -> None:
    elements = connect().elements
    node = elements.get(Node, 1)
    assert (node.latitude, node.longitude, node.tags, node.user_id) == (
        "47.1000000",
        "9.5000000",
        {"name": "new"},
        900,
    )
    assert names(elements.history(Node, 1)) == ["n1v1", "n1v2"]
    assert elements.version(Node, 1, 1).tags == {"name": "old"}
    assert names(elements.get_query(Way, [1])) == ["w1v1"]
    assert names(elements.get_query(Node, [1, 2, 3])) == ["n1v2", "n2v1", "n3v2"]
    assert names(elements.relations(Node, 2)) == names(elements.relations(Way, 1)) == ["r1v1"]
    assert names(elements.relations(Relation, 1)) == ["r2v1"]
    assert names(elements.ways(1)) == ["w1v1"]
    assert [found.latitude for found in elements.full(Way, 1).nodes] == ["47.1000000", "47.1100000"]
    members = elements.full(Relation, 1).members
    assert [(member.element.id, member.role) for member in members] == [(1, "forward"), (2, "stop")]
    assert members[0].element.tags == {"highway": "path"}
    with pytest.raises(exceptions.ElementDeleted):
        elements.get(Node, 3)
    with pytest.raises(exceptions.IdNotFoundError):
        elements.get(Relation, 99)
    with pytest.raises(exceptions.Unauthorized):
        elements.create(Node(latitude="47", longitude="9"), 1)


def test_it_edits_elements(connect: Any, alice: User) -> None:
    api = connect(alice)
    changeset = api.changeset.create("by program", Tags({"source": "survey"}))
    node = Node(latitude="47.2", longitude="9.6", tags=Tags({"a": "<&>"}))
    node.id = api.elements.create(node, changeset)
    way = Way(nodes=[Node(id=1), node], tags=Tags({"highway": "path"}))
    way.id = api.elements.create(way, changeset)
    relation = Relation(members=[Member(way, "outer")])
    relation.id = api.elements.create(relation, changeset)
    assert api.elements.get(Way, way.id).tags == {"highway": "path"}
    assert api.elements.get(Node, node.id).tags == {"a": "<&>"}
    node.version = 1
    node.tags.set("a", "c")
    assert api.elements.update(node, changeset) == 2
    with pytest.raises(ValueError, match=f"Version mismatch: Provided 1, server had: 2 of Node {node.id}"):
        api.elements.update(node, changeset)
    node.version, way.version, relation.version = 2, 1, 1
    with pytest.raises(ValueError, match=f"Node {node.id} is still used by ways {way.id}"):
        api.elements.delete(node, changeset)
    assert [api.elements.delete(element, changeset) for element in (relation, way, node)] == [2, 2, 3]
    assert api.changeset.get(changeset).changes_count == "7"


def test_it_handles_changesets(connect: Any, alice: User) -> None:
    api = connect(alice)
    number = api.changeset.create("by program", Tags({"source": "survey"}))
    updated = api.changeset.update(number, "better", Tags({"source": "map"}))
    assert (updated.id, updated.open, updated.user_id) == (number, True, str(alice.pk))
    assert updated.tags == {"comment": "better", "source": "map"}
    change = OsmChange("0.6", "tests", "1")
    node = Node(id=-1, latitude="47.2", longitude="9.6", tags=Tags({"name": "new"}))
    change.add(node, Action.CREATE)
    change.add(Way(id=-1, nodes=[Node(id=1), Node(id=2)], tags=Tags({"b": "c"})), Action.CREATE)
    old = api.elements.get(Node, 2)
    old.tags.add("name", "two")
    change.add(old, Action.MODIFY)
    api.changeset.upload(number, change)
    downloaded = [(action, element.tags) for action, element in api.changeset.download(number)]
    assert downloaded == [
        (Action.CREATE, {"name": "new"}),
        (Action.CREATE, {"b": "c"}),
        (Action.MODIFY, {"name": "two"}),
    ]
    assert [found.id for found in api.changeset.get_query(open=True)] == [number]
    api.changeset.close(number)
    with pytest.raises(exceptions.ChangesetAlreadyClosedOrUserIsNotAnAuthor):
        api.changeset.close(number)
    with pytest.raises(exceptions.ChangesetAlreadyClosedOrUserIsNotAnAuthor):
        api.changeset.upload(number, change)
    with pytest.raises(exceptions.ChangesetAlreadyClosedOrUserIsNotAnAuthor):
        api.changeset.update(number, "late")


def test_it_finds_changesets(connect: Any, alice: User) -> None:
    api = connect(alice)
    number = api.changeset.create("mine")
    queries: list[tuple[dict[str, Any], list[int]]] = [
        ({}, [number, 1]),
        ({"order": "oldest", "limit": 1}, [1]),
        ({"left": 9.4, "bottom": 47.0, "right": 9.6, "top": 47.2}, [1]),
        ({"user_id": alice.pk}, [number]),
        ({"display_name": "alice"}, [number]),
        ({"time_one": "2020-01-01", "time_two": "2020-01-02"}, [1]),
        ({"open": True}, [number]),
        ({"closed": True}, [1]),
        ({"changesets_id": [1, number, 99]}, [number, 1]),
    ]
    for criteria, expected in queries:
        assert [found.id for found in api.changeset.get_query(**criteria)] == expected, criteria
    assert api.changeset.get_query(closed=True)[0].tags == {"comment": "paths"}
    with pytest.raises(ValueError, match="Invalid arguments"):
        api.changeset.get_query(limit=1000)


def test_it_discusses_changesets(connect: Any, alice: User, moderator: User) -> None:
    api, moderators = connect(alice), connect(moderator)
    discussion = api.changeset.discussion
    discussion.comment(1, "Why? Größe & Farbe")
    (comment,) = api.changeset.get(1, include_discussion=True).discussion
    assert (comment["user_id"], comment["text"]) == (str(alice.pk), "Why? Größe & Farbe")
    with pytest.raises(exceptions.AlreadySubscribed):
        discussion.subscribe(1)
    discussion.unsubscribe(1)
    with pytest.raises(exceptions.NotSubscribed):
        discussion.unsubscribe(1)
    discussion.subscribe(1)
    number = ChangesetComment.objects.get().pk
    with pytest.raises(exceptions.Forbidden):
        discussion.hide(number)
    moderators.changeset.discussion.hide(number)
    assert api.changeset.get(1, include_discussion=True).discussion == []
    moderators.changeset.discussion.unhide(number)
    assert len(api.changeset.get(1, include_discussion=True).discussion) == 1
    with pytest.raises(exceptions.ChangesetNotClosed):
        discussion.comment(api.changeset.create("open"), "Too early")


def test_it_redacts_versions(connect: Any, alice: User, moderator: User) -> None:
    redaction = Redaction.objects.create(title="Copied", description="From another map", user=moderator)
    with pytest.raises(exceptions.Forbidden):
        connect(alice).elements.redaction(Node, 1, 1, redaction.pk)
    connect(moderator).elements.redaction(Node, 1, 1, redaction.pk)
    with pytest.raises(exceptions.IdNotFoundError, match="due to redaction"):
        connect().elements.version(Node, 1, 1)
    assert names(connect().elements.history(Node, 1)) == ["n1v2"]


def test_it_handles_notes(connect: Any, alice: User, moderator: User) -> None:
    notes = connect(alice).notes
    note = notes.create("47.1", "9.5", "Bench & bin?")
    assert (note.latitude, note.longitude, note.open) == ("47.1000000", "9.5000000", True)
    comment = notes.comment(note.id, "Größe: 2 + 2").comments[-1]
    assert (comment.user.id, comment.user.display_name) == (alice.pk, "alice")
    assert (comment.action, comment.text) == ("commented", "Größe: 2 + 2")
    assert notes.close(note.id, "Mapped").open is False
    with pytest.raises(exceptions.NoteAlreadyClosed):
        notes.close(note.id)
    with pytest.raises(exceptions.NoteAlreadyClosed):
        notes.comment(note.id, "Late")
    assert notes.reopen(note.id, "Not yet").open is True
    with pytest.raises(exceptions.NoteAlreadyOpen):
        notes.reopen(note.id)
    visitors = connect().notes.create("47.1", "9.5", "Bank?")
    assert visitors.comments[0].user is None
    assert [found.id for found in notes.get_bbox("9", "47", "10", "48")] == [visitors.id, note.id]
    search: list[tuple[dict[str, Any], list[int]]] = [
        ({"text": "bench"}, [note.id]),
        ({"text": "", "user_id": alice.pk}, [note.id]),
        (
            {"text": "", "from_date": "2020-01-01", "order": "oldest", "sort": "created_at"},
            [note.id, visitors.id],
        ),
        ({"text": "", "limit": 1}, [visitors.id]),
    ]
    for criteria, expected in search:
        assert [found.id for found in notes.search(**criteria)] == expected, criteria
    with pytest.raises(exceptions.LimitsExceeded):
        notes.search("", limit=0)
    with pytest.raises(exceptions.Forbidden):
        notes.hide(note.id)
    connect(moderator).notes.hide(note.id, "Spam")
    with pytest.raises(exceptions.ElementDeleted):
        notes.get(note.id)
    assert notes.get(visitors.id).comments[0].text == "Bank?"


def test_it_handles_traces(connect: Any, alice: User, trace_files: Path, tmp_path: Path) -> None:
    traces = connect(alice).gpx
    walk, copy = tmp_path / "walk.gpx", str(tmp_path / "copy.gpx")
    walk.write_bytes(gpx(POINT))
    number = traces.create(str(walk), "A walk", Visibility.IDENTIFIABLE, ["hike", "rhine"])
    importer.run(number)
    trace = traces.get_details(number)
    assert (trace.id, trace.name, trace.user_id, trace.pending) == (number, "walk.gpx", alice.pk, False)
    assert (float(trace.latitude), float(trace.longitude)) == (47.1, 9.5)
    assert (trace.description, trace.tags) == ("A walk", ["hike", "rhine"])
    trace.description, trace.tags, trace.visibility = "Größe", ["ride"], Visibility.TRACKABLE
    traces.update(trace)
    assert traces.list_details() == [trace]
    traces.get_file(copy, number)
    assert Path(copy).read_bytes() == walk.read_bytes()
    traces.get_gps_points(copy, "9", "47", "9.6", "47.2")
    assert b'<trkpt lat="47.1000000" lon="9.5000000">' in Path(copy).read_bytes()
    untagged = traces.create(str(walk), "Another", Visibility.TRACKABLE)
    traces.delete(number)
    with pytest.raises(exceptions.IdNotFoundError):
        traces.get_details(number)
    with pytest.raises(exceptions.Unauthorized):
        connect().gpx.delete(untagged)


def test_it_reads_users_and_keeps_preferences(connect: Any, alice: User, moderator: User) -> None:
    users = connect(alice).user
    assert [found.display_name for found in users.get_query([alice.pk, moderator.pk])] == [
        "alice",
        "moderator",
    ]
    found = users.get(moderator.pk)
    assert (found.id, found.roles, found.changesets_count) == (moderator.pk, ["moderator"], 0)
    assert users.get_current().display_name == "alice"
    users.set_preferences({"color": "<red & blue>", "größe": "1"})
    assert users.get_preferences() == {"color": "<red & blue>", "größe": "1"}
    assert users.get_preferences("color") == {"color": "<red & blue>"}
    users.delete_preference("größe")
    assert users.get_preferences() == {"color": "<red & blue>"}
    with pytest.raises(ValueError, match="Preference not found"):
        users.delete_preference("größe")
    with pytest.raises(exceptions.IdNotFoundError):
        users.get(10**9)
    with pytest.raises(exceptions.Unauthorized):
        connect().user.get_current()


def test_it_reads_the_changes_of_a_changeset_as_a_diff(
    connect: Any, live_server: LiveServer, tmp_path: Path
) -> None:
    connect()
    path = tmp_path / "changes.osc.gz"
    document = requests.get(f"{live_server.url}/api/0.6/changeset/1/download", timeout=10).content
    path.write_bytes(gzip.compress(document))
    change: Any = Diff(Frequency.MINUTE).get(file_from=str(path), generator=False)
    assert change.meta.version == "0.6"
    assert names(change.get(Node, Action.CREATE)) == ["n1v1", "n2v1"]
    assert names(change.get(Node, Action.MODIFY)) == ["n1v2"]
    assert names(change.get(Node, Action.DELETE)) == ["n3v2"]
    assert names(change.get(Relation, Action.CREATE)) == ["r1v1", "r2v1"]
