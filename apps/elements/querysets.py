"""What the pages read: an element with its author and comment, its versions, and the names of its neighbours.

Each function is one statement (names: one a type), whatever the size of what it reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.changesets.models import ChangesetComment
from apps.osm.elements import MAX_ID, ElementRef, ElementType, Member, format_coordinate
from apps.osm.errors import NotFoundError
from apps.users.authors import Author

from .models import Node, OldNode, OldRelation, OldWay, Relation, Way

VERSIONS_PER_PAGE = 20

CURRENT: dict[ElementType, type[models.Model]] = {
    ElementType.NODE: Node,
    ElementType.WAY: Way,
    ElementType.RELATION: Relation,
}
SUPERSEDED: dict[ElementType, type[models.Model]] = {
    ElementType.NODE: OldNode,
    ElementType.WAY: OldWay,
    ElementType.RELATION: OldRelation,
}
_OWN_FIELDS = {
    ElementType.NODE: ["lat", "lon"],
    ElementType.WAY: ["nodes"],
    ElementType.RELATION: ["member_types", "member_refs", "member_roles"],
}
_TYPES = {int(element_type): element_type for element_type in ElementType}
_SHARED_FIELDS = ["id", "version", "visible", "changeset_id", "timestamp", "tags"]
_AUTHOR_FIELDS = {
    "author_name": F("changeset__user__display_name"),
    "author_public": F("changeset__user__data_public"),
    "author_status": F("changeset__user__status"),
    "changeset_tags": F("changeset__tags"),
}


@dataclass(frozen=True)
class ElementVersion:
    """One version of an element with what a page says about it. Coordinates are integers of 1e-7 degrees."""

    ref: ElementRef
    version: int
    visible: bool
    changeset_id: int
    timestamp: datetime
    tags: dict[str, str]
    author: Author
    comment: str
    comments_count: int
    redaction_id: int | None = None
    is_revealed: bool = False
    lat: int | None = None
    lon: int | None = None
    nodes: list[int] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    @property
    def is_redacted(self) -> bool:
        return self.redaction_id is not None

    @property
    def is_hidden(self) -> bool:
        """Redacted, and nobody who may has asked to see it: nothing of it is to be shown."""
        return self.is_redacted and not self.is_revealed

    @property
    def position(self) -> tuple[str, str] | None:
        """(lat, lon) in degrees; None for what is not a visible node."""
        if self.lat is None or self.lon is None or not self.visible:
            return None
        return format_coordinate(self.lat), format_coordinate(self.lon)


@dataclass(frozen=True)
class Neighbour:
    """An element as another one's page names it."""

    ref: ElementRef
    tags: dict[str, str]
    visible: bool = True
    roles: tuple[str, ...] = ()
    lat: int | None = None
    lon: int | None = None
    others: tuple["Neighbour", ...] = ()


def current_version(ref: ElementRef) -> ElementVersion:
    """The current version, deleted or not; NotFoundError where there never was such an element."""
    return _only(_rows(ref.type, current=True).filter(id=_checked(ref).id), ref)


def is_visible(ref: ElementRef) -> bool:
    """Whether there is such an element now."""
    return CURRENT[ref.type]._default_manager.filter(pk=ref.id, visible=True).exists()


def versions(ref: ElementRef, numbers: Iterable[int], *, reveal: bool = False) -> dict[int, ElementVersion]:
    """Those of the numbered versions that exist; `reveal` for who may see what is redacted, and wants to."""
    wanted = [number for number in numbers if 0 < number <= MAX_ID]
    rows = _union(ref, Q(version__in=wanted))
    return {row["version"]: _element_version(ref, row, reveal=reveal) for row in rows}


def latest_version_number(ref: ElementRef) -> int:
    """The number of the current version; NotFoundError where there never was such an element."""
    row = CURRENT[ref.type]._default_manager.filter(pk=_checked(ref).id).values_list("version").first()
    if row is None:
        raise NotFoundError
    return int(row[0])


@dataclass(frozen=True)
class HistoryPage:
    """Some versions, newest first, and the one before the oldest of them, to compare with."""

    versions: list[ElementVersion]
    compared: ElementVersion | None
    has_newer: bool

    @property
    def has_older(self) -> bool:
        return self.compared is not None


def history_page(
    ref: ElementRef, *, before: int | None = None, after: int | None = None, reveal: bool = False
) -> HistoryPage:
    """At most 20 versions: the newest, those before a version, or those that follow one. Two statements."""
    latest = latest_version_number(ref)
    if after is not None:
        floor = min(after, MAX_ID)
        rows = list(_union(ref, Q(version__gte=floor)).order_by("version")[: VERSIONS_PER_PAGE + 1])
        compared = rows.pop(0) if rows and rows[0]["version"] == floor else None
        rows = rows[:VERSIONS_PER_PAGE][::-1]
    else:
        condition = Q() if before is None else Q(version__lt=min(before, MAX_ID))
        rows = list(_union(ref, condition).order_by("-version")[: VERSIONS_PER_PAGE + 1])
        compared = rows.pop() if len(rows) > VERSIONS_PER_PAGE else None
    return HistoryPage(
        versions=[_element_version(ref, row, reveal=reveal) for row in rows],
        compared=_element_version(ref, compared, reveal=reveal) if compared else None,
        has_newer=bool(rows) and rows[0]["version"] < latest,
    )


def parent_ways(node_id: int) -> list[Neighbour]:
    """The visible ways that use the node, by id."""
    rows = _fetch(
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
    """The visible relations that have the element as a member, by id, with its roles there."""
    rows = _fetch(
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
    """The nodes of a way in its order, each with the other visible ways that use it. Two statements.

    A node that the database does not hold (outside the extract) is named without tags and position.
    """
    found = neighbours(ElementRef(ElementType.NODE, node) for node in nodes)
    others: dict[int, list[Neighbour]] = {}
    for node, way, tags in _fetch(
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
        known = found.get(ref) or Neighbour(ref, {}, visible=False)
        result.append(
            Neighbour(
                ref,
                known.tags,
                known.visible,
                lat=known.lat,
                lon=known.lon,
                others=tuple(others.get(node, [])),
            )
        )
    return result


def members_named(members: Iterable[Member]) -> list[Neighbour]:
    """Members in order with their roles and names. At most three statements."""
    wanted = list(members)
    found = neighbours(ElementRef(member.type, member.ref) for member in wanted)
    result = []
    for member in wanted:
        ref = ElementRef(member.type, member.ref)
        known = found.get(ref) or Neighbour(ref, {}, visible=False)
        result.append(Neighbour(ref, known.tags, known.visible, (member.role,), known.lat, known.lon))
    return result


def neighbours(refs: Iterable[ElementRef]) -> dict[ElementRef, Neighbour]:
    """The current tags (and of nodes the position) of the elements that exist: one statement a type."""
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


def touched_by(changeset_id: int, element_type: ElementType, offset: int, limit: int) -> list[dict[str, Any]]:
    """The versions of one type that a changeset made, by id and version: id, version, visible, redaction_id, tags."""
    fields = ["id", "version", "visible", "redaction_id", "tags"]
    current = CURRENT[element_type]._default_manager.filter(changeset_id=changeset_id)
    old = SUPERSEDED[element_type]._default_manager.filter(changeset_id=changeset_id)
    rows = current.annotate(redaction_id=_no_redaction()).values(*fields)
    return list(rows.union(old.values(*fields), all=True).order_by("id", "version")[offset : offset + limit])


def touched_count(changeset_id: int) -> dict[ElementType, int]:
    """How many versions of each type a changeset made. One statement."""
    parts, parameters = [], []
    for element_type in ElementType:
        tables = (CURRENT[element_type]._meta.db_table, SUPERSEDED[element_type]._meta.db_table)
        counts = " + ".join(f"(SELECT count(*) FROM {table} WHERE changeset_id = %s)" for table in tables)
        parts.append(counts)
        parameters += [changeset_id, changeset_id]
    row = _fetch(f"SELECT {', '.join(parts)}", parameters)[0]
    return {element_type: int(row[index]) for index, element_type in enumerate(ElementType)}


def _checked(ref: ElementRef) -> ElementRef:
    if not 0 < ref.id <= MAX_ID:
        raise NotFoundError
    return ref


def _no_redaction() -> Value:
    return Value(None, output_field=models.BigIntegerField(null=True))


def _rows(element_type: ElementType, *, current: bool) -> QuerySet[Any, dict[str, Any]]:
    model = (CURRENT if current else SUPERSEDED)[element_type]
    comments = (
        ChangesetComment.objects.filter(changeset=OuterRef("changeset_id"), visible=True)
        .order_by()
        .values("changeset")
        .annotate(number=Count("pk"))
        .values("number")
    )
    annotations = {**_AUTHOR_FIELDS, "comments_count": Coalesce(Subquery(comments), 0)}
    if current:
        annotations["redaction_id"] = _no_redaction()
    columns = [
        *_SHARED_FIELDS,
        *_OWN_FIELDS[element_type],
        *_AUTHOR_FIELDS,
        "comments_count",
        "redaction_id",
    ]
    rows: QuerySet[Any, dict[str, Any]] = model._default_manager.annotate(**annotations).values(*columns)
    return rows.order_by()


def _union(ref: ElementRef, condition: Q) -> QuerySet[Any, dict[str, Any]]:
    condition &= Q(id=_checked(ref).id)
    current, old = (_rows(ref.type, current=is_current).filter(condition) for is_current in (True, False))
    return current.union(old, all=True)


def _only(rows: QuerySet[Any, dict[str, Any]], ref: ElementRef) -> ElementVersion:
    row = rows.first()
    if row is None:
        raise NotFoundError
    return _element_version(ref, row)


def _element_version(ref: ElementRef, row: Mapping[str, Any], *, reveal: bool = False) -> ElementVersion:
    members = [
        Member(_TYPES[number], member, role)
        for number, member, role in zip(
            row.get("member_types", []), row.get("member_refs", []), row.get("member_roles", []), strict=True
        )
    ]
    return ElementVersion(
        ref=ref,
        version=row["version"],
        visible=row["visible"],
        changeset_id=row["changeset_id"],
        timestamp=row["timestamp"],
        tags=row["tags"] if row["visible"] else {},
        author=Author.of(row["author_name"], public=row["author_public"], status=row["author_status"]),
        comment=str(row["changeset_tags"].get("comment", "")),
        comments_count=row["comments_count"],
        redaction_id=row["redaction_id"],
        is_revealed=reveal,
        lat=row.get("lat"),
        lon=row.get("lon"),
        nodes=row.get("nodes", []) if row["visible"] else [],
        members=members if row["visible"] else [],
    )


def _fetch(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
