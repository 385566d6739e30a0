"""Where there is data: the cells of the map that lines, outlines and points of features touch.

A cell is a tile of zoom 12, about 7 km wide in the middle of Europe. The table counts the features in each, so that it
is exact after edits as well as after a rebuild; it is written by whoever writes features, in the same transaction.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.core.cache import cache
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.elements.reads import fetch_all

from .assembly import Row
from .models import Coverage
from .projection import BITS, WORLD, to_degrees

ZOOM = 12
TABLE = Coverage._meta.db_table
MAX_CELLS = 3000
"""Cells in a summary; with more, larger cells are counted."""
_KEY = "features:coverage"
_SECONDS = 600
_FEW_CELLS = 16
"""So few that their features can be looked at: a village is much smaller than a cell."""
_LEFT_OUT = 0.01
"""The part of the features beyond each side of the focus."""
_SHIFT = BITS - ZOOM
_WIDTH = 1 << _SHIFT

Ints = NDArray[np.int64]
Counts = dict[int, int]
"""The count of features by cell: column << ZOOM | row."""
Sides = tuple[float, float, float, float]

_WRITE = f"""
INSERT INTO {TABLE} (x, y, features)
SELECT * FROM unnest(%s::int[], %s::int[], %s::int[])
ON CONFLICT (x, y) DO UPDATE SET features = {TABLE}.features + EXCLUDED.features
RETURNING x, y, features
"""
_REMOVE = f"""
DELETE FROM {TABLE} USING unnest(%s::int[], %s::int[]) AS emptied (x, y)
WHERE {TABLE}.x = emptied.x AND {TABLE}.y = emptied.y
"""
_CELLS = f"""
SELECT x >> %(shift)s::int, y >> %(shift)s::int, sum(features)::bigint
FROM {TABLE}
WHERE x BETWEEN %(left)s::int AND %(right)s::int AND y BETWEEN %(top)s::int AND %(bottom)s::int
GROUP BY 1, 2 LIMIT %(limit)s::bigint
"""
_SIDES = "SELECT min((box[1])[0]), min((box[1])[1]), max((box[0])[0]), max((box[0])[1]) FROM features"


def counted(rows: Iterable[Row]) -> Counts:
    """Return how many of the features touch each cell."""
    wkb = np.array([row.geometry for row in rows], dtype=object)
    if not len(wkb):
        return {}
    geometries = shapely.from_wkb(wkb)
    bounds = shapely.bounds(geometries)
    # A straight line may cross cells in which none of its positions is.
    is_wide = (bounds[:, 2:] - bounds[:, :2] > _WIDTH / 2).any(axis=1)
    geometries[is_wide] = shapely.segmentize(geometries[is_wide], _WIDTH / 4)
    xy, owners = shapely.get_coordinates(geometries, return_index=True)
    cells = np.minimum(xy.astype(np.int64) >> _SHIFT, (1 << ZOOM) - 1)
    keys = cells[:, 0] << ZOOM | cells[:, 1]
    # Each feature counts once in a cell; most of its positions are in the same one as those before.
    is_new = np.ones(len(keys), dtype=bool)
    is_new[1:] = (np.diff(keys) != 0) | (np.diff(owners) != 0)
    pairs = np.unique(np.asarray(owners, dtype=np.int64)[is_new] << 2 * ZOOM | keys[is_new])
    found, counts = np.unique(pairs & (1 << 2 * ZOOM) - 1, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def add(total: Counts, more: Counts, sign: int = 1) -> None:
    """Add counts to others."""
    for key, count in more.items():
        total[key] = total.get(key, 0) + sign * count


def apply(difference: Counts) -> list[tuple[int, int]]:
    """Write by how much counts differ, and return the cells that have now data, or none any more. Two statements at most."""
    changed = {_cell(key): count for key, count in sorted(difference.items()) if count}
    if not changed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [[x for x, _ in changed], [y for _, y in changed], list(changed.values())])
        found = cursor.fetchall()
        if emptied := [(x, y) for x, y, features in found if features <= 0]:
            cursor.execute(_REMOVE, [[x for x, _ in emptied], [y for _, y in emptied]])
    differing = [(x, y) for x, y, features in found if features <= 0 or features == changed[x, y]]
    if differing:
        forget_summary()
    return differing


def replace(counts: Counts) -> None:
    """Write the counts of a rebuild in place of all others, within its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")
        with cursor.copy(f"COPY {TABLE} (x, y, features) FROM STDIN") as target:
            for key, count in counts.items():
                target.write_row((*_cell(key), count))
    forget_summary()


def _cell(key: int) -> tuple[int, int]:
    return key >> ZOOM, key & (1 << ZOOM) - 1


def cell_box(x: int, y: int) -> Any:
    """Return the area of a cell."""
    return shapely.box(x * _WIDTH, y * _WIDTH, (x + 1) * _WIDTH, (y + 1) * _WIDTH)


class Covered(NamedTuple):
    """Cells with data, as arrays of columns and rows of a zoom."""

    zoom: int
    columns: Ints
    rows: Ints


def covered(zoom: int, first: tuple[int, int], last: tuple[int, int]) -> Covered:
    """Return the cells of a zoom of 12 at the most that have data, from one cell to another. One statement."""
    rows = _cells(zoom, first, last, limit=None)
    found = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2)
    return Covered(zoom, found[:, 0], found[:, 1])


def has_data(z: int, x: int, y: int) -> bool:
    """Return whether a tile, or the cell that contains it, has data. One statement."""
    zoom = min(z, ZOOM)
    cell = x >> z - zoom, y >> z - zoom
    return bool(_cells(zoom, cell, cell, limit=1))


def _cells(
    zoom: int, first: tuple[int, int], last: tuple[int, int], *, limit: int | None
) -> list[tuple[int, int, int]]:
    shift = ZOOM - zoom
    sides = {
        "left": first[0] << shift,
        "right": (last[0] + 1 << shift) - 1,
        "top": first[1] << shift,
        "bottom": (last[1] + 1 << shift) - 1,
    }
    return fetch_all(_CELLS, {"shift": shift, "limit": limit, **sides})


# For people


def coverage() -> dict[str, Any]:
    """Return the cells of the largest zoom at which at most 3,000 have data, cached until that changes.

    `cells` are (column, row) of `zoom`; `bounds` is (west, south, east, north) of all of them, or None if there is no
    data; `focus` is the same for nearly all features, so that a few long ways that leave an extract do not make the rest
    small.
    """
    found: dict[str, Any] | None = cache.get(_KEY)
    if found is None:
        found = _summary()
        cache.set(_KEY, found, _SECONDS)
    return found


def forget_summary() -> None:
    transaction.on_commit(lambda: cache.delete(_KEY), robust=True)


def _summary() -> dict[str, Any]:
    zoom, at_least = ZOOM, Coverage.objects.count()
    # With each zoom there are a quarter as many, or more.
    while at_least > MAX_CELLS:
        zoom, at_least = zoom - 1, at_least // 4
    while len(cells := _cells(zoom, (0, 0), (end := (1 << zoom) - 1, end), limit=MAX_CELLS + 1)) > MAX_CELLS:
        zoom -= 1
    sides = _sides_of_features() if len(cells) <= _FEW_CELLS else (0, 0, WORLD, WORLD)
    return {
        "bounds": _bbox(cells, zoom, 0, sides),
        "focus": _bbox(cells, zoom, _LEFT_OUT, sides),
        "zoom": zoom,
        "cells": sorted(cell[:2] for cell in cells),
    }


def _sides_of_features() -> Sides:
    """Return the western, northern, eastern and southern end of all features."""
    with connection.cursor() as cursor:
        cursor.execute(_SIDES)
        west, north, east, south = cursor.fetchone()
        return west or 0, north or 0, east or 0, south or 0


def _bbox(cells: list[tuple[int, int, int]], zoom: int, left_out: float, sides: Sides) -> list[float] | None:
    """Return the bbox of cells without those that have together less than a part of the features on a side."""
    if not cells:
        return None
    found = []
    for axis in (0, 1):
        numbers, places = np.unique([cell[axis] for cell in cells], return_inverse=True)
        part = np.cumsum(np.bincount(places, weights=[cell[2] for cell in cells]))
        first = int(np.searchsorted(part, part[-1] * left_out, side="right"))
        last = int(np.searchsorted(part, part[-1] * (1 - left_out), side="left"))
        width = 1 << BITS - zoom
        found.append(
            (max(numbers[first] * width, sides[axis]), min((numbers[last] + 1) * width, sides[axis + 2]))
        )
    (left, right), (top, bottom) = found
    (west, north), (east, south) = to_degrees(left, top), to_degrees(right, bottom)
    return [round(float(side), 7) for side in (west, south, east, north)]
