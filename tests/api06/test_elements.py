from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.elements.models import OldNode
from apps.moderation.models import Redaction
from apps.osm.elements import ElementType
from apps.users.models import User

from .client import attributes, call, get

pytestmark = pytest.mark.usefixtures("world")


def test_a_node_is_returned_as_xml() -> None:
    response = get("node/1")
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert "Content-Disposition" not in response.headers
    root = response.xml
    assert root.tag == "osm"
    assert attributes(root) == {
        "version": "0.6",
        "generator": "OpenStreetMap server",
        "copyright": "OpenStreetMap and contributors",
        "attribution": "http://www.openstreetmap.org/copyright",
        "license": "http://opendatacommons.org/licenses/odbl/1-0/",
    }
    (node,) = root
    assert attributes(node) == {
        "id": "1",
        "visible": "true",
        "version": "2",
        "changeset": "2",
        "timestamp": "2020-02-01T00:00:00Z",
        "user": "bob",
        "uid": "2",
        "lat": "47.1000000",
        "lon": "9.5000000",
    }
    assert [attributes(tag) for tag in node] == [
        {"k": "amenity", "v": "bench"},
        {"k": "name", "v": "new bench"},
    ]


def test_a_node_is_returned_as_json() -> None:
    response = get("node/1.json")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.json["elements"] == [
        {
            "type": "node",
            "id": 1,
            "lat": 47.1,
            "lon": 9.5,
            "timestamp": "2020-02-01T00:00:00Z",
            "version": 2,
            "changeset": 2,
            "user": "bob",
            "uid": 2,
            "tags": {"amenity": "bench", "name": "new bench"},
        }
    ]
    assert list(response.json) == ["version", "generator", "copyright", "attribution", "license", "elements"]


def test_a_way_is_returned_as_xml_and_json() -> None:
    way = get("way/1").xml[0]
    assert [child.get("ref") for child in way if child.tag == "nd"] == ["2", "1", "2", "5"]
    assert [child.tag for child in way] == ["nd"] * 4 + ["tag"] * 2
    assert get("way/1.json").json["elements"][0]["nodes"] == [2, 1, 2, 5]


def test_a_relation_is_returned_as_xml_and_json() -> None:
    members = [("way", 1, "forward"), ("node", 4, ""), ("node", 1, "stop"), ("way", 99, "")]
    found = [
        (m.get("type"), int(m.get("ref") or 0), m.get("role")) for m in get("relation/1").xml.iter("member")
    ]
    assert found == members
    json = get("relation/1.json").json["elements"][0]
    assert [(m["type"], m["ref"], m["role"]) for m in json["members"]] == members
    assert "members" not in get("relation/4.json").json["elements"][0]


def test_an_author_with_private_edits_is_not_named() -> None:
    assert {"user", "uid"} & set(get("node/4").xml[0].attrib) == set()
    assert {"user", "uid"} & set(get("node/4.json").json["elements"][0]) == set()


def test_coordinates_are_never_in_scientific_notation() -> None:
    node = get("node/4").xml[0]
    assert (node.get("lat"), node.get("lon")) == ("0.0000001", "0.0000000")
    assert get("node/4.json").json["elements"][0]["lat"] == 0.0000001


@pytest.mark.parametrize(
    "path", ["node/99", "way/99", "relation/99", "node/3/9", "node/99/history", "way/99/full"]
)
def test_an_unknown_element_is_404_with_an_empty_body(path: str) -> None:
    response = get(path)
    assert (response.status, response.body) == (404, b"")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Error" not in response.headers


@pytest.mark.parametrize("path", ["node/3", "way/2", "way/2/full", "node/3.json"])
def test_a_deleted_element_is_410(path: str) -> None:
    response = get(path)
    assert (response.status, response.body) == (410, b"")
    assert "Error" not in response.headers


@pytest.mark.parametrize(
    "path",
    ["node/five", "node/-1", "node/9223372036854775808", "node/1/foo", "node/1.osm", "way/1/ways", "foo", ""],
)
def test_unknown_paths_are_404_with_an_empty_body(path: str) -> None:
    response = get(path)
    assert (response.status, response.body) == (404, b"")


def test_a_version_is_returned() -> None:
    assert get("node/1/1").refs == ["n1v1"]
    assert get("node/1/2").refs == ["n1v2"]
    assert get("node/1/1").xml[0].get("user") == "alice"
    deleted = get("node/3/2")
    assert (deleted.status, deleted.xml[0].get("visible"), deleted.xml[0].get("lat")) == (200, "false", None)
    assert get("node/3/2.json").json["elements"][0]["visible"] is False


def test_a_history_contains_all_versions_oldest_first() -> None:
    assert get("node/1/history").refs == ["n1v1", "n1v2"]
    assert get("node/3/history.json").refs == ["n3v1", "n3v2"]
    assert get("way/1/history").refs == ["w1v1", "w1v2"]


def test_a_multi_fetch_returns_each_element_once_by_id_including_deleted_ones() -> None:
    assert get("nodes?nodes=3,1,2,1").refs == ["n1v2", "n2v1", "n3v2"]
    assert get("ways.json?ways=2,1").refs == ["w1v2", "w2v1"]


def test_a_multi_fetch_can_ask_for_versions() -> None:
    assert get("nodes?nodes=1v1,1,3v1").refs == ["n1v1", "n1v2", "n3v1"]
    assert get("nodes?nodes=1v2,1").refs == ["n1v2"]
    assert get("relations?relations=1v1").refs == ["r1v1"]


@pytest.mark.parametrize("ids", ["1,99", "1,two", "-1", "1v9", "1v1v1", "99999999999999999999"])
def test_a_multi_fetch_is_all_or_nothing(ids: str) -> None:
    assert get(f"nodes?nodes={ids}").status == 404


@pytest.mark.parametrize("query", ["", "?nodes=", "?nodes=,", "?ways=1"])
def test_a_multi_fetch_needs_ids(query: str) -> None:
    response = get("nodes" + query)
    message = (
        "The parameter nodes is required, and must be of the form nodes=ID[vVER][,ID[vVER][,ID[vVER]...]]."
    )
    assert (response.status, response.text, response.headers["Error"]) == (400, message, message)
    assert response.headers["Content-Type"] == "text/plain"


def test_the_ways_of_a_node_and_the_relations_of_elements_are_listed() -> None:
    assert get("node/5/ways").refs == ["w1v2"]
    assert get("node/1/relations").refs == ["r1v1"]
    assert get("way/1/relations.json").refs == ["r1v1"]
    assert get("relation/1/relations").refs == ["r2v1"]
    assert get("relation/2/relations").refs == ["r2v1", "r3v1"]


@pytest.mark.parametrize("path", ["node/99/ways", "node/99/relations", "relation/4/relations"])
def test_an_unknown_element_is_used_by_nothing(path: str) -> None:
    response = get(path)
    assert (response.status, response.refs) == (200, [])
    assert get(path + ".json").json["elements"] == []


def test_a_full_element_includes_its_parts() -> None:
    assert get("way/1/full").refs == ["n1v2", "n2v1", "n5v1", "w1v2"]
    assert get("relation/1/full").refs == ["n1v2", "n2v1", "n4v7", "n5v1", "w1v2", "r1v1"]
    assert get("relation/2/full.json").refs == ["r1v1", "r2v1"]


def test_a_redacted_version_is_hidden(moderator: User) -> None:
    redaction = Redaction.objects.create(title="Copied", description="from a map", user=moderator)
    OldNode.objects.filter(id=1, version=1).update(redaction=redaction)
    response = get("node/1/1")
    assert (response.status, response.body) == (403, b"")
    assert get("node/1/1?show_redactions=true").status == 403
    assert get("node/1/history").refs == ["n1v2"]
    assert get("nodes?nodes=1v1,2").status == 404
    assert "n1v1" not in get("changeset/1/download").refs


def test_moderators_see_redacted_versions_on_request(moderator: User, token: str) -> None:
    redaction = Redaction.objects.create(title="Copied", description="from a map", user=moderator)
    OldNode.objects.filter(id=1, version=1).update(redaction=redaction)
    assert get("node/1/1", Authorization=token).status == 403
    assert get("node/1/1?show_redactions=true", Authorization=token).refs == ["n1v1"]
    assert get("node/1/history?show_redactions=true", Authorization=token).refs == ["n1v1", "n1v2"]
    assert get("nodes?nodes=1v1&show_redactions=true", Authorization=token).refs == ["n1v1"]
    assert "n1v1" in get("changeset/1/download?show_redactions=true", Authorization=token).refs


@pytest.fixture
def token(moderator: User) -> str:
    AccessToken.objects.create(
        user=moderator, token="secret", scope="read_prefs", expires=timezone.now() + timedelta(days=1)
    )
    return "Bearer secret"


@pytest.mark.parametrize(
    "path",
    [
        "node/1",
        "node/1/1",
        "node/1/history",
        "nodes?nodes=1,2,3v1",
        "node/5/ways",
        "way/1/relations",
        "relation/1/full",
    ],
)
def test_each_read_takes_one_statement(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    statements: list[str] = []
    for name in ("execute", "stream"):
        monkeypatch.setattr(psycopg.Cursor, name, _noting(getattr(psycopg.Cursor, name), statements))
    with CaptureQueriesContext(connection) as captured:
        assert get(path).status == 200
    assert len(statements) + len(captured) == 1


def _noting(method: Callable[..., Any], statements: list[str]) -> Callable[..., Any]:
    def noted(cursor: object, statement: str, *args: Any, **kwargs: Any) -> Any:
        statements.append(statement)
        return method(cursor, statement, *args, **kwargs)

    return noted


@pytest.mark.parametrize("kind", [kind.label for kind in ElementType])
def test_a_wrong_method_is_405_and_lists_the_allowed_ones(kind: str) -> None:
    response = call("POST", f"/api/0.6/{kind}/1")
    assert (response.status, response.headers["Allow"], response.body) == (
        405,
        "GET, PUT, DELETE, HEAD, OPTIONS",
        b"",
    )


def test_head_returns_the_headers_of_get_without_the_body() -> None:
    for path in ("node/1", "map?bbox=9,47,9.1,47.1", "way/1/full"):
        response = call("HEAD", "/api/0.6/" + path)
        assert (response.status, response.body) == (200, b"")
        assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert call("HEAD", "/api/0.6/node/99").status == 404
