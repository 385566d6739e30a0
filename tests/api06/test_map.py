import gzip
import re

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from tests import worlds

from .client import attributes, get

pytestmark = pytest.mark.usefixtures("world")


def test_a_map_has_nodes_their_ways_all_nodes_of_these_and_relations_one_level_up() -> None:
    """n2 is in the bbox and used by w1, which also has n1 and n5; r1 uses w1 and r2 uses r1, but r3 is a level too far."""
    response = get("map?bbox=9.505,47.105,9.515,47.115")
    assert response.refs == ["n1v2", "n2v1", "n5v1", "w1v2", "r1v1", "r2v1"]
    assert response.headers["Content-Disposition"] == 'attachment; filename="map.osm"'
    assert get("map.json?bbox=9.505,47.105,9.515,47.115").refs == response.refs


def test_a_map_begins_with_its_bounds() -> None:
    bounds = get("map?bbox=9.505,47.105,9.515,47.115").xml[0]
    assert (bounds.tag, attributes(bounds)) == (
        "bounds",
        {"minlat": "47.1050000", "minlon": "9.5050000", "maxlat": "47.1150000", "maxlon": "9.5150000"},
    )
    assert get("map.json?bbox=9.505,47.105,9.515,47.115").json["bounds"] == {
        "minlat": 47.105,
        "minlon": 9.505,
        "maxlat": 47.115,
        "maxlon": 9.515,
    }


def test_a_map_omits_deleted_nodes_and_includes_its_edges() -> None:
    assert get("map?bbox=9.52,47.12,9.52,47.12").refs == []
    assert "n2v1" in get("map?bbox=9.51,47.11,9.51,47.11").refs


def test_a_map_includes_relations_of_nodes_outside_the_bbox() -> None:
    """r5 uses n5, which is in the response only because of w1."""
    worlds.load("r5 v1 dV c9 t2020-04-01T00:00:00Z i1 ualice T Mn5@")
    assert "r5v1" in get("map?bbox=9.505,47.105,9.515,47.115").refs


def test_a_map_may_be_empty() -> None:
    response = get("map?bbox=0.1,0.1,0.2,0.2")
    assert (response.status, response.refs, len(response.xml)) == (200, [], 1)
    assert get("map.json?bbox=0.1,0.1,0.2,0.2").json["elements"] == []


BBOX_REQUIRED = "The parameter bbox is required, and must be of the form min_lon,min_lat,max_lon,max_lat."


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", BBOX_REQUIRED),
        ("bbox=", BBOX_REQUIRED),
        ("bbox=1,2,3", BBOX_REQUIRED),
        (
            "bbox=0,0,1,1",
            (
                "The maximum bbox size is 0.250000, and your request was too large. "
                "Either request a smaller area, or use planet.osm"
            ),
        ),
        (
            "bbox=0.1,0.1,-0.1,-0.1",
            (
                "The latitudes must be between -90 and 90, longitudes between -180 and 180 and the minima must be "
                "less than the maxima."
            ),
        ),
    ],
)
def test_a_bad_bbox_is_400_with_a_message_and_no_attachment(query: str, text: str) -> None:
    response = get("map?" + query)
    assert (response.status, response.text) == (400, text)
    assert response.headers["Error"] == text
    assert "Content-Disposition" not in response.headers


def test_too_many_nodes_are_refused_before_the_first_byte(settings: Settings) -> None:
    settings.MAX_NUMBER_OF_NODES = 2
    assert get("map?bbox=9.4,47.0,9.6,47.2").status == 200
    settings.MAX_NUMBER_OF_NODES = 1
    response = get("map?bbox=9.4,47.0,9.6,47.2")
    assert (response.status, response.text) == (
        400,
        "You requested too many nodes (limit is 1). Either request a smaller area, or use planet.osm",
    )
    assert get("node/1").status == 200, "the connection is free again"


def test_a_map_is_compressed_for_clients_that_accept_it() -> None:
    response = Client().get("/api/0.6/map?bbox=9.4,47.0,9.6,47.2", HTTP_ACCEPT_ENCODING="gzip")
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == get("map?bbox=9.4,47.0,9.6,47.2").body


@pytest.mark.parametrize("header", ["", "identity", "br", "gzip;q=0", "gzip;q=x"])
def test_a_map_is_not_compressed_for_other_clients(header: str) -> None:
    response = Client().get("/api/0.6/map?bbox=9.4,47.0,9.6,47.2", HTTP_ACCEPT_ENCODING=header)
    assert response["Content-Encoding"] == "identity"


HOSTILE = 'a"b\'<&>\\ \t\r\n é 漢 \U0001f6b2 ]]> ", ": "," {} %s'


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_all_characters_in_tags_and_roles_survive(suffix: str) -> None:
    escaped = re.sub(r"[^a-z]", lambda sign: f"%{ord(sign.group()):x}%", HOSTILE)
    worlds.load(f"""
        n7 v1 dV c7 t2020-01-01T00:00:00Z i7 ub x1 y1 T{escaped}={escaped},b={escaped}
        r7 v1 dV c7 t2020-01-01T00:00:00Z i7 ub T Mn7@{escaped}
    """)
    response = get(f"map{suffix}?bbox=1,1,1,1")
    if suffix:
        node, relation = response.json["elements"]
        tags, role = node["tags"], relation["members"][0]["role"]
    else:
        _bounds, node, relation = response.xml
        tags, role = {tag.get("k"): tag.get("v") for tag in node}, relation[0].get("role")
    assert tags == {HOSTILE: HOSTILE, "b": HOSTILE}
    assert role == HOSTILE
