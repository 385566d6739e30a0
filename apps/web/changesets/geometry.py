"""What the map draws of a changeset: the elements that its page lists, with the nodes and ways in their new shape."""

from collections.abc import Iterable
from typing import Any

from apps.elements.neighbours import neighbours
from apps.osm.elements import COORDINATE_SCALE, ElementRef, ElementType
from apps.osm.positions import is_in_world

MAX_NODES = 1000
"""Of all ways together; the ways after that are not drawn."""


def drawn(rows: dict[ElementType, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return `elements` as in the API, and `touched`, the keys of those to draw (`way/5`). At most one statement.

    Deleted and redacted versions, relations, and nodes outside the world are left out. Ways lie where their nodes are now.
    """
    nodes, ways = (
        [row for row in rows.get(kind, []) if row["visible"] and row["redaction_id"] is None]
        for kind in (ElementType.NODE, ElementType.WAY)
    )
    ways = list(_short_enough(ways))
    refs = {ElementRef(ElementType.NODE, node) for way in ways for node in way["nodes"]}
    places = [_node(ref.id, near.lat, near.lon) for ref, near in neighbours(refs).items() if near.visible]
    shapes = [{"type": "way", "id": way["id"], "nodes": way["nodes"], "tags": way["tags"]} for way in ways]
    # The nodes of the changeset come last: where it put them counts.
    own = [_node(node["id"], node["lat"], node["lon"]) for node in nodes]
    places, own = ([node for node in each if is_in_world(node["lat"], node["lon"])] for each in (places, own))
    touched = [f"{element['type']}/{element['id']}" for element in [*shapes, *own]]
    return {"elements": [*places, *shapes, *own], "touched": touched}


def _short_enough(ways: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    count = 0
    for way in ways:
        count += len(way["nodes"])
        if count > MAX_NODES:
            return
        yield way


def _node(osm_id: int, lat: int | None, lon: int | None) -> dict[str, Any]:
    return {
        "type": "node",
        "id": osm_id,
        "lat": (lat or 0) / COORDINATE_SCALE,
        "lon": (lon or 0) / COORDINATE_SCALE,
    }
