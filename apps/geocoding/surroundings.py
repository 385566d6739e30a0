"""Where a thing is: the administrative areas that contain it, the settlement it belongs to, and so its address."""

import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot
from threading import Lock
from typing import Any

import numpy as np
import shapely

from apps.elements.names import name_in
from apps.features.models import Shape
from apps.features.projection import meters_per_unit
from apps.features.words import fold
from apps.osm.elements import ElementRef

from . import reading
from .reading import Box, Thing

_RADIUS = {
    "city": 12_000,
    "town": 6_000,
    "village": 3_000,
    "hamlet": 1_500,
    "isolated_dwelling": 400,
    "farm": 400,
    "borough": 4_000,
    "suburb": 2_000,
    "quarter": 1_200,
    "neighbourhood": 800,
}
"""Meters around the point of a place within which it may be the place of something."""
_SETTLEMENTS = {"city", "town", "village", "hamlet"}
_PARTS = {"borough", "suburb", "quarter", "neighbourhood", "isolated_dwelling", "farm"}
_PARTS_OF_TOWNS = {"borough", "suburb", "quarter", "neighbourhood"}
_LEVELS = {2: "country", 3: "region", 4: "state", 5: "state_district", 6: "county", 7: "district"}
_LEVELS |= {8: "municipality", 9: "city_district", 10: "suburb", 11: "neighbourhood", 12: "neighbourhood"}
_LEVELS_OF_PLACES = {"country": 2, "state": 4, "province": 4, "region": 5, "county": 6, "district": 7}
_LEVELS_OF_PLACES |= {"suburb": 10, "quarter": 10, "neighbourhood": 11, "locality": 13}
_NEAREST_PLACES = 16
_KEPT_SECONDS = 300
"""How long shapes of areas are kept."""
_KEPT_SHAPES = 500

SETTLEMENT_KINDS = ("city", "town", "village", "hamlet", "municipality")
"""The kinds of places that an address names as its town, in the order of preference."""


@dataclass(frozen=True)
class Surroundings:
    areas: Sequence[Thing] = ()
    """The areas that contain it, the smallest first."""
    settlement: Thing | None = None
    part: Thing | None = None
    """The part of a town, or a place outside of towns."""

    def parts(self) -> list[tuple[str, Thing]]:
        """Return the places of the address by their kinds, from small to large."""
        found: dict[str, Thing] = {}
        for place in (self.part, self.settlement):
            if place and (kind := _kind_of(place)):
                found.setdefault(kind, place)
        for area in self.areas:
            kind = _kind_of(area)
            if kind is None or any(_is_same(area, other) for other in found.values()):
                continue
            found.setdefault(kind, area)
        return list(found.items())

    def places(self) -> list[Thing]:
        """Return all places that contain it, the settlement first."""
        return [place for place in (self.settlement, self.part, *self.areas) if place]

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of all of these places."""
        return frozenset[str]().union(*(place.words_of_place for place in self.places()))


@dataclass
class Address:
    """The parts of an address in the reader's languages, from small to large, by Nominatim's keys."""

    parts: dict[str, str] = field(default_factory=dict)

    def text(self, name: str | None) -> str:
        """Return the address in one line."""
        house = " ".join(part for part in (self.parts.get("road"), self.parts.get("house_number")) if part)
        rest = [
            value
            for kind, value in self.parts.items()
            if kind not in {"house_number", "road", "country_code", "postcode", "name"}
        ]
        settlement = next((self.parts[kind] for kind in SETTLEMENT_KINDS if kind in self.parts), None)
        if (postcode := self.parts.get("postcode")) and (name is None or name != settlement):
            place = rest.index(settlement) if settlement in rest else len(rest)
            rest[place : place + 1] = [f"{postcode} {rest[place]}" if place < len(rest) else postcode]
        return ", ".join(dict.fromkeys(part for part in (name, house, *rest) if part))


def surroundings_of(things: Sequence[Thing]) -> list[Surroundings]:
    """Return the surroundings of each of some things. Three statements, whatever their count."""
    points = [(thing.x, thing.y) for thing in things]
    found = surroundings_at(points)
    return [_without(thing, around) for thing, around in zip(things, found, strict=True)]


def surroundings_at(points: Sequence[tuple[float, float]]) -> list[Surroundings]:
    """Return the surroundings of points, in units of the projection."""
    unique = list(dict.fromkeys(points))
    if not unique:
        return []
    areas = _containing(unique)
    near = reading.places_near(unique, _NEAREST_PLACES)
    found = {
        point: Surroundings(inside, *_settlement(point, inside, places))
        for point, inside, places in zip(unique, areas, near, strict=True)
    }
    return [found[point] for point in points]


def address_of(thing: Thing, around: Surroundings, languages: Sequence[str]) -> Address:
    """Return the address of a thing: its own tags where it has them, else what is around it."""
    tags = thing.tags
    parts: dict[str, str] = {}
    if number := tags.get("addr:housenumber"):
        parts["house_number"] = number
    if road := tags.get("addr:street") or tags.get("addr:place"):
        parts["road"] = road
    if thing.is_place and (name := name_in(tags, languages)):
        parts[_kind_of(thing) or thing.value] = name
    for kind, place in around.parts():
        if name := name_in(place.tags, languages):
            parts.setdefault(kind, name)
    if (city := tags.get("addr:city")) and fold(city) not in _names_of(around.places()):
        kind = (_kind_of(around.settlement) if around.settlement else None) or "city"
        parts[kind] = city
        if around.settlement is None:
            parts = _before_areas(parts, kind)
    if postcode := postcode_of(thing, around):
        parts["postcode"] = postcode
    for area in (thing, *around.areas):
        is_country = area.admin_level == 2 or (area.key, area.value) == ("place", "country")
        if is_country and (code := country_code(area.tags)):
            parts["country_code"] = code
    country = tags.get("addr:country", "").lower()
    if "country_code" not in parts and len(country) == 2:
        parts["country_code"] = country
    return Address(parts)


def postcode_of(thing: Thing, around: Surroundings) -> str | None:
    """Return the postcode of a thing or of the place that it is in."""
    for tags in (thing.tags, *(place.tags for place in around.places())):
        if code := tags.get("addr:postcode") or tags.get("postal_code"):
            return code
    return None


def country_code(tags: Mapping[str, str]) -> str | None:
    """Return the code of a country, `li`."""
    code = tags.get("ISO3166-1:alpha2") or tags.get("ISO3166-1") or tags.get("country_code") or ""
    return code.lower() if len(code) == 2 else None


def meters_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points in meters, in the straight line of the map."""
    scale = meters_per_unit((one[1] + other[1]) / 2)
    return hypot(one[0] - other[0], one[1] - other[1]) * scale


def grown(thing: Thing) -> Box:
    """Return the box in which the things of a place are: its area, or a square around its point."""
    if thing.shape != Shape.POINT:
        return thing.box
    radius = _RADIUS.get(thing.value, 2_000) / meters_per_unit(thing.y)
    return thing.x - radius, thing.y - radius, thing.x + radius, thing.y + radius


def _names_of(places: Iterable[Thing]) -> set[str]:
    return {fold(name) for place in places for key, name in place.tags.items() if "name" in key}


def _kind_of(place: Thing) -> str | None:
    """Return the key of a place in addresses: its own kind, or that of its administrative level."""
    return place.value if place.key == "place" else _LEVELS.get(place.admin_level or 0)


def _before_areas(parts: dict[str, str], kind: str) -> dict[str, str]:
    first = {key: value for key, value in parts.items() if key in {"house_number", "road", kind}}
    return first | parts


def _without(thing: Thing, around: Surroundings) -> Surroundings:
    """Return surroundings without the thing itself, and, of a place, without its other form and smaller places."""
    areas = [area for area in around.areas if area.ref != thing.ref]
    if not thing.is_place:
        return Surroundings(areas, around.settlement, around.part)
    areas = [area for area in areas if not _is_same(area, thing) and not _is_smaller(area, thing)]
    settlement, part = around.settlement, around.part
    if settlement and (_is_same(settlement, thing) or thing.value not in _PARTS | {"locality", "square"}):
        settlement = None
    if part and (_is_same(part, thing) or thing.value != "locality"):
        part = None
    return Surroundings(areas, settlement, part)


def _is_smaller(area: Thing, thing: Thing) -> bool:
    """Return whether an area that contains the point of a place is no larger than the place."""
    if thing.shape == Shape.AREA:
        return area.size <= thing.size
    return (area.admin_level or 12) >= _LEVELS_OF_PLACES.get(thing.value, 9)


def _is_same(one: Thing, other: Thing) -> bool:
    """Return whether two places have the same name: the point of a town, and its area."""
    names = [{fold(tags["name"]) for tags in (thing.tags,) if "name" in tags} for thing in (one, other)]
    return bool(names[0] & names[1])


def _settlement(
    point: tuple[float, float], areas: Sequence[Thing], near: Iterable[Thing]
) -> tuple[Thing | None, Thing | None]:
    """Return the settlement and the part of it that a point is in."""
    municipality = next(
        (area for area in areas if area.is_boundary and (area.admin_level or 0) in {7, 8}), None
    )
    inside = [area for area in areas if area.key == "place"]
    ranked: list[tuple[float, Thing]] = [(0.0, place) for place in inside]
    for place in sorted(near, key=lambda place: place.ref):
        radius = _RADIUS.get(place.value)
        if radius is None:
            continue
        distance = meters_between(point, (place.x, place.y)) / radius
        if distance <= 1:
            ranked.append((distance, place))
    ranked.sort(key=lambda entry: entry[0])
    settlements = [place for _, place in ranked if place.value in _SETTLEMENTS]
    parts = [place for _, place in ranked if place.value in _PARTS]
    if municipality:
        # Its own point is the best one; a village on the other side of the border is none of ours.
        own = [place for place in settlements if _is_same(place, municipality)]
        if own:
            # A farm up the hill is no part of a town whose middle is nearer.
            limit = next(distance for distance, place in ranked if place is own[0])
            parts = [
                place
                for distance, place in ranked
                if place.value in _PARTS | {"hamlet"}
                and place.importance < own[0].importance
                and (distance < limit or place.value in _PARTS_OF_TOWNS)
            ]
        return (own[0] if own else municipality), (parts[0] if parts else None)
    return (settlements[0] if settlements else None), (parts[0] if parts else None)


def _containing(points: Sequence[tuple[float, float]]) -> list[list[Thing]]:
    """Return the areas that contain each of the points, the smallest first."""
    areas = reading.areas_around(points)
    shapes = _shapes(areas)
    found: list[list[Thing]] = [[] for _ in points]
    coordinates = np.array(points)
    for area in sorted(areas, key=lambda area: area.size):
        if (shape := shapes.get(area.ref)) is None:
            continue
        with _lock:
            contained = shapely.contains_xy(shape, coordinates[:, 0], coordinates[:, 1])
        for number in np.flatnonzero(contained):
            found[number].append(area)
    return found


_lock = Lock()
"""GEOS adds an index to a prepared shape when it is first used, which two threads must not do at once."""
_Key = tuple[ElementRef, Box, float]
_kept: OrderedDict[_Key, tuple[float, Any]] = OrderedDict()
"""When each shape was read, and the shape; by its element, box and size, one of which differs if it has changed."""


def _shapes(areas: Iterable[Thing]) -> dict[ElementRef, Any]:
    """Return the prepared shapes of areas, which are kept for a while: countries are large."""
    now = time.monotonic()
    known: dict[ElementRef, Any] = {}
    missing: dict[ElementRef, _Key] = {}
    for area in areas:
        key = (area.ref, area.box, area.size)
        entry = _kept.get(key)
        if entry and now - entry[0] < _KEPT_SECONDS:
            known[area.ref] = entry[1]
        else:
            missing[area.ref] = key
    for ref, shape in reading.geometries(missing).items():
        shapely.prepare(shape)
        known[ref] = shape
        _kept[missing[ref]] = (now, shape)
    with _lock:
        while len(_kept) > _KEPT_SHAPES:
            _kept.popitem(last=False)
    return known
