"""Boxes in degrees as the search knows them."""

import numpy as np

from apps.features.projection import to_xy
from apps.geocoding.reading import Box


def box_of(west: float, south: float, east: float, north: float) -> Box:
    """Return a box in degrees in units of the projection."""
    lons, lats = (np.rint(np.array(sides) * 1e7).astype(np.int32) for sides in ([west, east], [north, south]))
    (left, top), (right, bottom) = to_xy(lons, lats).tolist()
    return left, top, right, bottom
