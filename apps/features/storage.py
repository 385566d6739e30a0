"""The SQL that writes the table of features."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter

from django.db import connection

from apps.elements.tables import id_array
from apps.osm.elements import ElementType

from .assembly import Row
from .models import Feature

TABLE = Feature._meta.db_table
DRAFT = f"{TABLE}_draft"
COLUMNS = [field.name for field in fields(Row)]
_values = attrgetter(*COLUMNS)
LOCK = 0x66656174
"""The advisory lock of whoever writes features."""


def lock(*, wait: bool) -> bool:
    """Become the only writer until the end of the transaction. Returns False if somebody else is and `wait` is not set."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def append(rows: Sequence[Row], table: str = TABLE) -> None:
    """Append rows to a table. They are complete: the connection can read nothing else meanwhile."""
    if not rows:
        return
    # Tables made by the same transaction take rows that no vacuum has to touch later.
    options = "WITH (FREEZE)" if table == DRAFT else ""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(COLUMNS)}) FROM STDIN {options}") as target,
    ):
        for row in rows:
            target.write_row(_values(row))


def stored(ids: Mapping[ElementType, Iterable[int]]) -> dict[tuple[int, int], Row]:
    """Return the stored features of elements by type and id. One statement."""
    columns = ", ".join(_AS_TEXT.get(name, name) for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(*_of(f"SELECT {columns} FROM {TABLE}", ids))
        rows = (Row(**dict(zip(COLUMNS, row, strict=True))) for row in cursor)
        return {(row.type, row.id): row for row in rows}


_AS_TEXT = {name: f"{name}::text" for name in ("tags", "names", "words", "label", "box")}


def delete(ids: Mapping[ElementType, Iterable[int]]) -> None:
    """Delete the features of elements. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(*_of(f"DELETE FROM {TABLE}", ids))


def _of(statement: str, ids: Mapping[ElementType, Iterable[int]]) -> tuple[str, list[str]]:
    conditions = " OR ".join(f"(type = {int(kind)} AND id = ANY(%s::bigint[]))" for kind in ids)
    return f"{statement} WHERE {conditions or 'false'}", [id_array(found) for found in ids.values()]


def create_draft() -> None:
    """Create an empty table for a rebuild, without indexes, within its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {DRAFT} (LIKE {TABLE} INCLUDING STORAGE INCLUDING DEFAULTS)")


def build_indexes() -> Iterator[str]:
    """Build the indexes of the draft. Yields the name of each one before it is built."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '128MB'")
        yield f"{TABLE}_pkey"
        cursor.execute(f"ALTER TABLE {DRAFT} ADD CONSTRAINT {DRAFT}_pkey PRIMARY KEY (type, id)")
        for name, definition in _indexes():
            yield name
            cursor.execute(
                definition.replace(f"INDEX {name} ON", f"INDEX draft_{name} ON").replace(
                    f".{TABLE} USING", f".{DRAFT} USING"
                )
            )


def put_draft_in_place() -> None:
    """Replace the table by the draft. Readers wait until the transaction ends."""
    indexes = [name for name, _ in _indexes()]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}; ALTER TABLE {DRAFT} RENAME TO {TABLE}")
        cursor.execute(f"ALTER INDEX {DRAFT}_pkey RENAME TO {TABLE}_pkey")
        for name in indexes:
            cursor.execute(f"ALTER INDEX draft_{name} RENAME TO {name}")


def update_statistics() -> None:
    """Analyze the table for the planner."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {TABLE} ({', '.join(name for name in COLUMNS if name not in _UNSEARCHED)})")


_UNSEARCHED = {"geometry", "tags", "label", "size", "version"}


def _indexes() -> list[tuple[str, str]]:
    """Return the names of the table's indexes but for its key, and the statements that build them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = current_schema() AND tablename = %s AND indexname <> %s ORDER BY 1",
            [TABLE, f"{TABLE}_pkey"],
        )
        return list(cursor.fetchall())
