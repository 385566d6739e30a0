"""The sequences that ids come from, and whether they are ahead of the existing ids."""

from dataclasses import dataclass

from django.db import connection
from psycopg import sql

LARGEST_ID = 9_223_372_036_854_775_807

_OWNED = """
SELECT sequence.oid::regclass::text, owner.oid::regclass::text, attribute.attname::text
FROM pg_class AS sequence
JOIN pg_depend AS dependency ON dependency.objid = sequence.oid AND dependency.deptype IN ('a', 'i')
  AND dependency.classid = 'pg_class'::regclass AND dependency.refclassid = 'pg_class'::regclass
JOIN pg_class AS owner ON owner.oid = dependency.refobjid
JOIN pg_attribute AS attribute ON attribute.attrelid = owner.oid AND attribute.attnum = dependency.refobjsubid
WHERE sequence.relkind = 'S' AND sequence.relnamespace = current_schema()::regnamespace
ORDER BY 2
"""

# As numeric: the id after the largest one exceeds bigint.
_STATE = """
SELECT last_value + is_called::int::numeric, (SELECT coalesce(max({column}), 0) FROM {table}) FROM {name}
"""


@dataclass(frozen=True)
class Sequence:
    name: str
    table: str
    column: str
    next_id: int
    largest_id: int

    @property
    def is_behind(self) -> bool:
        """Return whether a new row would get an existing id."""
        return self.next_id <= self.largest_id


def sequences(table: str | None = None) -> list[Sequence]:
    """Return the sequences of one table, or of all tables."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNED)
        owned = [row for row in cursor.fetchall() if table is None or row[1] == table]
        found = []
        for name, owner, column in owned:
            query = sql.SQL(_STATE).format(
                column=sql.Identifier(column), table=sql.SQL(owner), name=sql.SQL(name)
            )
            cursor.execute(query.as_string(cursor.cursor))
            following, largest = cursor.fetchone()
            found.append(Sequence(name, owner, column, int(following), largest))
    return found


def advance_sequence(table: str) -> None:
    """Make the next id of the table larger than all existing ones. A sequence never goes back."""
    for sequence in sequences(table):
        if sequence.is_behind and sequence.largest_id < LARGEST_ID:
            with connection.cursor() as cursor:
                cursor.execute("SELECT setval(%s::regclass, %s)", [sequence.name, sequence.largest_id])
