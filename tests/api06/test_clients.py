"""The public Python client `osmapi` and osmium's readers understand the responses of a running server."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.request import urlopen

import osmapi
import osmium
import pytest
import requests
from oauth2_provider.models import AccessToken
from pytest_django.live_server_helper import LiveServer

from apps.changesets.models import Changeset, ChangesetComment
from apps.users.models import User
from tests import worlds

from .conftest import WORLD

CLOSED = (
    "c1 k3 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d1 i1 ualice x9.5 y47.1 X9.51 Y47.11 Tcomment=benches"
)


@pytest.fixture
def api(live_server: LiveServer) -> Iterator[osmapi.OsmApi]:
    """The client, connected to a server with the world of the API's tests."""
    worlds.load(WORLD)
    with osmapi.OsmApi(api=live_server.url) as client:
        yield client


def time_of(text: str) -> datetime:
    """Return a time as the client does, without a time zone."""
    return datetime.fromisoformat(text)


def test_it_reads_a_node(api: osmapi.OsmApi) -> None:
    assert api.node_get(1) == {
        "id": 1,
        "lat": 47.1,
        "lon": 9.5,
        "tag": {"amenity": "bench", "name": "new bench"},
        "changeset": 2,
        "version": 2,
        "user": "bob",
        "uid": 2,
        "timestamp": time_of("2020-02-01T00:00:00"),
        "visible": True,
    }
    assert api.node_get(1, 1)["tag"] == {"name": "old"}


def test_it_fetches_several_elements(api: osmapi.OsmApi) -> None:
    assert {id_: node["version"] for id_, node in api.nodes_get([1, 2, 5]).items()} == {1: 2, 2: 1, 5: 1}
    assert api.ways_get([1])[1]["nd"] == [2, 1, 2, 5]
    assert list(api.relations_get([1, 3])) == [1, 3]


def test_it_reads_the_history_ways_and_relations_of_a_node(api: osmapi.OsmApi) -> None:
    assert {version: node["visible"] for version, node in api.node_history(3).items()} == {1: True, 2: False}
    assert [way["id"] for way in api.node_ways(1)] == [1]
    assert [relation["id"] for relation in api.node_relations(1)] == [1]
    assert [relation["id"] for relation in api.way_relations(1)] == [1]
    assert [relation["id"] for relation in api.relation_relations(1)] == [2]


def test_it_reads_a_way_in_full_and_its_history(api: osmapi.OsmApi) -> None:
    assert api.way_get(1)["nd"] == [2, 1, 2, 5]
    assert refs(api.way_full(1)) == ["n1", "n2", "n5", "w1"]
    assert {version: way["nd"] for version, way in api.way_history(1).items()} == {1: [1, 2], 2: [2, 1, 2, 5]}


def test_it_reads_a_relation_in_full_and_its_history(api: osmapi.OsmApi) -> None:
    assert api.relation_get(1)["member"] == [
        {"type": "way", "ref": 1, "role": "forward"},
        {"type": "node", "ref": 4, "role": ""},
        {"type": "node", "ref": 1, "role": "stop"},
        {"type": "way", "ref": 99, "role": ""},
    ]
    assert refs(api.relation_full(1)) == ["n1", "n2", "n4", "n5", "w1", "r1"]
    assert list(api.relation_history(1)) == [1]


def test_it_reads_a_map(api: osmapi.OsmApi) -> None:
    assert refs(api.map(9.505, 47.105, 9.515, 47.115)) == ["n1", "n2", "n5", "w1", "r1", "r2"]


def test_it_reads_a_changeset_with_its_discussion(api: osmapi.OsmApi) -> None:
    worlds.load(CLOSED)
    ChangesetComment.objects.create(
        changeset=Changeset.objects.get(id=1), author=User.objects.get(id=2), body="Which bench?"
    )
    changeset = api.changeset_get(1, include_discussion=True)
    assert (changeset["id"], changeset["user"], changeset["open"]) == (1, "alice", False)
    assert changeset["tag"] == {"comment": "benches"}
    assert [(comment["user"], comment["text"]) for comment in changeset["discussion"]] == [
        ("bob", "Which bench?")
    ]


def test_it_queries_changesets_and_downloads_one(api: osmapi.OsmApi) -> None:
    assert set(api.changesets_get(username="bob")) == {2}
    assert api.changesets_get(userid=1)[1]["user"] == "alice"
    assert [
        (change["action"], change["type"], change["data"]["id"]) for change in api.changeset_download(1)
    ] == [
        ("create", "node", 1),
        ("create", "node", 2),
        ("create", "node", 3),
        ("create", "way", 1),
    ]


def test_it_reads_the_capabilities(api: osmapi.OsmApi) -> None:
    capabilities = api.capabilities()
    assert capabilities["version"] == {"minimum": 0.6, "maximum": 0.6}
    assert capabilities["waynodes"] == {"maximum": 2000.0}
    assert capabilities["status"] == {"database": "online", "api": "online", "gpx": "online"}


def test_it_tells_unknown_elements_from_deleted_ones(api: osmapi.OsmApi) -> None:
    with pytest.raises(osmapi.ElementNotFoundApiError):
        api.node_get(99)
    with pytest.raises(osmapi.ElementDeletedApiError):
        api.node_get(3)
    with pytest.raises(osmapi.ElementDeletedApiError):
        api.way_full(2)
    with pytest.raises(osmapi.ElementNotFoundApiError):
        api.nodes_get([1, 99])


def test_osmium_reads_a_map_and_a_changeset(api: osmapi.OsmApi, live_server: LiveServer) -> None:
    with urlopen(f"{live_server.url}/api/0.6/map?bbox=9.505,47.105,9.515,47.115") as response:
        document = response.read()
    assert osmium_refs(document, "osm") == ["n1v2", "n2v1", "n5v1", "w1v2", "r1v1", "r2v1"]
    with urlopen(f"{live_server.url}/api/0.6/changeset/2/download") as response:
        document = response.read()
    assert osmium_refs(document, "osc") == [
        "n1v2",
        "n3v2",
        "n5v1",
        "w1v2",
        "w2v1",
        "r1v1",
        "r2v1",
        "r3v1",
        "r4v1",
    ]


def refs(elements: list[dict[str, Any]]) -> list[str]:
    return [f"{element['type'][0]}{element['data']['id']}" for element in elements]


def osmium_refs(document: bytes, form: str) -> list[str]:
    items: Iterable[Any] = osmium.FileProcessor(osmium.io.FileBuffer(document, form))
    return [f"{item.type_str()}{item.id}v{item.version}" for item in items]


def with_token(live_server: LiveServer, name: str, scope: str = "write_api") -> osmapi.OsmApi:
    """Return a client with a token of a user who has agreed to the terms."""
    User.objects.filter(display_name=name).update(
        terms_agreed="2020-01-01T00:00:00Z", terms_seen=True, status="active"
    )
    AccessToken.objects.create(
        user=User.objects.get(display_name=name),
        token=f"secret of {name}",
        scope=scope,
        expires="2999-01-01T00:00:00Z",
    )
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer secret of {name}"
    return osmapi.OsmApi(api=live_server.url, session=session)


def test_it_edits_the_map(live_server: LiveServer) -> None:
    worlds.load(WORLD)
    api = with_token(live_server, "alice")
    changeset = api.changeset_create({"comment": "by program"})
    node = api.node_create({"lat": 47.2, "lon": 9.6, "tag": {"a": "b"}})
    assert (node["version"], node["changeset"]) == (1, changeset)
    node = api.node_update({**node, "tag": {"a": "c"}})
    assert node["version"] == 2
    with pytest.raises(osmapi.VersionMismatchApiError):
        api.node_update({**node, "version": 1})
    new_node = {"id": -1, "lat": 47.2, "lon": 9.7, "tag": {}}
    new_way = {"id": -1, "nd": [-1, node["id"]], "tag": {"b": "c"}}
    results = api.changeset_upload(
        [
            {"type": "node", "action": "create", "data": [new_node]},
            {"type": "way", "action": "create", "data": [new_way]},
        ]
    )
    assert results[0]["data"][0]["version"] == 1
    (way,) = api.node_ways(node["id"])
    with pytest.raises(osmapi.PreconditionFailedApiError):
        api.node_delete(node)
    assert way["nd"][1] == node["id"]
    api.way_delete(way)
    assert api.node_delete(node)["version"] == 3
    api.changeset_close()
    found = api.changeset_get(changeset)
    assert (found["open"], int(found["changes_count"]), found["tag"]) == (
        False,
        6,
        {"comment": "by program", "created_by": f"osmapi/{osmapi.__version__}"},
    )


def test_it_edits_ways_and_relations_in_a_changeset_that_closes_itself(live_server: LiveServer) -> None:
    worlds.load(WORLD)
    with with_token(live_server, "alice") as api:
        with api.changeset({"comment": "by program"}) as changeset:
            way = api.way_create({"nd": [1, 2], "tag": {"highway": "path"}})
            assert (way["version"], way["changeset"]) == (1, changeset)
            assert api.way_update({**way, "nd": [2, 1]})["version"] == 2
            relation = api.relation_create(
                {"member": [{"type": "way", "ref": way["id"], "role": "outer"}], "tag": {"type": "route"}}
            )
            assert (relation["version"], relation["changeset"]) == (1, changeset)
            relation = api.relation_update({**relation, "tag": {"type": "x"}})
            assert relation["version"] == 2
            assert (api.way_get(way["id"])["nd"], api.way_get(way["id"], 1)["nd"]) == ([2, 1], [1, 2])
            assert api.relation_get(relation["id"])["tag"] == {"type": "x"}
            assert api.relation_get(relation["id"], 1)["tag"] == {"type": "route"}
            assert [found["id"] for found in api.way_relations(way["id"])] == [relation["id"]]
            assert api.relation_delete(relation)["version"] == 3
        found = api.changeset_get(changeset)
        assert (found["open"], int(found["changes_count"])) == (False, 5)
        with pytest.raises(osmapi.ElementDeletedApiError):
            api.relation_get(relation["id"])
        with pytest.raises(osmapi.NoChangesetOpenError):
            api.way_create({"nd": [1, 2], "tag": {}})


def test_it_reads_a_relation_with_the_relations_in_it(api: osmapi.OsmApi) -> None:
    assert set(refs(api.relation_full_recur(2))) == {"n1", "n2", "n4", "n5", "w1", "r1", "r2"}


def test_it_notices_that_its_changeset_was_closed_in_the_meantime(live_server: LiveServer) -> None:
    worlds.load(WORLD)
    api = with_token(live_server, "alice")
    changeset = api.changeset_create({"comment": "first"})
    api.changeset_update({"comment": "second"})
    assert api.changeset_get(changeset)["tag"]["comment"] == "second"
    Changeset.objects.filter(id=changeset).update(closed_at="2020-01-01T00:00:00Z")
    with pytest.raises(osmapi.ChangesetClosedApiError):
        api.node_create({"lat": 47.2, "lon": 9.6, "tag": {}})
    with pytest.raises(osmapi.ChangesetClosedApiError):
        api.changeset_close()


def test_it_discusses_a_changeset(live_server: LiveServer) -> None:
    worlds.load(WORLD)
    alice, bob = with_token(live_server, "alice"), with_token(live_server, "bob")
    changeset = alice.changeset_create({"comment": "benches"})
    alice.node_create({"lat": 47.2, "lon": 9.6, "tag": {"amenity": "bench"}})
    # The client reports every 409 of this call as such; here the changeset is not closed yet.
    with pytest.raises(osmapi.ChangesetClosedApiError, match="is not yet closed"):
        bob.changeset_comment(changeset, "Which one?")
    alice.changeset_close()
    assert int(bob.changeset_comment(changeset, "Größe & Farbe?\n+1")["comments_count"]) == 1
    (comment,) = alice.changeset_get(changeset, include_discussion=True)["discussion"]
    assert (comment["user"], comment["text"]) == ("bob", "Größe & Farbe?\n+1")
    with pytest.raises(osmapi.AlreadySubscribedApiError):
        bob.changeset_subscribe(changeset)
    assert bob.changeset_unsubscribe(changeset)["id"] == changeset
    with pytest.raises(osmapi.NotSubscribedApiError):
        bob.changeset_unsubscribe(changeset)
    assert bob.changeset_subscribe(changeset)["id"] == changeset
    with pytest.raises(osmapi.UnauthorizedApiError):
        osmapi.OsmApi(api=live_server.url, session=requests.Session()).changeset_subscribe(changeset)


def test_it_creates_comments_on_and_closes_notes(live_server: LiveServer) -> None:
    worlds.load(WORLD)
    with osmapi.OsmApi(api=live_server.url) as visitor:
        assert visitor.note_create({"lat": 47.1, "lon": 9.5, "text": "Bank?"})["comments"][0]["user"] is None
    api = with_token(live_server, "alice", scope="write_notes")
    note = api.note_create({"lat": 47.2, "lon": 9.6, "text": "Bench & bin"})
    number = note["id"]
    assert (note["lat"], note["lon"], note["status"]) == (47.2, 9.6, "open")
    assert [(c["user"], c["uid"], c["action"], c["text"]) for c in note["comments"]] == [
        ("alice", "1", "opened", "Bench & bin")
    ]
    assert api.note_comment(number, "Two of them")["comments"][1]["text"] == "Two of them"
    closed = api.note_close(number, "Mapped")
    assert closed["date_closed"] is not None
    with pytest.raises(osmapi.NoteAlreadyClosedApiError):
        api.note_close(number)
    assert [found["id"] for found in api.notes_search("benches")] == [number]
    assert len(api.notes_get(9, 47, 10, 48)) == 2
    assert len(api.notes_get(9, 47, 10, 48, closed=0)) == 1
    assert api.note_reopen(number)["status"] == "open"
    assert api.note_get(number)["comments"][-1]["action"] == "reopened"
    with pytest.raises(osmapi.ElementNotFoundApiError):
        api.note_get(int(number) + 1)
