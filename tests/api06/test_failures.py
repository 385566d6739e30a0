import threading
from collections.abc import Iterator

import orjson
import psycopg
import pytest
from django.db import connection
from lxml import etree

from apps.api06 import documents
from apps.osm.formats import Format
from tests import worlds

from .client import call, get


def test_a_statement_that_takes_too_long_is_408(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1")
    # Planning alone takes longer than a millisecond.
    response = get("map?bbox=-0.25,-0.25,0.25,0.25")
    assert (response.status, response.text) == (408, "Request timed out")


@pytest.mark.django_db(transaction=True)
def test_a_connection_closed_by_the_server_is_reopened() -> None:
    worlds.load("n1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice x9.5 y47.1 T")
    for path in ("node/1", "map?bbox=9,47,9.5,47.5", "nodes?nodes=1"):
        assert get(path).status == 200
        _end_sessions()
        assert get(path).status == 200


def _end_sessions() -> None:
    """End this session on the server, as a restart of PostgreSQL would."""
    parameters = connection.get_connection_params()
    ours = connection.connection.info.backend_pid

    def end() -> None:
        with psycopg.connect(**{name: parameters[name] for name in ("dbname", "user", "host")}) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])

    thread = threading.Thread(target=end)
    thread.start()
    thread.join()


def _failing() -> Iterator[bytes]:
    yield b',\n{"type":"node","id":1}'
    raise psycopg.OperationalError("the server <closed> the connection\n")


def test_an_xml_response_that_fails_midway_reports_the_error() -> None:
    body = b"".join(documents.elements(_failing_xml(), Format.XML))
    root = etree.fromstring(body)
    assert [child.tag for child in root] == ["node", "error"]
    assert root.findtext("error") == "the server <closed> the connection"


def _failing_xml() -> Iterator[bytes]:
    yield b' <node id="1"/>\n'
    raise psycopg.OperationalError("the server <closed> the connection\n")


def test_a_json_response_that_fails_midway_reports_the_error() -> None:
    document = orjson.loads(b"".join(documents.elements(_failing(), Format.JSON)))
    assert document["elements"] == [
        {"type": "node", "id": 1},
        {"error": "the server <closed> the connection"},
    ]


def test_a_response_that_fails_at_once_is_still_a_document() -> None:
    def failing() -> Iterator[bytes]:
        raise psycopg.OperationalError("gone")
        yield b""

    document = orjson.loads(b"".join(documents.elements(failing(), Format.JSON)))
    assert document["elements"] == [{"error": "gone"}]


@pytest.mark.parametrize("path", ["changeset/create", "node/create", "changeset/1/upload"])
def test_calls_without_get_have_no_head_either(path: str) -> None:
    response = call("HEAD", f"/api/0.6/{path}")
    assert response.status == 405
    assert "HEAD" not in response.headers["Allow"]
