"""What is at a position: the house or shop, the street, or the place, as closely as somebody wants to know it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from apps.features.models import Shape
from apps.features.projection import meters_per_unit, to_xy

from . import reading
from .reading import Thing
from .results import Result
from .surroundings import Surroundings, surroundings_at, surroundings_of

_THINGS, _STREETS = 60, 600
"""Meters around a position within which a house or shop, or a street, is what is there."""
_STREET_ZOOM, _THING_ZOOM = 16, 18
_IS_STREET = "key = 'highway' AND shape = 2 AND importance > 5"
_IS_THING = (
    "importance > 5 AND key NOT IN ('highway', 'place', 'boundary', 'route', 'landuse', 'natural', 'waterway') "
    "OR key <> 'highway' AND tags::text LIKE '%%\"addr:housenumber\"%%'"
)
_SMALLEST_LEVELS = {3: 2, 4: 4, 5: 4, 6: 5, 7: 5, 8: 6, 9: 6}
"""The level of the smallest administrative area that is the answer at a zoom."""
_SETTLEMENT_ZOOM, _PART_ZOOM = 10, 14


def reverse(lat: float, lon: float, *, zoom: int = 18, languages: Sequence[str] = ()) -> Result | None:
    """Return what is at a position, None if there is nothing around it. At most eight statements."""
    scale = 1e7
    [[x, y]] = to_xy(np.array([round(lon * scale)]), np.array([round(lat * scale)])).tolist()
    [around] = surroundings_at([(x, y)])
    thing = None
    if zoom >= _THING_ZOOM:
        thing = _nearest(x, y, _THINGS, _IS_THING)
    street = _nearest(x, y, _STREETS, _IS_STREET) if zoom >= _STREET_ZOOM else None
    if thing is None:
        thing = street or _place(around, zoom)
    if thing is None:
        return None
    [of_thing] = surroundings_of([thing])
    return Result(_with_street(thing, street), of_thing, 0, languages)


def _with_street(thing: Thing, street: Thing | None) -> Thing:
    """Return a thing with the street that it is at, if it does not say it itself."""
    if street is None or thing.key == "place" or {"addr:street", "addr:place"} & thing.tags.keys():
        return thing
    if thing.ref == street.ref or not (name := street.tags.get("name")):
        return thing
    return replace(thing, tags={**thing.tags, "addr:street": name})


def _nearest(x: float, y: float, meters: float, condition: str) -> Thing | None:
    """Return the nearest thing that meets a condition; of two that contain the position, the smaller one."""
    scale = meters_per_unit(y)
    found = reading.around(x, y, meters / scale, condition)
    shapes = reading.geometries(thing.ref for thing in found)
    point = shapely.Point(x, y)
    measured: list[tuple[float, float, Thing]] = [
        (
            round(float(shapely.distance(shapes[thing.ref], point)) * scale, 1),
            thing.size if thing.shape == Shape.AREA else 0,
            thing,
        )
        for thing in found
        if thing.ref in shapes
    ]
    best: tuple[float, float, Thing] | None = min(measured, key=lambda entry: entry[:2], default=None)
    return best[2] if best and best[0] <= meters else None


def _place(around: Surroundings, zoom: int) -> Thing | None:
    """Return the place that is the answer at a zoom, else the next larger one."""
    places: list[Thing | None] = [around.part if zoom >= _PART_ZOOM else None, around.settlement]
    if zoom >= _SETTLEMENT_ZOOM:
        for place in places:
            if place:
                return place
    level = _SMALLEST_LEVELS.get(zoom, 2 if zoom < 3 else 12)
    for area in around.areas:
        if area.admin_level is not None and area.admin_level <= level:
            return area
    return around.areas[-1] if around.areas and zoom >= _SETTLEMENT_ZOOM else None
