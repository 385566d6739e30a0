"""Features as the search reads them: by words, by kind, by position.

Each function takes one statement. What a frequent word finds is cut off after `_LOOKED_AT` rows, so the time depends on
the answer and not on the size of the table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from django.db import connection
from orjson import loads

from apps.features.models import LARGEST_OF_ADDRESSES, Feature, Shape
from apps.features.projection import to_degrees
from apps.osm.elements import ElementRef, ElementType

from .query import all_name_words, postcodes_in

_TABLE = Feature._meta.db_table
_LOOKED_AT = 2000
_KEPT = 80
_COLUMNS = (
    "type, id, shape, importance, admin_level, size, key, value, tags::text AS tags, label[0] AS x, label[1] AS y, "
    "(box[1])[0] AS west, (box[1])[1] AS north, (box[0])[0] AS east, (box[0])[1] AS south"
)
_NAMES, _WORDS = "names @@ %s::tsquery", "words @@ %s::tsquery"
_NAMED = f"importance > {LARGEST_OF_ADDRESSES}"
_PLACE = f"(key = 'place' OR (admin_level IS NOT NULL AND shape = {int(Shape.AREA)}))"
_CONTEXT = (
    *("addr:city", "addr:place", "addr:suburb", "addr:hamlet", "addr:district", "addr:postcode"),
    *("postal_code", "addr:housename", "brand", "operator", "network", "is_in"),
)
_POSTCODES = {"addr:postcode", "postal_code"}

Box = tuple[float, float, float, float]
"""West, north, east, south in units of the projection: y runs to the south."""


@dataclass
class Thing:
    """A feature with what search needs of it. Positions are in units of the projection."""

    type: ElementType
    id: int
    shape: int
    importance: int
    admin_level: int | None
    size: float
    key: str
    value: str
    tags: dict[str, str]
    x: float
    y: float
    west: float
    north: float
    east: float
    south: float

    @cached_property
    def ref(self) -> ElementRef:
        return ElementRef(self.type, self.id)

    @property
    def box(self) -> Box:
        return self.west, self.north, self.east, self.south

    @property
    def position(self) -> tuple[float, float]:
        """Longitude and latitude of its label, in degrees."""
        return to_degrees(self.x, self.y)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees."""
        west, north = to_degrees(self.west, self.north)
        east, south = to_degrees(self.east, self.south)
        return west, south, east, north

    @property
    def is_boundary(self) -> bool:
        """Return whether it is an administrative area."""
        return (
            self.admin_level is not None
            and self.shape == Shape.AREA
            and self.tags.get("boundary") == "administrative"
        )

    @property
    def is_place(self) -> bool:
        return self.key == "place" or self.is_boundary

    @cached_property
    def names(self) -> list[tuple[str, ...]]:
        """The words of each of its names, whatever kind of name it is."""
        found = (name for key, value in self.tags.items() if "name" in key for name in all_name_words(value))
        return list(dict.fromkeys(found))

    @cached_property
    def words_of_place(self) -> frozenset[str]:
        """The words that name a place in the address of something in it: its names and postcodes."""
        found: set[str] = set()
        for key, value in self.tags.items():
            if key == "postal_code":
                found.update(postcodes_in(value))
            if key == "postal_code" or key.startswith(("name", "alt_name", "short_name", "int_name")):
                for part in value.split(";"):
                    for words in all_name_words(part):
                        found.update(words)
        return frozenset(found)

    @cached_property
    def words_of_address(self) -> frozenset[str]:
        """The words of its own address, except its street, and of who runs it."""
        found: set[str] = set()
        for key in _CONTEXT:
            if value := self.tags.get(key):
                for words in all_name_words(value):
                    found.update(words)
                if key in _POSTCODES:
                    found.update(postcodes_in(value))
        return frozenset(found)

    @cached_property
    def words_of_street(self) -> frozenset[str]:
        """The words of the street, and the number of the house."""
        parts = (self.tags.get(key, "") for key in ("addr:street", "addr:place", "addr:housenumber"))
        return frozenset(word for part in parts for words in all_name_words(part) for word in words)


def by_words(
    query: str,
    *,
    near: Box | None = None,
    only_places: bool = False,
    addresses: bool = False,
    several: bool = False,
    kept: int = _KEPT,
) -> list[Thing]:
    """Return what has the words of a `tsquery` in its name: places, and other things.

    With `several` words, some may be in the address of a named thing; with `addresses`, things without a name come too.
    Each kind is cut off at the most important ones; of what lies in the box `near`, the nearest to its middle come too.
    """
    by_importance = "importance DESC"
    parts = [_best(f"{_NAMES} AND {_PLACE}", by_importance, kept)]
    parameters: list[Any] = [query]
    if not only_places:
        parts += [_best(condition, by_importance, kept) for condition in _conditions(addresses, several)]
        parameters += [query] * (len(parts) - 1)
        if near:
            # Houses have the words of their streets: without a number, nobody means them.
            match = _WORDS if addresses else f"{_NAMES} AND {_NAMED}"
            parts.append(_best(f"{match} AND box && %s::box", "label <-> %s::point", kept))
            parameters += [query, _box(near), _middle(near)]
    return _things(" UNION ALL ".join(parts), parameters)


def in_boxes(
    query: str, boxes: Sequence[Box], *, addresses: bool = False, several: bool = False, kept: int = 2 * _KEPT
) -> list[Thing]:
    """Return what has the words of a `tsquery` and touches one of the boxes; the rest is as for `by_words`."""
    inside = f"({' OR '.join(['box && %s::box'] * len(boxes))})"
    parts, parameters = [], []
    for condition in _conditions(addresses, several):
        parts.append(_best(f"{condition} AND {inside}", "importance DESC", kept))
        parameters += [query, *map(_box, boxes)]
    return _things(" UNION ALL ".join(parts), parameters)


def _conditions(addresses: bool, several: bool) -> list[str]:
    """Return what things with some words meet. What only stands in a street must not crowd the street out."""
    found = [f"{_NAMES} AND {_NAMED}"]
    if addresses:
        found.append(_WORDS)
    elif several:
        found.append(f"{_WORDS} AND {_NAMED}")
    return found


def of_kinds(
    kinds: Sequence[tuple[str, str]], boxes: Sequence[Box], middle: tuple[float, float] | None
) -> list[Thing]:
    """Return things of one of some main tags that touch one of the boxes or, without boxes, of all: the nearest ones."""
    condition = " OR ".join(["(key = %s AND value = %s)"] * len(kinds))
    parameters: list[Any] = [part for kind in kinds for part in kind]
    if boxes:
        condition = f"({condition}) AND ({' OR '.join(['box && %s::box'] * len(boxes))})"
        parameters += map(_box, boxes)
    order = "importance DESC"
    if middle:
        order = "label <-> %s::point"
        parameters.append(_point(*middle))
    return _things(_best(condition, order), parameters)


def by_refs(refs: Iterable[ElementRef]) -> list[Thing]:
    """Return the features of elements, in the order of the references."""
    wanted = list(dict.fromkeys(refs))
    if not wanted:
        return []
    condition = " OR ".join(["(type = %s AND id = %s)"] * len(wanted))
    found = _things(
        f"SELECT {_COLUMNS} FROM {_TABLE} WHERE {condition}", [int(part) for ref in wanted for part in ref]
    )
    things = {thing.ref: thing for thing in found}
    return [things[ref] for ref in wanted if ref in things]


def areas_around(points: Sequence[tuple[float, float]]) -> list[Thing]:
    """Return the administrative areas and areas of places whose boxes contain one of the points."""
    statement = f"""
        SELECT DISTINCT ON (type, id) {_COLUMNS}
        FROM unnest(%s::point[]) AS wanted (position) JOIN {_TABLE} ON box && box(wanted.position)
        WHERE {_PLACE} AND shape = {int(Shape.AREA)}"""
    return _things(statement, [_points(points)])


def geometries(refs: Iterable[ElementRef]) -> dict[ElementRef, Any]:
    """Return the shapes of features by their elements."""
    wanted = list(refs)
    if not wanted:
        return {}
    statement = f"""
        SELECT type, id, geometry
        FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (type, id) JOIN {_TABLE} USING (type, id)"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [[int(ref.type) for ref in wanted], [ref.id for ref in wanted]])
        return {
            ElementRef(ElementType(kind), id_): shapely.from_wkb(bytes(geometry))
            for kind, id_, geometry in cursor
        }


def places_near(points: Sequence[tuple[float, float]], count: int) -> list[list[Thing]]:
    """Return the points of places among the nearest places and areas to each of the points."""
    # A condition besides the index's own makes the planner sort all places instead of reading the nearest ones.
    statement = f"""
        SELECT number, found.* FROM unnest(%s::point[]) WITH ORDINALITY AS wanted (position, number), LATERAL (
          SELECT {_COLUMNS} FROM {_TABLE} WHERE {_PLACE} ORDER BY box <-> wanted.position LIMIT {count}
        ) AS found
        WHERE key = 'place' AND shape = {int(Shape.POINT)}"""
    found: list[list[Thing]] = [[] for _ in points]
    with connection.cursor() as cursor:
        cursor.execute(statement, [_points(points)])
        for number, *row in cursor:
            found[number - 1].append(_thing(row))
    return found


def around(x: float, y: float, radius: float, condition: str) -> list[Thing]:
    """Return the features that meet a condition, a constant, and whose boxes touch a square around a point."""
    statement = f"""
        SELECT {_COLUMNS} FROM {_TABLE} WHERE box && %s::box AND ({condition})
        ORDER BY box <-> %s::point LIMIT {_KEPT}"""
    return _things(statement, [_box((x - radius, y - radius, x + radius, y + radius)), _point(x, y)])


def touching(box: Box, count: int) -> list[tuple[Thing, int]]:
    """Return the smallest features whose boxes touch a box, each with the size of its geometry in bytes."""
    statement = f"""
        SELECT {_COLUMNS}, octet_length(geometry)
        FROM (SELECT * FROM {_TABLE} WHERE box && %s::box LIMIT {2 * _LOOKED_AT}) AS looked_at
        ORDER BY looked_at.size LIMIT {count}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [_box(box)])
        return [(_thing(row), row[-1]) for row in cursor]


def _best(condition: str, order: str, kept: int = _KEPT) -> str:
    return (
        f"(SELECT * FROM (SELECT {_COLUMNS}, label FROM {_TABLE} WHERE {condition} "
        # Where things lie in the table depends on its history, which must not be seen: hence the order by id.
        f"LIMIT {min(_LOOKED_AT, 25 * kept)}) AS looked_at ORDER BY {order}, type, id LIMIT {kept})"
    )


def _things(statement: str, parameters: Sequence[Any]) -> list[Thing]:
    """Return the things of a statement, each once."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = {(kind, id_): row for row in cursor.fetchall() for kind, id_ in (row[:2],)}
    return [_thing(row) for row in rows.values()]


def _thing(row: Sequence[Any]) -> Thing:
    kind, *plain = row[:8]
    values: list[Any] = [ElementType(kind), *plain, loads(row[8]), *row[9:15]]
    return Thing(*values)


def _box(box: Box) -> str:
    west, north, east, south = box
    return f"({east:.0f},{south:.0f}),({west:.0f},{north:.0f})"


def _point(x: float, y: float) -> str:
    return f"({x:.0f},{y:.0f})"


def _points(points: Iterable[tuple[float, float]]) -> str:
    return "{" + ",".join(f'"{_point(*point)}"' for point in points) + "}"


def _middle(box: Box) -> str:
    west, north, east, south = box
    return _point((west + east) / 2, (north + south) / 2)
