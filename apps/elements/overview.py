"""The larger roads, railways, rivers, borders, woods, lakes and places of a small database, for low zoom levels.

Tags have no index, so this reads all ways, at most once in ten minutes. If there are more than a million, or it takes
longer than three seconds, there is no overview, and the map only shows where there is data.
"""

from typing import Any

import orjson
from django.core.cache import cache
from django.db import OperationalError, connection, transaction

MAX_WAYS = 1_000_000
MAX_NODES = 10_000_000
MAX_LINES = 12_000
_KEY = "pages:overview"
_SECONDS = 600
_SECONDS_EMPTY = 10
_SPACING = 6_000
"""Points closer than this to the one before are left out: 1e-7 degrees, about 50 m."""

_LINE_TAGS = {
    "highway",
    "railway",
    "waterway",
    "boundary",
    "admin_level",
    "name",
    "ref",
    "tunnel",
    "natural",
    "landuse",
}

_LINES = """
WITH picked AS (
  SELECT id, nodes, tags
  FROM ways
  WHERE visible AND cardinality(nodes) > 1 AND (
    tags->>'highway' IN ('motorway', 'trunk', 'primary', 'secondary', 'tertiary')
    OR tags->>'railway' = 'rail' AND tags->>'service' IS NULL
    OR tags->>'waterway' IN ('river', 'canal')
    OR tags->>'boundary' = 'administrative'
    OR cardinality(nodes) > 20
      AND (tags->>'natural' IN ('water', 'wood') OR tags->>'landuse' IN ('forest', 'residential'))
  )
  ORDER BY cardinality(nodes) DESC LIMIT %s
)
SELECT picked.id, picked.tags, line.points
FROM picked, LATERAL (
  SELECT array_agg(ARRAY[nodes.lon, nodes.lat] ORDER BY point.number) AS points
  FROM unnest(picked.nodes) WITH ORDINALITY AS point (node, number)
  JOIN nodes ON nodes.id = point.node AND nodes.visible
) AS line
WHERE line.points IS NOT NULL
"""

_PLACES = """
SELECT id, tags, lon, lat
FROM nodes
WHERE visible AND tags->>'place' IN ('city', 'town', 'village') AND tags->>'name' IS NOT NULL
ORDER BY array_position(ARRAY['city', 'town', 'village'], tags->>'place'), id
LIMIT 2000
"""


def overview() -> bytes:
    """Return JSON with `lines` and `places`, each with its key (`way/1`), a few tags and its points in degrees."""
    found: bytes | None = cache.get(_KEY)
    if found is None:
        # Requests that come while it is being read get an empty one.
        if not cache.add(f"{_KEY}:reading", True, 10):
            return orjson.dumps({"lines": [], "places": []})
        content = _overview()
        found = orjson.dumps(content)
        cache.set(_KEY, found, _SECONDS if content["lines"] else _SECONDS_EMPTY)
    return found


def _overview() -> dict[str, Any]:
    sizes = _table_sizes()
    try:
        lines = _fetch(_LINES, [MAX_LINES]) if sizes["ways"] <= MAX_WAYS else []
        places = _fetch(_PLACES, []) if sizes["nodes"] <= MAX_NODES else []
    except OperationalError:
        return {"lines": [], "places": []}
    return {
        "lines": [_line(way, tags, points) for way, tags, points in lines],
        "places": [
            {
                "key": f"node/{node}",
                "tags": _selected(tags, {"place", "population", "capital"}),
                "point": [lon / 1e7, lat / 1e7],
            }
            for node, tags, lon, lat in places
        ],
    }


def _table_sizes() -> dict[str, float]:
    """Return the planner's estimates of the counts of rows, which cost nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples FROM pg_class WHERE oid IN ('ways'::regclass, 'nodes'::regclass)"
        )
        return dict(cursor.fetchall())


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '3s'")
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _line(way: int, tags: dict[str, str], points: list[list[int]]) -> dict[str, Any]:
    is_closed = len(points) > 3 and points[0] == points[-1]
    line = [points[0]]
    for lon, lat in points[1:-1]:
        if abs(lon - line[-1][0]) + abs(lat - line[-1][1]) > _SPACING:
            line.append([lon, lat])
    line.append(points[-1])
    return {
        "key": f"way/{way}",
        "tags": _selected(tags, _LINE_TAGS),
        "points": [[round(lon / 1e7, 5), round(lat / 1e7, 5)] for lon, lat in line],
        "closed": is_closed,
    }


def _selected(tags: dict[str, str], keys: set[str]) -> dict[str, str]:
    return {
        key: value for key, value in tags.items() if key in keys or key == "name" or key.startswith("name:")
    }
