"""Geometries on the grid of a tile: clipped, simplified, rounded, and encoded.

Positions are in units of the tile (`encoding.EXTENT` wide) from its north-western corner. Each class takes the
geometries of all features of one type and encodes them at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from apps.features.geometry import only_areas

from .encoding import EXTENT, GeometryType, Ints, encode_geometries
from .kinds import DETAIL
from .subjects import Tile

BUFFER = 64
"""Units around the tile in which lines and areas go on, so that their ends and outlines are not seen."""
_TOLERANCE = 2
"""Units that simplified lines are off by, an eighth of a pixel on a screen with 256 pixels per tile."""

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grid:
    tile: Tile

    @property
    def is_detailed(self) -> bool:
        """Whether nothing may be lost: clients enlarge these tiles."""
        return self.tile.z >= DETAIL

    def to_units(self, xy: Floats) -> Floats:
        return (xy - self.tile.origin) * (EXTENT / self.tile.width)

    def read(self, wkb: Sequence[bytes]) -> Geometries:
        """Return geometries that are stored as well-known binary, clipped; those outside are empty."""
        return self.clip(self._whole(wkb))

    def read_outlines(self, wkb: Sequence[bytes]) -> Geometries:
        """Return lines, and the outlines of areas, clipped."""
        return self.clip(self.read_whole_outlines(wkb))

    def read_whole_outlines(self, wkb: Sequence[bytes]) -> Geometries:
        """Return lines, and the outlines of areas."""
        geometries = self._whole(wkb)
        is_area = np.isin(shapely.get_type_id(geometries), _POLYGONS)
        geometries[is_area] = shapely.boundary(geometries[is_area])
        return geometries

    def _whole(self, wkb: Sequence[bytes]) -> Geometries:
        stored = np.empty(len(wkb), dtype=object)
        stored[:] = wkb
        return np.asarray(shapely.transform(shapely.from_wkb(stored), self.to_units), dtype=object)

    def clip(self, geometries: Geometries) -> Geometries:
        low, high = -BUFFER, EXTENT + BUFFER
        bounds = shapely.bounds(geometries)
        crosses = (bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1)
        if crosses.any():
            geometries = geometries.copy()
            geometries[crosses] = shapely.clip_by_rect(geometries[crosses], low, low, high, high)
        return geometries

    def simplified(self, geometries: Geometries) -> Geometries:
        if self.is_detailed:
            return geometries
        return np.asarray(shapely.simplify(geometries, _TOLERANCE, preserve_topology=False), dtype=object)

    # Points

    def points(self, labels: Floats) -> list[bytes]:
        """Return points; those outside of the tile, which belong to another one, are empty."""
        units = np.floor(self.to_units(labels)).astype(np.int64)
        inside = ((units >= 0) & (units < EXTENT)).all(axis=1)
        owners = np.flatnonzero(inside)
        return encode_geometries(
            GeometryType.POINT, units[inside], np.ones(len(owners), dtype=np.int64), owners, len(labels)
        )

    # Lines

    def lines(self, lines: Geometries) -> list[bytes]:
        """Return lines; empty is what is shorter than a unit, unless nothing may be lost."""
        parts, owners = shapely.get_parts(self.simplified(lines), return_index=True)
        xy, numbers = shapely.get_coordinates(parts, return_index=True)
        units = np.rint(xy).astype(np.int64)
        units, numbers = _without_repetitions(units, numbers)
        lengths = np.bincount(numbers, minlength=len(parts)) if len(parts) else np.empty(0, dtype=np.int64)
        is_short = lengths == 1
        if self.is_detailed:
            # Nothing is lost: the shortest line that there is.
            at = np.flatnonzero(is_short[numbers])
            units = np.insert(units, at + 1, units[at] + (1, 0), axis=0)
            lengths = lengths + is_short
            kept = lengths > 0
        else:
            units, kept = units[~is_short[numbers]], lengths > 1
        return encode_geometries(
            GeometryType.LINE, units, lengths[kept], np.asarray(owners, dtype=np.int64)[kept], len(lines)
        )

    # Areas

    def areas(self, areas: Geometries) -> list[bytes]:
        """Return valid polygons; empty is what is thinner than a unit, unless nothing may be lost."""
        rounded = self._valid(self.simplified(areas))
        if self.is_detailed:
            lost = shapely.is_empty(rounded) & ~shapely.is_empty(areas)
            corners = np.floor(shapely.bounds(areas[lost])[:, :2])
            rounded[lost] = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + 1, corners[:, 1] + 1)
        polygons, owners = shapely.get_parts(
            shapely.orient_polygons(rounded, exterior_cw=False), return_index=True
        )
        rings, of_polygons = shapely.get_rings(polygons, return_index=True)
        xy, numbers = shapely.get_coordinates(rings, return_index=True)
        units, numbers = _without_repetitions(xy.astype(np.int64), numbers)
        # Rings are closed by a command.
        is_last = np.diff(numbers, append=-1) != 0
        units, numbers = units[~is_last], numbers[~is_last]
        return encode_geometries(
            GeometryType.POLYGON,
            units,
            np.bincount(numbers, minlength=len(rings)),
            np.asarray(owners, dtype=np.int64)[of_polygons],
            len(areas),
        )

    def _valid(self, areas: Geometries) -> Geometries:
        """Return areas with integer positions."""
        rounded = np.asarray(shapely.transform(areas, np.rint), dtype=object)
        is_polygon = np.isin(shapely.get_type_id(rounded), _POLYGONS)
        invalid = np.flatnonzero(~(is_polygon & shapely.is_valid(rounded)))
        for number in invalid:
            rounded[number] = _repaired(areas[number])
        return rounded


_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def _repaired(area: Any) -> Any:
    """Return the valid area with integer positions that is nearest, an empty one if it is thinner than they are."""
    found = only_areas(shapely.make_valid(area))
    return only_areas(shapely.set_precision(found, 1))


def _without_repetitions(units: Ints, numbers: Ints) -> tuple[Ints, Ints]:
    """Return positions without those that repeat the one before, of the same part."""
    if not len(units):
        return units.reshape(-1, 2), numbers.astype(np.int64)
    is_new = np.ones(len(units), dtype=bool)
    is_new[1:] = (np.diff(units, axis=0) != 0).any(axis=1) | (np.diff(numbers) != 0)
    return units[is_new], numbers[is_new]
