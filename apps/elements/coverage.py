"""Where there is data: the cells of a grid that contain at least one node, without reading all nodes.

Tile numbers interleave the bits of column and row, so their leading bits are the number of a coarser cell. One lookup
in the index of tiles per cell finds the next one, by skipping the rest of the cell before it.
"""

from typing import Any

from django.core.cache import cache
from django.db import connection

MAX_CELLS = 3000
_SHIFTS = [20, 16, 12, 10, 8, 6, 4, 2, 0]
_KEY = "pages:coverage"
_SECONDS = 600
_SECONDS_EMPTY = 10

_OCCUPIED = """
WITH RECURSIVE cells (cell) AS (
  (SELECT tile >> %(shift)s FROM nodes WHERE visible ORDER BY tile LIMIT 1)
  UNION ALL
  SELECT (
    SELECT tile >> %(shift)s FROM nodes
    WHERE visible AND tile >= (cells.cell + 1) << %(shift)s
    ORDER BY tile LIMIT 1
  )
  FROM cells WHERE cells.cell IS NOT NULL
)
SELECT cell FROM cells WHERE cell IS NOT NULL LIMIT %(limit)s
"""


def coverage() -> dict[str, Any]:
    """Return the cells of the finest grid that has at most 3,000 of them, cached for ten minutes.

    `size` is (longitude, latitude) of a cell in degrees; `cells` are (column, row) from the south-west of the world;
    `bounds` is (west, south, east, north) of all of them, or None if there is no data; `focus` is the same for nine
    tenths of them, so that a few long ways that leave an extract do not make the rest small.
    """
    found: dict[str, Any] | None = cache.get(_KEY)
    if found is None:
        found = _coverage()
        cache.set(_KEY, found, _SECONDS if found["cells"] else _SECONDS_EMPTY)
    return found


def _coverage() -> dict[str, Any]:
    cells, shift = _occupied(_SHIFTS[0]), _SHIFTS[0]
    for finer in _SHIFTS[1:]:
        # Each cell contains at least one cell of a finer grid, so the count never decreases.
        more = _occupied(finer) if 0 < len(cells) <= MAX_CELLS else []
        if not more or len(more) > MAX_CELLS:
            break
        cells, shift = more, finer
    bits = 16 - shift // 2
    width, height = 360 / 2**bits, 180 / 2**bits
    places = [(_every_other(cell >> 1), _every_other(cell)) for cell in cells]
    return {
        "bounds": _bbox(places, width, height, 0),
        "focus": _bbox(places, width, height, len(places) // 20),
        "size": [width, height],
        "cells": places,
    }


def _bbox(places: list[tuple[int, int]], width: float, height: float, left_out: int) -> list[float] | None:
    """Return the bbox of cells without so many of the outermost ones on each side."""
    if not places:
        return None
    columns, rows = (sorted(place[axis] for place in places) for axis in (0, 1))
    last = len(places) - 1 - left_out
    sides = [
        columns[left_out] * width - 180,
        rows[left_out] * height - 90,
        (columns[last] + 1) * width - 180,
        (rows[last] + 1) * height - 90,
    ]
    return [round(side, 7) for side in sides]


def _occupied(shift: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_OCCUPIED, {"shift": shift, "limit": MAX_CELLS + 1})
        return [row[0] for row in cursor.fetchall()]


def _every_other(bits: int) -> int:
    """Return the even bits of a number, joined."""
    value = 0
    for position in range(16):
        value |= (bits >> 2 * position & 1) << position
    return value
