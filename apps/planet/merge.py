"""The staged import: for versions in any order, into tables that need not be empty."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from psycopg import Cursor
from psycopg.rows import TupleRow

from apps.osm.elements import ElementType

from .errors import BadElementError, ImportConflictError
from .statements import kind_statement, statement
from .tables import KINDS, Kind

Rows = Cursor[TupleRow]


MOST_LISTED = 100_000
"""Elements of a type whose ids are listed. If more have changed, everything is derived again anyway."""


@dataclass(frozen=True)
class Merged:
    new_versions: int
    touched: dict[ElementType, list[int]] | None
    """The ids of the elements with a new current version by type; None if they are too many."""


def merge(cursor: Rows) -> Merged:
    """Move the staged versions into the final tables.

    The highest version of each element becomes current, even if it is deleted; the others become old versions.
    A version that exists already stays as it is. Fills `touched` with the changesets of the new versions.
    Raises BadElementError for a version that comes twice, ImportConflictError for one that differs from the
    existing one.
    """
    new = sum(_count_new(cursor, kind) for kind in KINDS)
    if new:
        cursor.execute(statement("complete_staged"))
    touched: dict[ElementType, list[int]] = {}
    for kind in KINDS:
        if new:
            touched[ElementType.from_label(kind.label)] = _move(cursor, kind)
        cursor.execute(kind_statement("drop_staged", kind))
    is_listed = all(len(ids) <= MOST_LISTED for ids in touched.values())
    return Merged(new, touched if is_listed else None)


def _count_new(cursor: Rows, kind: Kind) -> int:
    """Drop the staged versions that exist already. Returns how many are left."""
    cursor.execute(kind_statement("index_staged", kind))
    if duplicate := cursor.execute(kind_statement("find_duplicate_version", kind)).fetchone():
        label, id_, version = duplicate
        raise BadElementError(f"{label} {id_}", _("version %s is in the file twice") % version)
    if conflict := cursor.execute(kind_statement("find_version_conflict", kind)).fetchone():
        raise ImportConflictError(
            _("%(label)s %(id)s: version %(version)s is already in the database with different content")
            % dict(zip(("label", "id", "version"), conflict, strict=True))
        )
    cursor.execute(kind_statement("drop_known", kind))
    row = cursor.execute(kind_statement("count_staged", kind)).fetchone()
    return row[0] if row else 0


def _move(cursor: Rows, kind: Kind) -> list[int]:
    """Move the staged versions of one kind, and update its lookup table.

    Returns the ids of the elements with a new current version, of a few more than are listed at most.
    """
    cursor.execute(kind_statement("select_promoted", kind))
    if kind.lookup:
        cursor.execute(kind_statement("remove_lookups", kind))
    cursor.execute(kind_statement("archive_current", kind))
    cursor.execute(kind_statement("archive_staged", kind))
    cursor.execute(kind_statement("promote", kind))
    if kind.lookup:
        cursor.execute(kind_statement("add_lookups", kind))
    promoted = cursor.execute("SELECT id FROM promoted LIMIT %s", [MOST_LISTED + 1]).fetchall()
    cursor.execute("DROP TABLE promoted")
    return [row[0] for row in promoted]
