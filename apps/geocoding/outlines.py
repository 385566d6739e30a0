"""Shapes of features as GeoJSON."""

from collections.abc import Iterable
from typing import Any

import shapely

from apps.features.projection import WORLD, all_to_degrees
from apps.osm.elements import ElementRef

from . import reading

_MOST_POINTS = 5000
"""Shapes with more points are simplified to what a screen can show."""
_PIXELS = 2000


def outlines(refs: Iterable[ElementRef], tolerance: float = 0) -> dict[ElementRef, str]:
    """Return the shapes of features as GeoJSON geometries, by their elements. One statement.

    `tolerance` is how far, in degrees, a point may be from its line to be left out.
    """
    return {
        ref: str(shapely.to_geojson(_in_degrees(_simplified(shape, tolerance / 360 * WORLD))))
        for ref, shape in reading.geometries(refs).items()
    }


def _simplified(shape: Any, tolerance: float) -> Any:
    if shapely.get_num_coordinates(shape) > _MOST_POINTS:
        west, north, east, south = shapely.bounds(shape)
        tolerance = max(tolerance, max(east - west, south - north) / _PIXELS)
    if not tolerance:
        return shape
    simple = shapely.simplify(shape, tolerance, preserve_topology=False)
    # Of a shape that is smaller than the tolerance nothing would be left.
    return shape if shapely.is_empty(simple) else simple


def _in_degrees(shape: Any) -> Any:
    # Outlines run counter-clockwise where the latitude grows to the north.
    return shapely.orient_polygons(shapely.transform(shape, all_to_degrees))
