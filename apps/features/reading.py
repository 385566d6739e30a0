"""Elements as the derivation of features reads them: in chunks, by id, positions as arrays.

Only what is visible is read. Each function takes one statement.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from orjson import loads

from apps.elements.tables import id_array
from apps.osm.elements import ElementType

from .projection import Floats, to_xy

_POSITION = np.dtype([("id", ">i8"), ("lat", ">i4"), ("lon", ">i4")])


class TaggedNode(NamedTuple):
    id: int
    version: int
    text: str
    """The tags as they are stored."""
    tags: dict[str, str]
    lat: int
    lon: int


class Way(NamedTuple):
    id: int
    version: int
    text: str
    tags: dict[str, str]
    nodes: list[int]
    admin_level: int | None
    """The lowest level of the administrative boundaries that it is part of."""


class Relation(NamedTuple):
    id: int
    version: int
    text: str
    tags: dict[str, str]
    member_types: list[int]
    member_refs: list[int]
    member_roles: list[str]


_NODES = "SELECT id, version, tags::text, lat, lon FROM nodes WHERE visible AND tags::text <> '{{}}' AND {condition}"
_WAYS = """
SELECT w.id, w.version, w.tags::text, w.nodes, (
  SELECT min((r.tags ->> 'admin_level')::int)
  FROM relation_members m JOIN relations r ON r.id = m.relation_id
  WHERE m.member_type = 2 AND m.member_id = w.id AND r.visible AND r.tags ->> 'boundary' = 'administrative'
    AND r.tags ->> 'type' IN ('boundary', 'multipolygon') AND r.tags ->> 'admin_level' ~ '^([1-9]|1[012])$'
)
FROM ways w
WHERE w.visible AND {condition}
"""
_RELATIONS = """
SELECT id, version, tags::text, member_types, member_refs, member_roles FROM relations
WHERE visible AND tags::text <> '{{}}' AND {condition}
"""

# One value of bytes: rows would each become Python objects.
_POSITIONS = """
SELECT string_agg(int8send(id) || int4send(lat) || int4send(lon), ''::bytea ORDER BY id)
FROM nodes
WHERE visible AND id = ANY(%s::bigint[])
"""
_REFERRERS = """
WITH touched_ways AS (
  SELECT way_id AS id FROM way_nodes WHERE node_id = ANY(%(nodes)s::bigint[])
  UNION
  SELECT unnest(%(ways)s::bigint[])
)
SELECT 2, id FROM touched_ways
UNION ALL
SELECT 3, relation_id FROM relation_members
WHERE member_type = 2 AND member_id = ANY(ARRAY(SELECT id FROM touched_ways))
UNION
SELECT 3, relation_id FROM relation_members WHERE member_type = 1 AND member_id = ANY(%(nodes)s::bigint[])
"""
_WAYS_OF_BOUNDARIES = """
WITH boundaries AS (
  SELECT r.member_types, r.member_refs
  FROM relations r
  WHERE r.id = ANY(%(relations)s::bigint[]) AND r.tags ->> 'boundary' = 'administrative'
  UNION ALL
  SELECT r.member_types, r.member_refs
  FROM features f JOIN old_relations r ON r.id = f.id AND r.version >= f.version
  WHERE f.type = 3 AND f.id = ANY(%(relations)s::bigint[]) AND r.tags ->> 'boundary' = 'administrative'
)
SELECT DISTINCT ref FROM boundaries, unnest(member_types, member_refs) AS member (type, ref) WHERE type = 2
"""


def nodes_with_tags(ids: Iterable[int]) -> list[TaggedNode]:
    """Return those of the nodes that have tags."""
    return [TaggedNode._make(_with_tags(row)) for row in _fetch(_NODES, "id", ids)]


def ways(ids: Iterable[int]) -> list[Way]:
    return [Way._make(_with_tags(row)) for row in _fetch(_WAYS, "w.id", ids)]


def relations(ids: Iterable[int]) -> list[Relation]:
    """Return those of the relations that have tags."""
    return [Relation._make(_with_tags(row)) for row in _fetch(_RELATIONS, "id", ids)]


def next_ids(kind: ElementType, after: int, count: int) -> list[int]:
    """Return the ids of the next visible elements of a type in ascending order, of nodes only those with tags."""
    condition = "visible AND tags::text <> '{}'" if kind is ElementType.NODE else "visible"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {kind.plural} WHERE id > %s AND {condition} ORDER BY id LIMIT %s", [after, count]
        )
        return [row[0] for row in cursor]


def way_nodes(ids: Iterable[int]) -> dict[int, list[int]]:
    """Return the nodes of ways by their ids."""
    return dict(_fetch("SELECT id, nodes FROM ways WHERE visible AND {condition}", "id", ids))


class Positions:
    """The positions of some nodes. Nodes that are deleted or were not imported have none."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        ordered = np.sort(ids)
        # Sorting is faster than `np.unique`, which hashes.
        unique = ordered[np.diff(ordered, prepend=ordered[:1] - 1) > 0]
        self._ids = np.empty(0, dtype=np.int64)
        self._xy: Floats = np.empty((0, 2))
        if not len(unique):
            return
        with connection.cursor() as cursor:
            cursor.execute(_POSITIONS, [id_array(unique.tolist())])
            body = cursor.fetchone()[0]
        rows = np.frombuffer(body or b"", dtype=_POSITION)
        self._ids = rows["id"].astype(np.int64)
        self._xy = to_xy(rows["lon"], rows["lat"])

    def of(self, ids: Sequence[int] | NDArray[np.int64]) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the positions of nodes that have one, in their order, and which of the nodes do."""
        wanted = np.asarray(ids, dtype=np.int64)
        if not len(self._ids):
            return np.empty((0, 2)), np.zeros(len(wanted), dtype=bool)
        places = np.minimum(np.searchsorted(self._ids, wanted), len(self._ids) - 1)
        known = self._ids[places] == wanted
        return self._xy[places[known]], known


def _with_tags(row: tuple[Any, ...]) -> list[Any]:
    """Return a row of (id, version, tags as text, ...) with the tags as a dict after their text."""
    return [*row[:3], loads(row[2]), *row[3:]]


def _fetch(statement: str, column: str, ids: Iterable[int]) -> list[tuple[Any, ...]]:
    ordered = sorted(ids)
    if not ordered:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(condition=f"{column} = ANY(%s::bigint[]) ORDER BY {column}"), [id_array(ordered)]
        )
        return list(cursor.fetchall())


def referrers(nodes: Iterable[int], ways: Iterable[int]) -> list[tuple[ElementType, int]]:
    """Return the visible ways and relations that use nodes, and the relations that use ways or ways of the nodes."""
    with connection.cursor() as cursor:
        cursor.execute(_REFERRERS, {"nodes": id_array(nodes), "ways": id_array(ways)})
        return [(ElementType(kind), id_) for kind, id_ in cursor]


def ways_of_boundaries(relations: Iterable[int]) -> list[int]:
    """Return the ways that are part of administrative boundaries, or were when their features were made."""
    with connection.cursor() as cursor:
        cursor.execute(_WAYS_OF_BOUNDARIES, {"relations": id_array(relations)})
        return [row[0] for row in cursor]
