"""The features of a tile. One statement, which is prepared."""

from functools import cache
from typing import NamedTuple

from orjson import loads

from apps.elements.reads import fetch_all
from apps.osm.elements import ElementType

from .layers import TAGS
from .subjects import Look, Tile

# The zoom is written into the statement, so that the planner knows that a partial index serves.
_FEATURES = """
SELECT type, id, shape, admin_level, size, key, value, tags::text, label[0], label[1], geometry
FROM features
WHERE box && %(box)s::text::box AND min_zoom <= {zoom}
ORDER BY type, id
"""

# Way by way: relations with such a zoom, the countries, are large.
_COASTLINES = f"""
SELECT tags::text, geometry FROM features
WHERE box && %(box)s::text::box AND min_zoom = 0 AND type = {ElementType.WAY.value}
"""


class Found(NamedTuple):
    """A feature of a tile."""

    id: int
    look: Look
    size: float
    """In square meters, or meters."""
    label: tuple[float, float]
    geometry: bytes
    """Well-known binary."""


def features_of(tile: Tile, *, margin: float) -> list[Found]:
    """Return the features that touch a tile, or its margin of so many of its widths, by type and id."""
    box = _box(tile, tile.width * margin)
    return [_found(*row) for row in fetch_all(statement(tile.z), {"box": box})]


def coastlines_near(tile: Tile, reach: float) -> list[bytes]:
    """Return the coastlines in a tile, or around it within so many units of the projection. One statement."""
    rows = fetch_all(_COASTLINES, {"box": _box(tile, reach)})
    return [geometry for tags, geometry in rows if loads(tags).get("natural") == "coastline"]


def _box(tile: Tile, more: float) -> str:
    (x, y), width = tile.origin, tile.width
    return f"({x + width + more:.0f},{y + width + more:.0f}),({x - more:.0f},{y - more:.0f})"


@cache
def statement(zoom: int) -> str:
    """Return the statement for the tiles of a zoom."""
    return _FEATURES.format(zoom=zoom)


def _found(
    kind: int,
    id_: int,
    shape: int,
    admin_level: int | None,
    size: float,
    key: bytes,
    value: bytes,
    tags: bytes,
    x: float,
    y: float,
    geometry: bytes,
) -> Found:
    looked_at = tuple([pair for pair in loads(tags).items() if pair[0] in TAGS])
    return Found(id_, Look(kind, shape, admin_level, key, value, looked_at), size, (x, y), geometry)
