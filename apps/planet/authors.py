"""People and changesets: given by the file, or made up from what its elements name."""

from collections.abc import Iterator

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from psycopg import Cursor, sql
from psycopg.rows import TupleRow

from apps.changesets.models import Changeset, ChangesetComment
from apps.users.models import ANONYMOUS_AUTHOR_ID, User

from .errors import BadElementError, ConflictError
from .statements import kind_statement, statement
from .tables import KINDS

_BATCH = 2000
_LONGEST_NAME = 255
_ANONYMOUS_NAME = "anonymous"

Rows = Cursor[TupleRow]


def settle_changesets(cursor: Rows) -> int:
    """Make and update the changesets in `touched` and those that the file gives, and their discussions.

    How many rows were written.
    """
    cursor.execute(statement("own"))
    if repeated := cursor.execute(statement("find_other_changeset")).fetchone():
        raise BadElementError(f"changeset {repeated[0]}", _("is in the file twice"))
    if usurped := cursor.execute(statement("find_usurper")).fetchone():
        raise ConflictError(
            _("changeset %s belongs to user %s here, and to user %s in the file")
            % (usurped[0], usurped[1], usurped[2])
        )
    for kind in KINDS:
        cursor.execute(kind_statement("tally", kind))
    cursor.execute(statement("box"))
    written = 0
    for name in ("make_changesets", "give_changesets"):
        written += cursor.execute(statement(name)).rowcount
    cursor.execute(statement("unfold_comments"))
    if other := cursor.execute(statement("find_other_comment")).fetchone():
        raise ConflictError(
            _("comment %s of a discussion is here already, and says something else") % other[0]
        )
    written += cursor.execute(statement("comment")).rowcount
    move_sequence(cursor, ChangesetComment._meta.db_table)
    written += cursor.execute(statement("comment_without_id")).rowcount
    move_sequence(cursor, Changeset._meta.db_table)
    return written


def settle_people(cursor: Rows) -> tuple[int, list[str]]:
    """Make the authors who are not here yet; how many, and what the operator should know.

    Whoever is here keeps the name that he has.
    """
    remarks: list[str] = []
    people = cursor.execute(statement("find_people")).fetchall()
    for start in range(0, len(people), _BATCH):
        batch = people[start : start + _BATCH]
        User.objects.bulk_create(_new_users(batch, remarks))
    cursor.execute(statement("count_changesets"))
    disputed = cursor.execute(
        "SELECT count(*), min(changeset_id) FROM owners WHERE lowest <> highest"
    ).fetchone()
    if disputed and disputed[0]:
        remarks.append(
            _("elements of %(count)s changesets (the first is %(id)s) name several authors, one owns it")
            % {"count": disputed[0], "id": disputed[1]}
        )
    move_sequence(cursor, User._meta.db_table)
    return len(people), remarks


def move_sequence(cursor: Rows, table: str) -> None:
    """Let new ids follow the imported ones."""
    names = {"table": sql.Identifier(table), "table_name": sql.Literal(table)}
    cursor.execute(statement("move_sequence").format(**names))


def _new_users(people: list[TupleRow], remarks: list[str]) -> Iterator[User]:
    wished = {user_id: _wished_name(user_id, name) for user_id, name, _first in people}
    taken = set(User.objects.filter(display_name__in=wished.values()).values_list("display_name", flat=True))
    for user_id, _name, first in people:
        name = wished[user_id]
        if name in taken:
            name = _free_name(user_id, name)
            remarks.append(
                _("the name %(name)s is taken: user %(id)d is called %(new)s")
                % {"name": wished[user_id], "id": user_id, "new": name}
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
            # Who is in the data has agreed to its licence.
            terms_seen=True,
            terms_agreed=first,
        )


def _wished_name(user_id: int, name: str | None) -> str:
    if user_id == ANONYMOUS_AUTHOR_ID:
        return _ANONYMOUS_NAME
    return name or f"user_{user_id}"


def _free_name(user_id: int, name: str) -> str:
    """The name with the id behind it, and with underscores while even that is taken."""
    suffix = f"_{user_id}"
    while True:
        free = name[: _LONGEST_NAME - len(suffix)] + suffix
        if not User.objects.filter(display_name=free).exists():
            return free
        suffix += "_"
