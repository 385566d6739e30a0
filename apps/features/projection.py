"""Web Mercator with integers: the world is 2**32 wide and high, x runs to the east and y to the south.

One unit is 0.9 cm at the equator, less than 1e-7 degrees, so positions come back unchanged. A tile of zoom z is
2**(32 - z) units wide.
"""

from math import atan, cosh, degrees, exp, pi

import numpy as np
from numpy.typing import NDArray

BITS = 32
WORLD = 1 << BITS
CIRCUMFERENCE = 40_075_016.686
"""Of the earth at the equator, in meters."""

Floats = NDArray[np.float64]


def to_xy(lon: NDArray[np.int32], lat: NDArray[np.int32]) -> Floats:
    """Return positions in 1e-7 degrees as an array of (x, y); latitudes beyond 85.05 are at the edge of the world."""
    x = (lon * 1e-7 + 180) * (WORLD / 360)
    with np.errstate(divide="ignore"):
        mercator = np.arctanh(np.sin(np.radians(lat * 1e-7))) / (2 * pi)
    y = (0.5 - mercator) * WORLD
    xy: Floats = np.clip(np.rint(np.column_stack([x, y])), 0, WORLD)
    return xy


def to_degrees(x: float, y: float) -> tuple[float, float]:
    """Return (lon, lat) of a position."""
    return x / WORLD * 360 - 180, degrees(2 * atan(exp((0.5 - y / WORLD) * 2 * pi)) - pi / 2)


def all_to_degrees(xy: Floats) -> Floats:
    """Return an array of (lon, lat) for one of (x, y), rounded to 1e-7 degrees."""
    lon = xy[:, 0] / WORLD * 360 - 180
    lat = np.degrees(2 * np.arctan(np.exp((0.5 - xy[:, 1] / WORLD) * 2 * pi)) - pi / 2)
    rounded: Floats = np.round(np.column_stack([lon, lat]), 7)
    return rounded


def meters_per_unit(y: float) -> float:
    """Return how many meters a unit is at y."""
    return CIRCUMFERENCE / WORLD / cosh((0.5 - y / WORLD) * 2 * pi)


def all_meters_per_unit(y: Floats) -> Floats:
    """Return how many meters a unit is at each y."""
    return CIRCUMFERENCE / WORLD / np.cosh((0.5 - y / WORLD) * 2 * pi)
