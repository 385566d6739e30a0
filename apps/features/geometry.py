"""Lines, areas and multipolygons from positions, many at a time.

Positions are arrays of (x, y) of `projection.py`. Elements whose nodes were cut off by an extract are drawn as far as
they go; nothing here raises for odd geometry, which the database may contain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from .models import Shape
from .projection import Floats, all_meters_per_unit

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Drawn:
    """What one chunk of elements looks like, in lists of equal length."""

    shapes: list[int]
    sizes: list[float]
    labels: list[list[int]]
    """(x, y)."""
    boxes: list[list[int]]
    """(west, north, east, south)."""
    wkb: list[bytes]


def measured(geometries: Geometries, shapes: NDArray[np.int16]) -> Drawn:
    """Return geometries with their sizes, label points and boxes."""
    boxes = shapely.bounds(geometries).reshape(-1, 4)
    scale = all_meters_per_unit((boxes[:, 1] + boxes[:, 3]) / 2) if len(boxes) else np.empty(0)
    is_area, is_line = shapes == Shape.AREA, shapes == Shape.LINE
    sizes = np.zeros(len(geometries))
    sizes[is_area] = shapely.area(geometries[is_area]) * scale[is_area] ** 2
    sizes[is_line] = shapely.length(geometries[is_line]) * scale[is_line]
    points = geometries.copy()
    points[is_area] = shapely.point_on_surface(geometries[is_area])
    points[is_line] = shapely.line_interpolate_point(
        _longest_lines(geometries[is_line]), 0.5, normalized=True
    )
    # Several points: the first one.
    several = shapely.get_type_id(points) == shapely.GeometryType.MULTIPOINT
    points[several] = shapely.get_geometry(points[several], 0)
    labels = shapely.get_coordinates(points).reshape(-1, 2)
    return Drawn(
        shapes.tolist(),
        np.round(sizes, 1).tolist(),
        np.rint(labels).astype(np.int64).tolist(),
        np.rint(boxes).astype(np.int64).tolist(),
        np.asarray(shapely.to_wkb(geometries, byte_order=1), dtype=object).tolist(),
    )


def _longest_lines(lines: Geometries) -> Geometries:
    """Return the longest part of each line that has several."""
    longest = lines.copy()
    for number in np.flatnonzero(shapely.get_type_id(lines) == shapely.GeometryType.MULTILINESTRING):
        parts = shapely.get_parts(lines[number])
        longest[number] = parts[int(np.argmax(shapely.length(parts)))]
    return longest


def lines_of(coordinates: Floats, lengths: NDArray[np.int64]) -> Geometries:
    """Return lines with `lengths` positions each, of at least two."""
    if not len(lengths):
        return np.empty(0, dtype=object)
    indices = np.repeat(np.arange(len(lengths)), lengths)
    return np.asarray(shapely.linestrings(coordinates, indices=indices), dtype=object)


def areas_of(rings: Geometries) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return areas of closed lines, and which of them enclose one."""
    if not len(rings):
        return rings, np.empty(0, dtype=bool)
    coordinates, indices = shapely.get_coordinates(rings, return_index=True)
    closed = shapely.linearrings(coordinates, indices=indices)
    return repaired(np.asarray(shapely.polygons(closed), dtype=object))


def repaired(polygons: Geometries) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return valid areas in place of areas whose outlines cross or touch themselves, and which of them enclose one."""
    invalid = ~shapely.is_valid(polygons)
    if invalid.any():
        polygons = polygons.copy()
        polygons[invalid] = [only_areas(area) for area in shapely.make_valid(polygons[invalid])]
    return polygons, ~(shapely.is_empty(polygons) | shapely.is_missing(polygons))


def only_areas(geometry: Any) -> Any:
    """Return the polygons of a geometry of any kind, an empty one if it has none."""
    if shapely.get_type_id(geometry) in {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}:
        return geometry
    parts = [
        part
        for part in shapely.get_parts(geometry)
        if shapely.get_type_id(part) in {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}
    ]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def multipolygon_of(lines: Sequence[Any]) -> Any:
    """Return the area that the lines of a multipolygon's members enclose, an empty one if no ring is closed.

    Which ring is a hole follows from how they lie, not from their roles, which are often wrong.
    """
    if not lines:
        return shapely.Polygon()
    area = _built(shapely.multilinestrings(list(lines)))
    if shapely.is_empty(area) or not shapely.is_valid(area):
        # Lines that cross have to be cut where they do.
        area = _built(shapely.union_all(list(lines)))
    if not shapely.is_valid(area):
        area = only_areas(shapely.make_valid(area))
    return area


def _built(lines: Any) -> Any:
    try:
        return only_areas(shapely.build_area(lines))
    except shapely.GEOSException:
        return shapely.Polygon()


def collected(lines: Iterable[Any]) -> Any:
    """Return lines as one geometry."""
    parts = list(lines)
    return parts[0] if len(parts) == 1 else shapely.multilinestrings(parts)
