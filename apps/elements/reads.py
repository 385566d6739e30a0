"""How statements that read elements are run: prepared or streamed, with texts as the bytes that are sent."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg
from django.db import connection
from psycopg.adapt import AdaptersMap
from psycopg.types.string import ByteaBinaryLoader

Parameters = Mapping[str, object]
T = TypeVar("T")

_TEXTS_AS_BYTES = AdaptersMap(psycopg.adapters)
_TEXTS_AS_BYTES.register_loader("text", ByteaBinaryLoader)


class _Cursor(psycopg.Cursor[Any]):
    """A psycopg cursor: the server binds parameters, values come in binary, and texts as UTF-8 bytes."""

    @property
    def adapters(self) -> AdaptersMap:
        return _TEXTS_AS_BYTES


def _with_cursor(read: Callable[[_Cursor], T]) -> T:
    """Call `read` with a cursor, and reconnect once if the server has closed the connection since the last request."""
    connection.ensure_connection()
    try:
        return read(_Cursor(connection.connection))
    except psycopg.OperationalError:
        if not connection.connection.closed or connection.in_atomic_block:
            raise
    connection.close()
    connection.ensure_connection()
    return read(_Cursor(connection.connection))


def fetch_one(sql: str, parameters: Parameters) -> Any:
    """Return the first row of a prepared statement, or None."""
    return _with_cursor(lambda cursor: cursor.execute(sql, parameters, prepare=True, binary=True).fetchone())


def fetch_all(sql: str, parameters: Parameters) -> list[Any]:
    """Return all rows of a prepared statement."""
    return _with_cursor(lambda cursor: cursor.execute(sql, parameters, prepare=True, binary=True).fetchall())


def stream(sql: str, parameters: Parameters, size: int) -> tuple[Any, Any]:
    """Return the first row, or None, and an iterator over the others; closing it early cancels the statement.

    `size` is the count of rows in memory at a time.
    """

    def begin(cursor: _Cursor) -> tuple[Any, Any]:
        rows = cursor.stream(sql, parameters, binary=True, size=size)
        return next(rows, None), rows

    return _with_cursor(begin)
