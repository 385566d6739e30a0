"""One result for what people see as one thing: the pieces of a street, the point and the area of a town."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from .ranking import label_of
from .reading import Thing
from .results import Result
from .surroundings import meters_between

_OF_ONE_PLACE = 8_000
"""Meters between the point of a place and the middle of its area, at the most."""
_OF_ONE_STOP = 250
_OF_ONE_HOUSE = 60
_STOPS = {"bus_stop", "platform", "stop_position", "station", "halt", "tram_stop", "stop_area"}


def merged(results: Iterable[Result]) -> list[Result]:
    """Return results, each thing once, in their order. The first of those that are one gets the box of all."""
    kept: list[Result] = []
    labels: list[str] = []
    for result in results:
        label = label_of(result.thing)
        for number, other in enumerate(kept):
            if label and labels[number] == label and _is_one(other, result):
                kept[number] = _joined(other, result)
                break
        else:
            kept.append(result)
            labels.append(label)
    return kept


def _joined(one: Result, other: Result) -> Result:
    """Return two results as one, in the place of the first. A town is its point rather than its area."""
    if one.thing.is_boundary and other.thing.key == "place" and one.thing.key != "place":
        return replace(other, thing=united(other.thing, one.thing), score=one.score)
    return replace(one, thing=united(one.thing, other.thing))


def _is_one(one: Result, other: Result) -> bool:
    """Return whether two results with the same name are one thing."""
    first, second = one.thing, other.thing
    distance = meters_between((first.x, first.y), (second.x, second.y))
    if first.is_place and second.is_place:
        return first.shape != second.shape and distance < _OF_ONE_PLACE
    if first.key == second.key == "waterway":
        return True
    if first.key == second.key == "highway" and _is_street(first) and _is_street(second):
        return _place_of(one) == _place_of(other)
    if _STOPS & {first.value} and _STOPS & {second.value}:
        return distance < _OF_ONE_STOP
    # A shop as a point and as the building around it, a house and its entrance.
    return distance < _OF_ONE_HOUSE and (
        (first.key, first.value) == (second.key, second.value) or _is_house(first, second)
    )


def _is_street(thing: Thing) -> bool:
    return thing.value not in _STOPS


def _is_house(*things: Thing) -> bool:
    return all("name" not in thing.tags for thing in things)


def _place_of(result: Result) -> object:
    settlement = result.around.settlement
    return settlement.ref if settlement else None


def united(one: Thing, other: Thing) -> Thing:
    """Return the first of two things with the box of both."""
    combine: tuple[Callable[..., float], ...] = (min, min, max, max)
    boxes = zip(combine, one.box, other.box, strict=True)
    west, north, east, south = (choose(first, second) for choose, first, second in boxes)
    return replace(one, west=west, north=north, east=east, south=south)
