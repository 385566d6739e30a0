"""The pages' reads of elements: versions with their authors and comments, and the versions that a changeset made.

Each function takes one statement unless it says otherwise, however much it reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from apps.changesets.models import UNKNOWN_CHANGESET_ID, ChangesetComment, is_described
from apps.osm.elements import MAX_ID, ElementRef, ElementType, Member, format_coordinate
from apps.osm.errors import NotFoundError
from apps.users.authors import Author

from .models import CURRENT, SUPERSEDED
from .neighbours import fetch
from .tables import COLUMNS, CURRENT_TABLES, SUPERSEDED_TABLES

VERSIONS_PER_PAGE = 20

_TYPES = {int(element_type): element_type for element_type in ElementType}
_AUTHOR_FIELDS = {
    "author_name": F("changeset__user__display_name"),
    "author_public": F("changeset__user__data_public"),
    "author_status": F("changeset__user__status"),
    "author_email": F("changeset__user__email"),
    "changeset_tags": F("changeset__tags"),
}

_SHAPES = {ElementType.NODE: ["lat", "lon"], ElementType.WAY: ["nodes"], ElementType.RELATION: []}


@dataclass(frozen=True)
class ElementVersion:
    """One version of an element with its author and comment. Coordinates are integers of 1e-7 degrees."""

    ref: ElementRef
    version: int
    visible: bool
    changeset_id: int
    timestamp: datetime
    tags: dict[str, str]
    author: Author
    comment: str
    comments_count: int
    has_known_comment: bool = True
    """False if the changeset is known from imported elements only: it may have a comment."""
    redaction_id: int | None = None
    is_revealed: bool = False
    lat: int | None = None
    lon: int | None = None
    nodes: list[int] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    older_versions: list[int] = field(default_factory=list)
    """The numbers of the superseded versions, ascending; only read together with a current version."""

    @property
    def has_changeset(self) -> bool:
        """Return whether its changeset, and so its author and its comment, were imported with it."""
        return self.changeset_id != UNKNOWN_CHANGESET_ID

    @property
    def is_redacted(self) -> bool:
        return self.redaction_id is not None

    @property
    def is_hidden(self) -> bool:
        """Redacted, and not revealed to a moderator: nothing of it may be shown."""
        return self.is_redacted and not self.is_revealed

    @property
    def position(self) -> tuple[str, str] | None:
        """(lat, lon) in degrees; None unless it is a visible node."""
        if self.lat is None or self.lon is None or not self.visible:
            return None
        return format_coordinate(self.lat), format_coordinate(self.lon)


def current_version(ref: ElementRef) -> ElementVersion:
    """Return the current version, deleted or not. Raises NotFoundError."""
    superseded = SUPERSEDED[ref.type]._default_manager.filter(id=OuterRef("id"))
    numbers = ArraySubquery(superseded.order_by("version").values("version"))
    rows = _rows(ref.type, current=True).filter(id=_checked(ref).id)
    return _only(rows.annotate(older_versions=numbers), ref)


def is_visible(ref: ElementRef) -> bool:
    """Return whether the element exists and is not deleted."""
    return CURRENT[ref.type]._default_manager.filter(pk=ref.id, visible=True).exists()


def versions(ref: ElementRef, numbers: Iterable[int], *, reveal: bool = False) -> dict[int, ElementVersion]:
    """Return those of the versions that exist, by number; `reveal` for moderators who want to see redacted ones."""
    wanted = [number for number in numbers if 0 < number <= MAX_ID]
    rows = _union(ref, Q(version__in=wanted))
    return {row["version"]: _element_version(ref, row, reveal=reveal) for row in rows}


def latest_version_number(ref: ElementRef) -> int:
    """Return the number of the current version. Raises NotFoundError."""
    row = CURRENT[ref.type]._default_manager.filter(pk=_checked(ref).id).values_list("version").first()
    if row is None:
        raise NotFoundError
    return int(row[0])


def version_numbers(ref: ElementRef) -> list[int]:
    """Return the numbers of all versions, ascending: not every import begins with the first. Raises NotFoundError."""
    current, old = (
        tables[ref.type]._default_manager.filter(id=_checked(ref).id) for tables in (CURRENT, SUPERSEDED)
    )
    numbers = current.values_list("version").union(old.values_list("version"), all=True).order_by("version")
    if not (found := [int(number) for (number,) in numbers]):
        raise NotFoundError
    return found


@dataclass(frozen=True)
class HistoryPage:
    """Some versions, newest first, and the one before the oldest of them, to compare it with."""

    versions: list[ElementVersion]
    compared: ElementVersion | None
    has_newer: bool

    @property
    def has_older(self) -> bool:
        return self.compared is not None


def history_page(
    ref: ElementRef, *, before: int | None = None, after: int | None = None, reveal: bool = False
) -> HistoryPage:
    """Return at most 20 versions: the newest, those before a version, or those after one. Two statements."""
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


def touched_by(changeset_id: int, element_type: ElementType, offset: int, limit: int) -> list[dict[str, Any]]:
    """Return the versions of one type that a changeset made, by id and version.

    Each as a dictionary with id, version, visible, redaction_id, tags, and `lat` and `lon` of a node, `nodes` of a way.
    """
    fields = ["id", "version", "visible", "redaction_id", "tags", *_SHAPES[element_type]]
    current = CURRENT[element_type]._default_manager.filter(changeset_id=changeset_id)
    old = SUPERSEDED[element_type]._default_manager.filter(changeset_id=changeset_id)
    rows = current.annotate(redaction_id=_no_redaction()).values(*fields)
    return list(rows.union(old.values(*fields), all=True).order_by("id", "version")[offset : offset + limit])


def touched_count(changeset_id: int) -> dict[ElementType, int]:
    """Return how many versions of each type a changeset made."""
    parts, parameters = [], []
    for element_type in ElementType:
        tables = (CURRENT_TABLES[element_type], SUPERSEDED_TABLES[element_type])
        counts = " + ".join(f"(SELECT count(*) FROM {table} WHERE changeset_id = %s)" for table in tables)
        parts.append(counts)
        parameters += [changeset_id, changeset_id]
    row = fetch(f"SELECT {', '.join(parts)}", parameters)[0]
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
        .annotate(count=Count("pk"))
        .values("count")
    )
    annotations = {**_AUTHOR_FIELDS, "comments_count": Coalesce(Subquery(comments), 0)}
    if current:
        annotations["redaction_id"] = _no_redaction()
    columns = [*COLUMNS[element_type], *_AUTHOR_FIELDS, "comments_count", "redaction_id"]
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
        has_known_comment=is_described(row["changeset_tags"], row["author_email"]),
        redaction_id=row["redaction_id"],
        is_revealed=reveal,
        lat=row.get("lat"),
        lon=row.get("lon"),
        nodes=row.get("nodes", []) if row["visible"] else [],
        members=members if row["visible"] else [],
        older_versions=row.get("older_versions", []),
    )
