"""The staged import: any order, any versions, whatever the database holds already."""

from django.utils.translation import gettext as _
from psycopg import Cursor
from psycopg.rows import TupleRow

from .errors import BadElementError, ConflictError
from .statements import kind_statement, statement
from .tables import KINDS

Rows = Cursor[TupleRow]


def merge(cursor: Rows) -> int:
    """Bring the staged versions into the final tables; how many of them were new.

    The highest version of each element is current, even where it is deleted; the others are kept as old ones.
    A version that is there already stays as it is. Fills `touched` with the changesets of the new ones.
    Raises BadElementError where a version comes twice, ConflictError where it differs from what is there.
    """
    new = 0
    for kind in KINDS:
        cursor.execute(kind_statement("index_stage", kind))
        if repeated := cursor.execute(kind_statement("find_repetition", kind)).fetchone():
            label, id_, version = repeated
            raise BadElementError(f"{label} {id_}", _("version %s is in the file twice") % version)
        if differing := cursor.execute(kind_statement("find_conflict", kind)).fetchone():
            raise ConflictError(
                _("%(label)s %(id)s: version %(version)s is here already with another content")
                % dict(zip(("label", "id", "version"), differing, strict=True))
            )
        cursor.execute(kind_statement("drop_known", kind))
        row = cursor.execute(kind_statement("count_staged", kind)).fetchone()
        new += row[0] if row else 0
    if new:
        cursor.execute(statement("complete_staged"))
    for kind in KINDS:
        if new:
            cursor.execute(kind_statement("rise", kind))
            if kind.lookup:
                cursor.execute(kind_statement("unlink", kind))
            cursor.execute(kind_statement("supersede", kind))
            cursor.execute(kind_statement("keep_old", kind))
            cursor.execute(kind_statement("raise", kind))
            if kind.lookup:
                cursor.execute(kind_statement("link", kind))
            cursor.execute("DROP TABLE rising")
        cursor.execute(kind_statement("drop_staged", kind))
    return new
