"""What is near a position, and what it lies in, as people ask for it with a click on the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import shapely

from apps.features.models import Shape
from apps.features.projection import meters_per_unit, to_xy

from . import reading
from .reading import Thing

LEAST_ZOOM, MOST_ZOOM = 14, 20
"""At smaller zooms a click says too little about what is meant."""
_CANDIDATES = 1000
_NEAREST, _SMALLEST = 60, 60
_LARGEST = 24_000_000
"""Bytes of all shapes that are looked at. Of the largest ones, such as routes through a continent, some may be left out."""


@dataclass(frozen=True)
class Nearby:
    near: Sequence[Thing]
    """Within the radius, the nearest first; of those as near, the smallest first."""
    enclosing: Sequence[Thing]
    """The areas that contain the position, the smallest first."""
    radius: float
    """Meters."""
    omitted: int = 0
    """How many more are within the radius."""


def radius_at(zoom: float) -> float:
    """Return within how many meters of a click things are near it (upstream behaviour 2.3.4)."""
    return float(10 * 1.5 ** (19 - max(LEAST_ZOOM, min(zoom, MOST_ZOOM))))


def nearby(lat: float, lon: float, zoom: float) -> Nearby:
    """Return what is around a position. At most two statements."""
    [[x, y]] = to_xy(np.array([round(lon * 1e7)]), np.array([round(lat * 1e7)])).tolist()
    scale = meters_per_unit(y)
    radius = radius_at(zoom)
    reach = radius / scale
    candidates = reading.touching((x - reach, y - reach, x + reach, y + reach), _CANDIDATES)
    things, shapes = _with_shapes(candidates)
    distances = shapely.distance(shapes, shapely.Point(x, y)) * scale
    encloses = (distances == 0) & np.array([thing.shape == Shape.AREA for thing in things], dtype=bool)
    enclosing = [things[number] for number in np.flatnonzero(encloses)]
    near = [
        (round(float(distances[number]), 1), things[number].size, things[number].ref, things[number])
        for number in np.flatnonzero(~encloses & (distances <= radius))
    ]
    # A route along one street comes after it.
    near.sort(key=lambda entry: entry[:3])
    enclosing.sort(key=lambda thing: thing.size)
    return Nearby(
        [thing for *_, thing in near[:_NEAREST]],
        enclosing[:_SMALLEST],
        radius,
        omitted=max(0, len(near) - _NEAREST),
    )


def _with_shapes(candidates: Sequence[tuple[Thing, int]]) -> tuple[list[Thing], Any]:
    """Return candidates with their shapes, as an array: the smallest ones, up to a number of bytes."""
    totals = accumulate(length for _, length in candidates)
    wanted = [thing for (thing, _), total in zip(candidates, totals, strict=True) if total <= _LARGEST]
    shapes = reading.geometries(thing.ref for thing in wanted)
    found = [thing for thing in wanted if thing.ref in shapes]
    array = np.empty(len(found), dtype=object)
    array[:] = [shapes[thing.ref] for thing in found]
    return found, array
