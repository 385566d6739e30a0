"""The elements around an element, as its page names them.

Each function takes one statement unless it says otherwise, however much it reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from apps.osm.elements import ElementRef, ElementType, Member

from .models import CURRENT


@dataclass(frozen=True)
class Neighbour:
    """An element as the page of another one names it; `is_known` is False if only a reference to it was imported."""

    ref: ElementRef
    tags: dict[str, str]
    visible: bool = True
    roles: tuple[str, ...] = ()
    lat: int | None = None
    lon: int | None = None
    others: tuple["Neighbour", ...] = ()
    is_known: bool = True


def parent_ways(node_id: int) -> list[Neighbour]:
    """Return the visible ways that use the node, by id."""
    rows = fetch(
        """
        SELECT ways.id, ways.tags
        FROM way_nodes JOIN ways ON ways.id = way_nodes.way_id
        WHERE way_nodes.node_id = %s AND ways.visible
        ORDER BY ways.id
        """,
        [node_id],
    )
    return [Neighbour(ElementRef(ElementType.WAY, row[0]), row[1]) for row in rows]


def parent_relations(ref: ElementRef) -> list[Neighbour]:
    """Return the visible relations that have the element as a member, by id, with its roles in them."""
    rows = fetch(
        """
        SELECT relations.id, relations.tags, ARRAY(
          SELECT DISTINCT role
          FROM unnest(member_types, member_refs, member_roles) AS member (type, ref, role)
          WHERE type = %s AND ref = %s
        )
        FROM relation_members JOIN relations ON relations.id = relation_members.relation_id
        WHERE member_type = %s AND member_id = %s AND relations.visible
        ORDER BY relations.id
        """,
        [int(ref.type), ref.id, int(ref.type), ref.id],
    )
    return [Neighbour(ElementRef(ElementType.RELATION, row[0]), row[1], roles=tuple(row[2])) for row in rows]


def nodes_of(way_id: int, nodes: list[int]) -> list[Neighbour]:
    """Return the nodes of a way in its order, each with the other visible ways that use it. Two statements.

    A node that is not in the database (outside of the extract) comes without tags and position.
    """
    found = neighbours(ElementRef(ElementType.NODE, node) for node in nodes)
    others: dict[int, list[Neighbour]] = {}
    for node, way, tags in fetch(
        """
        SELECT way_nodes.node_id, ways.id, ways.tags
        FROM way_nodes JOIN ways ON ways.id = way_nodes.way_id
        WHERE way_nodes.node_id = ANY (%s) AND ways.id <> %s AND ways.visible
        ORDER BY ways.id
        """,
        [nodes, way_id],
    ):
        others.setdefault(node, []).append(Neighbour(ElementRef(ElementType.WAY, way), tags))
    result = []
    for node in nodes:
        ref = ElementRef(ElementType.NODE, node)
        known = found.get(ref) or _unknown(ref)
        result.append(replace(known, others=tuple(others.get(node, []))))
    return result


def members_named(members: Iterable[Member]) -> list[Neighbour]:
    """Return members in order with their roles and tags. One statement per type."""
    wanted = list(members)
    found = neighbours(ElementRef(member.type, member.ref) for member in wanted)
    result = []
    for member in wanted:
        ref = ElementRef(member.type, member.ref)
        known = found.get(ref) or _unknown(ref)
        result.append(replace(known, roles=(member.role,)))
    return result


def _unknown(ref: ElementRef) -> Neighbour:
    return Neighbour(ref, {}, visible=False, is_known=False)


def neighbours(refs: Iterable[ElementRef]) -> dict[ElementRef, Neighbour]:
    """Return the elements that exist, with their current tags and nodes' positions. One statement per type."""
    wanted: dict[ElementType, set[int]] = {}
    for ref in refs:
        wanted.setdefault(ref.type, set()).add(ref.id)
    found = {}
    for element_type, ids in wanted.items():
        columns = ["id", "visible", "tags", *(["lat", "lon"] if element_type is ElementType.NODE else [])]
        for row in CURRENT[element_type]._default_manager.filter(pk__in=list(ids)).values(*columns):
            ref = ElementRef(element_type, row["id"])
            shown = row["visible"]
            found[ref] = Neighbour(
                ref,
                row["tags"] if shown else {},
                shown,
                lat=row.get("lat") if shown else None,
                lon=row.get("lon") if shown else None,
            )
    return found


def fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
