"""Reading rows of an area in the order of a time or an id, straight from a GiST index.

A btree knows only the order, and an index of areas only the area: with either alone, a query for the newest rows of an
area reads the whole table or sorts the whole area. A GiST index over both can walk rows by their distance to a point
(`<->`), so the order becomes a distance: each value is the point (value, 0), and far away is where the newest rows are.
No extension is needed.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection
from django.db.models import F, FloatField, Func, Value

_FAR = 2**32
"""Beyond every time in seconds (it is in 2106), and near enough that no microsecond is rounded away."""
_BEYOND_IDS = 2**52


@contextmanager
def in_index_order() -> Iterator[None]:
    """Have PostgreSQL walk an index in the order of the answer, rather than sort all rows that meet the conditions.

    It takes every area to contain a fixed small part of a table, and would sort a million rows for a hundred.
    """
    connection.ensure_connection()
    session = connection.connection
    session.execute("SET enable_sort = off")
    try:
        yield
    finally:
        # A transaction that failed forgets the setting by itself.
        with suppress(psycopg.Error):
            session.execute("RESET enable_sort")


def time_point(field: str) -> Func:
    """Return the point of a time, in the form in which an index can store it."""
    # `extract` from a time with a zone depends on the session's zone, which an index may not.
    local = Func(Value("UTC"), F(field), function="timezone")
    return Func(Func(Value("epoch"), local, function="date_part"), Value(0), function="point")


def id_point(field: str) -> Func:
    """Return the point of an id."""
    return Func(F(field), Value(0), function="point")


def by_time(field: str, *, oldest_first: bool = False) -> Func:
    """Return the expression to order by, newest first unless asked otherwise."""
    return _distance(time_point(field), 0 if oldest_first else _FAR)


def by_id(field: str = "id", *, oldest_first: bool = False) -> Func:
    """Return the expression to order by, the highest id first unless asked otherwise."""
    return _distance(id_point(field), 0 if oldest_first else _BEYOND_IDS)


def _distance(point: Func, end: int) -> Func:
    other = Func(Value(end), Value(0), function="point")
    return Func(point, other, template="%(expressions)s", arg_joiner=" <-> ", output_field=FloatField())
