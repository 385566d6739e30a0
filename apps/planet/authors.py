"""The authors and changesets of an import: described by the file, or derived from what its elements name."""

from collections.abc import Iterator

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from psycopg import Cursor, sql
from psycopg.rows import TupleRow

from apps.changesets.models import Changeset, ChangesetComment
from apps.users.models import ANONYMOUS_AUTHOR_ID, User

from .errors import BadElementError, ImportConflictError
from .statements import kind_statement, statement
from .tables import KINDS

FIRST_LOCAL_ID = 1_000_000_000
"""From this id on accounts are made here once something was imported: far above the authors of any planet, and small
enough for programs that keep ids in 32 bits."""
_BATCH = 2000
_MOST_NAMES = 5
_LONGEST_NAME = 255
_ANONYMOUS_NAME = "anonymous"

Rows = Cursor[TupleRow]


def map_authors(cursor: Rows) -> list[str]:
    """Replace the uids of authors in the file that are the ids of accounts made here. Returns remarks for the operator."""
    first = sql.Literal(FIRST_LOCAL_ID - 1)
    cursor.execute(statement("reserve_author_ids").format(first=first))
    cursor.execute(statement("map_authors"))
    mapped = cursor.execute("SELECT uid, user_id FROM mapped_authors ORDER BY uid").fetchall()
    if not mapped:
        return []
    pairs = [_("author %(uid)d is user %(id)d here") % {"uid": uid, "id": user_id} for uid, user_id in mapped]
    named = ", ".join(pairs[:_MOST_NAMES]) + (", ..." if len(pairs) > _MOST_NAMES else "")
    return [
        _("%(named)s: the id belongs to an account that was made here (%(count)d in all)")
        % {"named": named, "count": len(mapped)}
    ]


def write_changesets(cursor: Rows) -> int:
    """Create and update the changesets in `touched` and those that the file describes, with their discussions.

    Returns the number of rows written. Raises BadElementError, ImportConflictError.
    """
    cursor.execute(statement("resolve_owners"))
    if duplicate := cursor.execute(statement("find_duplicate_changeset")).fetchone():
        raise BadElementError(f"changeset {duplicate[0]}", _("is in the file twice"))
    if conflict := cursor.execute(statement("find_owner_conflict")).fetchone():
        raise ImportConflictError(
            _("changeset %s belongs to user %s in the database, and to user %s in the file")
            % (conflict[0], conflict[1], conflict[2])
        )
    for kind in KINDS:
        cursor.execute(kind_statement("tally_kind", kind))
    cursor.execute(statement("add_way_bboxes"))
    written = 0
    for name in ("write_derived_changesets", "write_given_changesets"):
        written += cursor.execute(statement(name)).rowcount
    return written + _write_comments(cursor)


def _write_comments(cursor: Rows) -> int:
    cursor.execute(statement("unnest_comments"))
    if conflict := cursor.execute(statement("find_comment_conflict")).fetchone():
        raise ImportConflictError(
            _("comment %s of a discussion is already in the database with different content") % conflict[0]
        )
    written = cursor.execute(statement("write_comments")).rowcount
    advance_sequence(cursor, ChangesetComment._meta.db_table)
    written += cursor.execute(statement("write_comments_without_id")).rowcount
    advance_sequence(cursor, Changeset._meta.db_table)
    return written


def create_authors(cursor: Rows) -> list[str]:
    """Create accounts for the authors who have none yet; existing accounts keep their names.

    Returns remarks for the operator.
    """
    remarks: list[str] = []
    authors = cursor.execute(statement("find_new_authors")).fetchall()
    for start in range(0, len(authors), _BATCH):
        batch = authors[start : start + _BATCH]
        User.objects.bulk_create(_new_users(batch, remarks))
        cursor.execute(statement("record_authors"), [[author[0] for author in batch]])
    cursor.execute(statement("count_changesets"))
    disputed = cursor.execute(
        "SELECT count(*), min(changeset_id) FROM owners WHERE lowest <> highest"
    ).fetchone()
    if disputed and disputed[0]:
        remarks.append(
            _(
                "%(count)s changesets (the first is %(id)s) have elements by several authors; one of them owns it"
            )
            % {"count": disputed[0], "id": disputed[1]}
        )
    return remarks


def advance_sequence(cursor: Rows, table: str) -> None:
    """Make new ids follow the imported ones."""
    names = {"table": sql.Identifier(table), "table_name": sql.Literal(table)}
    cursor.execute(statement("advance_sequence").format(**names))


def _new_users(authors: list[TupleRow], remarks: list[str]) -> Iterator[User]:
    preferred = {user_id: _preferred_name(user_id, name) for user_id, name, _first in authors}
    taken = set(
        User.objects.filter(display_name__in=preferred.values()).values_list("display_name", flat=True)
    )
    for user_id, _name, first in authors:
        name = preferred[user_id]
        if name in taken:
            name = _free_name(user_id, name)
            remarks.append(
                _("the name %(name)s is taken: user %(id)d is called %(new)s")
                % {"name": preferred[user_id], "id": user_id, "new": name}
            )
        taken.add(name)
        yield User(
            id=user_id,
            display_name=name,
            email=None,
            password=make_password(None),
            status=User.Status.ACTIVE,
            created_at=first,
            data_public=user_id != ANONYMOUS_AUTHOR_ID,
            # Everyone whose edits are in the data has agreed to its licence.
            terms_seen=True,
            terms_agreed=first,
        )


def _preferred_name(user_id: int, name: str | None) -> str:
    if user_id == ANONYMOUS_AUTHOR_ID:
        return _ANONYMOUS_NAME
    return name or f"user_{user_id}"


def _free_name(user_id: int, name: str) -> str:
    """Return the name with the id appended, and with underscores as long as even that is taken."""
    suffix = f"_{user_id}"
    while True:
        free = name[: _LONGEST_NAME - len(suffix)] + suffix
        if not User.objects.filter(display_name=free).exists():
            return free
        suffix += "_"
