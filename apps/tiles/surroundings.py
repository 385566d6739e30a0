"""What is around the data in a tile: the rest of the world, to zoom 7 with borders and names, beyond that land and sea.

Where there is data, only the data is shown. Geometries are in units of the tile, as in `geometry.py`.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
import shapely

from apps.features import coverage
from apps.features.coverage import covered
from apps.features.projection import BITS

from .encoding import EXTENT
from .geometry import BUFFER, Geometries, Grid
from .layers import shows_label_of_size
from .subjects import Attributes, Tile
from .world import World, world

LAST_ZOOM_WITH_BORDERS = 7
_FINER = 8
"""A tile is divided into 2**8 columns and rows of cells with and without data, as far as they are that small."""
BORDER: Attributes = (("admin_level", 2), ("maritime", False), ("disputed", False))
_NOTHING: Geometries = np.empty(0, dtype=object)


class Surroundings:
    """A tile without its data. Finding where there is data takes one statement."""

    def __init__(self, tile: Tile) -> None:
        self.grid = Grid(tile)
        self.edge = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
        margin = tile.width * BUFFER / EXTENT
        (x, y), width = tile.origin, tile.width
        self.box = shapely.box(x - margin, y - margin, x + width + margin, y + width + margin)

    @cached_property
    def data(self) -> Any:
        """The part of the tile that has data, an empty area if there is none."""
        tile = self.grid.tile
        zoom = min(coverage.ZOOM, tile.z + _FINER)
        west, north, east, south = shapely.bounds(self.box).tolist()
        most = (1 << zoom) - 1

        def cell_at(side: float) -> int:
            return max(0, min(most, int(side) >> BITS - zoom))

        first, last = (cell_at(west), cell_at(north)), (cell_at(east), cell_at(south))
        cells = covered(zoom, first, last)
        if len(cells.columns) == (last[0] - first[0] + 1) * (last[1] - first[1] + 1):
            return self.edge
        if not len(cells.columns):
            return shapely.Polygon()
        corners = _runs(cells) * (1 << BITS - zoom)
        boxes = shapely.box(*self.grid.to_units(corners.reshape(-1, 2)).reshape(-1, 4).T)
        return shapely.intersection(shapely.union_all(boxes), self.edge)

    @property
    def is_everywhere(self) -> bool:
        """Whether all of the tile has data."""
        return self.data is self.edge

    @cached_property
    def world(self) -> World | None:
        return world()

    def sea(self) -> Geometries:
        """Return the sea outside of the data."""
        if self.is_everywhere or self.world is None:
            return _NOTHING
        land = self.world.land(self.box, smallest=self.grid.tile.width / EXTENT)
        land = self.grid.simplified(np.asarray(shapely.transform(land, self.grid.to_units), dtype=object))
        return _areas(shapely.difference(self.edge, shapely.union_all([*land, self.data])))

    def is_land(self, points: Geometries) -> Any:
        """Return which of some points are on land, as far as the rest of the world is known: all of them if it is not."""
        if self.world is None:
            return np.ones(len(points), dtype=bool)
        scale = self.grid.tile.width / EXTENT
        return self.world.is_land(
            np.asarray(shapely.transform(points, lambda xy: xy * scale + self.grid.tile.origin), dtype=object)
        )

    def borders(self) -> Geometries:
        """Return the borders of countries outside of the data."""
        if self.grid.tile.z > LAST_ZOOM_WITH_BORDERS or self.is_everywhere or self.world is None:
            return _NOTHING
        lines = self.grid.clip(
            np.asarray(shapely.transform(self.world.borders(self.box), self.grid.to_units), dtype=object)
        )
        merged = shapely.line_merge(shapely.union_all(lines)) if len(lines) else shapely.LineString()
        left = shapely.difference(merged, self.data)
        return _NOTHING if shapely.is_empty(left) else np.array([left], dtype=object)

    def labels(self) -> Iterator[tuple[tuple[float, float], float, Attributes]]:
        """Yield the position, the size in square meters and the attributes of the names of countries outside of the data."""
        z = self.grid.tile.z
        if z > LAST_ZOOM_WITH_BORDERS or self.is_everywhere or self.world is None:
            return
        shapely.prepare(self.data)
        for country in self.world.countries(self.box):
            units = self.grid.to_units(np.array([country.label]))
            if shows_label_of_size(2, country.size, z) and not shapely.intersects_xy(self.data, *units[0]):
                names = (("name", country.name), ("name_en", country.name))
                attributes = ("admin_level", 2), ("way_area", round(country.size / 10_000)), *names
                yield country.label, country.size, attributes


def _runs(cells: coverage.Covered) -> Any:
    """Return adjoining cells of a row as one box: (west, north, east, south) in cells."""
    order = np.lexsort((cells.columns, cells.rows))
    columns, rows = cells.columns[order], cells.rows[order]
    is_first = np.ones(len(columns), dtype=bool)
    is_first[1:] = (np.diff(columns) != 1) | (np.diff(rows) != 0)
    starts = np.flatnonzero(is_first)
    ends = np.append(starts[1:], len(columns)) - 1
    return np.column_stack([columns[starts], rows[starts], columns[ends] + 1, rows[starts] + 1])


def _areas(geometry: Any) -> Geometries:
    """Return the polygons of a geometry."""
    parts = shapely.get_parts(geometry)
    return np.asarray(parts[shapely.get_dimensions(parts) == 2], dtype=object)
