"""Which cells look different after a change: those that the differing segments touch, not the whole box of a feature.

A cell is a tile of the usual scheme. Changes are noted at all zooms up to 14; one cell stands for all within it where
an area covers it, or where there would be too many.
"""

from collections.abc import Iterable, Iterator
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np
import shapely
from orjson import loads

from .assembly import Row
from .models import Shape
from .projection import BITS

DEEPEST = 14
MARGIN = 1 / 64
"""How far lines and areas are drawn beyond the edge of a tile, in widths of it."""
_MOST = 4096
"""Cells of one zoom that a single change is followed to."""


class Cell(NamedTuple):
    z: int
    x: int
    y: int


class Cells(NamedTuple):
    touched: set[Cell]
    whole: set[Cell]
    """Those that stand for all cells within them, too."""


Pair = tuple[Row | None, Row | None]
"""A feature before and after a change."""


def touched_cells(pairs: Iterable[Pair]) -> Cells:
    """Return the cells in which features have changed, from the first zoom on at which they are seen."""
    cells = Cells(set(), set())
    labels: dict[str, int] = {}
    for before, after in pairs:
        rows = [row for row in (before, after) if row is not None]
        first = min((row.min_zoom for row in rows), default=0)
        for row in rows:
            labels[row.label] = min(first, labels.get(row.label, first))
        for geometry in _differences(before, after):
            _add(cells, geometry, first)
    for label, first in labels.items():
        x, y = (int(number) for number in label.strip("()").split(","))
        cells.touched.update(
            Cell(z, min(x >> (BITS - z), (1 << z) - 1), min(y >> (BITS - z), (1 << z) - 1))
            for z in range(first, DEEPEST + 1)
        )
    return cells


def _differences(before: Row | None, after: Row | None) -> Iterator[Any]:
    """Yield the lines and areas that are drawn differently."""
    drawn = [
        shapely.from_wkb(row.geometry)
        for row in (before, after)
        if row is not None and row.shape != Shape.POINT
    ]
    if before is None or after is None or len(drawn) < 2 or _look(before) != _look(after):
        yield from drawn
        return
    if (before.size, before.label) != (after.size, after.label) and _is_water(after):
        yield from drawn
        return
    if before.geometry == after.geometry:
        return
    old, new = drawn
    if after.shape == Shape.LINE:
        difference = _changed_segments(old, new)
    else:
        try:
            difference = shapely.symmetric_difference(old, new)
        except shapely.GEOSException:
            yield from drawn
            return
    # Only the order of the positions differs.
    yield from drawn if shapely.is_empty(difference) else [difference]


def _changed_segments(old: Any, new: Any) -> Any:
    """Return the segments that only one of two lines has. Those that go the other way count: a street may be one-way."""
    before, after = _segments(old), _segments(new)
    segments, numbers = np.unique(np.concatenate([before, after]), axis=0, return_inverse=True)
    signs = np.repeat([1, -1], [len(before), len(after)])
    changed = np.bincount(numbers.ravel(), weights=signs, minlength=len(segments)) != 0
    return shapely.multilinestrings(segments[changed].reshape(-1, 2, 2))


def _segments(line: Any) -> Any:
    """Return the segments of a line as an array of (x, y, x, y)."""
    xy, numbers = shapely.get_coordinates(shapely.get_parts(line), return_index=True)
    return np.column_stack([xy[:-1], xy[1:]])[numbers[:-1] == numbers[1:]]


def _look(row: Row) -> tuple[object, ...]:
    """Return everything but the position that is seen."""
    return row.shape, row.tags, row.key, row.value, row.admin_level, row.min_zoom


def _is_water(row: Row) -> bool:
    """Return whether it is water, whose size, in the projection at its label, every tile of it tells."""
    tags = loads(row.tags)
    return row.shape == Shape.AREA and any(tags.get(key) in values for key, values in _WATER.items())


_WATER = {
    "natural": {"water", "glacier"},
    "landuse": {"reservoir", "basin"},
    "waterway": {"riverbank", "dock", "canal"},
}


def _add(cells: Cells, geometry: Any, first: int) -> None:
    """Add the cells that a line or an area touches, from a zoom on."""
    west, north, east, south = shapely.bounds(geometry).tolist()
    for z in range(DEEPEST + 1):
        left, right = _span(west, east, z)
        top, bottom = _span(north, south, z)
        if (left, top) != (right, bottom):
            # The last zoom at which it is in one cell.
            x, y = _span(west, east, z - 1)[0], _span(north, south, z - 1)[0]
            _add_within(cells, geometry, Cell(z - 1, x, y), first)
            return
        if z >= first:
            cells.touched.add(Cell(z, left, top))


def add_whole(cells: Cells, area: Any) -> None:
    """Add the cells that an area touches, and all within them."""
    _add(cells, area, 0)


def _span(low: float, high: float, z: int) -> tuple[int, int]:
    """Return the first and the last column or row of a zoom that is touched."""
    width = 1 << (BITS - z)
    return max(0, ceil(low / width - 1 - MARGIN)), min((1 << z) - 1, floor(high / width + MARGIN))


def _add_within(cells: Cells, geometry: Any, cell: Cell, first: int) -> None:
    """Add the cells that a line or an area touches, from those in a cell down."""
    shapely.prepare(geometry)
    bounds = shapely.bounds(geometry)
    found = np.array([(cell.x, cell.y)], dtype=np.int64)
    for z in range(cell.z + 1, DEEPEST + 1):
        width = 1 << (BITS - z)
        found = (found[:, np.newaxis] * 2 + _CHILDREN).reshape(-1, 2)
        low, high = (found - MARGIN) * width, (found + 1 + MARGIN) * width
        near = ((low <= bounds[2:]) & (high >= bounds[:2])).all(axis=1)
        found, low, high = found[near], low[near], high[near]
        if len(found) > 1:
            boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
            is_touched = shapely.intersects(geometry, boxes)
            found, boxes = found[is_touched], boxes[is_touched]
            # Nothing within these has to be looked at.
            is_covered = shapely.contains_properly(geometry, boxes)
            _note(cells.whole, z, found[is_covered])
            if z >= first:
                _note(cells.touched, z, found[is_covered])
            found = found[~is_covered]
        if z >= first:
            _note(cells.touched, z, found)
        if len(found) > _MOST:
            _note(cells.whole, z, found)
            return


_CHILDREN = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], dtype=np.int64)


def _note(cells: set[Cell], z: int, found: Any) -> None:
    cells.update(Cell(z, x, y) for x, y in found.tolist())
