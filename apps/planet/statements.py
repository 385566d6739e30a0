"""The statements in `sql/`, with the names of tables and columns filled in."""

from functools import cache
from pathlib import Path

from psycopg import sql

from .tables import Kind

_FOLDER = Path(__file__).parent / "sql"


@cache
def statement(name: str) -> sql.SQL:
    """Return the text of `sql/<name>.sql`."""
    return sql.SQL((_FOLDER / f"{name}.sql").read_text())


@cache
def kind_statement(name: str, kind: Kind) -> sql.Composed:
    """Return `sql/<name>.sql` with the tables and columns of one kind of element."""
    return statement(name).format(
        label=sql.Literal(kind.label),
        current=sql.Identifier(kind.current),
        old=sql.Identifier(kind.old),
        staged=sql.Identifier(kind.staged),
        columns=_names(kind.columns),
        old_columns=_names(kind.old_columns),
        known_columns=_names(kind.old_columns, "known"),
        known_body=_names(kind.body, "known"),
        staged_body=_names(kind.body, "staged"),
        updates=sql.SQL(", ").join(
            sql.SQL("{name} = EXCLUDED.{name}").format(name=sql.Identifier(column))
            for column in kind.columns[1:]
        ),
        lookup=sql.Identifier(kind.lookup or kind.current),
        lookup_columns=_names(kind.lookup_columns),
        lookup_key=_names(kind.lookup_columns, kind.lookup or kind.current),
        gone_key=_names(kind.lookup_columns, "gone"),
        uses=sql.SQL(kind.uses),
        tallied=_names(("changeset_id", "timestamp", "version", "visible", *kind.position)),
        bbox=_bbox(kind.position),
    )


def _bbox(position: tuple[str, ...]) -> sql.Composed:
    """Return the minimum and the maximum of each position column. An invisible row at 0, 0 has no known position."""
    if not position:
        return sql.SQL(", ").join([sql.SQL("NULL")] * 4)
    known = sql.SQL(" OR ").join(
        [sql.SQL("visible"), *(sql.SQL("{} <> 0").format(sql.Identifier(column)) for column in position)]
    )
    return sql.SQL(", ").join(
        sql.SQL("{}({}) FILTER (WHERE {})").format(sql.SQL(aggregate), sql.Identifier(column), known)
        for column in position
        for aggregate in ("min", "max")
    )


def _names(columns: tuple[str, ...], *table: str) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*table, column) for column in columns)
