"""All reads of elements: which ones, and whether that is allowed, is settled before the first byte leaves.

Each function is one statement and so one snapshot. Elements come as bytes in their wire form (`wire.py`).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from django.db import connection
from psycopg.adapt import AdaptersMap
from psycopg.types.string import ByteaBinaryLoader

from apps.osm.bbox import BBox
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import GoneError, NotFoundError, RedactedError, TooManyNodesError
from apps.osm.formats import Format
from apps.osm.quadtile import tile_ranges

from .rendering import AUTHOR_OF_E, AUTHORS, ELEMENT

_SQL = Path(__file__).parent / "sql"
_ROWS_A_FETCH = 200
_ROWS_A_CHUNK = 400

_COMMON = "id, version, visible, changeset_id, timestamp, tags"
_COLUMNS = {
    ElementType.NODE: f"{_COMMON}, lat, lon",
    ElementType.WAY: f"{_COMMON}, nodes",
    ElementType.RELATION: f"{_COMMON}, member_types, member_refs, member_roles",
}
CURRENT = {kind: kind.plural for kind in ElementType}
SUPERSEDED = {kind: f"old_{kind.plural}" for kind in ElementType}

Chunks = Iterator[bytes]
T = TypeVar("T")


def in_bbox(bbox: BBox, max_nodes: int, output_format: Format) -> Chunks:
    """What a map call answers: the visible nodes in the box, the ways that use them with all their nodes, the
    relations that use one of these, and the relations that use one of those; nodes, ways, relations by id.

    Raises TooManyNodesError above max_nodes nodes in the box.
    (API page, "Retrieving map data by bounding box".)
    """
    firsts, lasts = zip(*tile_ranges(bbox), strict=True)
    parameters = {**bbox._asdict(), "firsts": list(firsts), "lasts": list(lasts), "limit": max_nodes + 1}
    count, rows = _stream(_load("map", output_format), parameters)
    if int(count[0]) > max_nodes:
        rows.close()
        raise TooManyNodesError(max_nodes)
    return _chunks(rows)


def current(ref: ElementRef, output_format: Format) -> bytes:
    """The element as it is now. Raises NotFoundError, GoneError."""
    row = _fetch_one(_current_sql(ref.type, output_format), (ref.id,))
    if row is None:
        raise NotFoundError
    visible: bool = row[0]
    element: bytes = row[1]
    if not visible:
        raise GoneError
    return element


def version(ref: ElementRef, number: int, output_format: Format, *, show_redacted: bool) -> bytes:
    """One version, the current one or an old one. Raises NotFoundError, RedactedError."""
    rows = _fetch_all(_wanted_sql(ref.type, output_format), ([ref.id], [number]))
    if not rows:
        raise NotFoundError
    redacted: bool = rows[0][0]
    element: bytes = rows[0][1]
    if redacted and not show_redacted:
        raise RedactedError
    return element


def history(ref: ElementRef, output_format: Format, *, show_redacted: bool) -> list[bytes]:
    """All versions, the oldest first, without the redacted ones. Raises NotFoundError where none is left."""
    rows = _fetch_all(_history_sql(ref.type, output_format), (ref.id, ref.id))
    versions = [element for redacted, element in rows if show_redacted or not redacted]
    if not versions:
        raise NotFoundError
    return versions


def multi_fetch(
    kind: ElementType, wanted: Sequence[tuple[int, int | None]], output_format: Format, *, show_redacted: bool
) -> list[bytes]:
    """Elements by (id, version), version None for the current one; each once, by id and version.

    Raises NotFoundError where one of them does not exist or is redacted: all or nothing.
    """
    if all(version is None for _, version in wanted):
        current_ids = {id_ for id_, _ in wanted}
        found = _elements(_multi_fetch_sql(kind, output_format), (_array(current_ids),))
        if len(found) != len(current_ids):
            raise NotFoundError
        return found
    ids, versions = zip(*set(wanted), strict=True)
    rows = _fetch_all(_wanted_sql(kind, output_format), (list(ids), list(versions)))
    found = [element for redacted, element in rows if show_redacted or not redacted]
    if len(found) != len(ids):
        raise NotFoundError
    # A version asked for by its number and as the current one is one row each, but the same text.
    return list(dict.fromkeys(found))


def ways_of_node(node_id: int, output_format: Format) -> list[bytes]:
    """The visible ways that use the node, by id; none where there is no such node."""
    return _elements(_parents_sql(ElementType.WAY, "way_nodes", "node_id = %s", output_format), (node_id,))


def relations_of(ref: ElementRef, output_format: Format) -> list[bytes]:
    """The visible relations that the element is a member of, by id."""
    condition = "member_type = %s AND member_id = %s"
    return _elements(
        _parents_sql(ElementType.RELATION, "relation_members", condition, output_format),
        (int(ref.type), ref.id),
    )


def full(ref: ElementRef, output_format: Format) -> Chunks:
    """A way with its nodes, or a relation with its members and the nodes of its ways.

    Raises NotFoundError, GoneError.
    """
    name = "way_full" if ref.type is ElementType.WAY else "full"
    state, rows = _stream(_load(name, output_format), {"id": ref.id})
    if state is None:
        raise NotFoundError
    if state[0] != b"visible":
        rows.close()
        raise GoneError
    return _chunks(rows)


def of_changeset(changeset_id: int, *, show_redacted: bool) -> Iterator[tuple[str, bytes]]:
    """Every version made in a changeset, as (`create`, `modify` or `delete`, XML), by time and version."""
    first, rows = _stream(_changeset_sql(), {"changeset": changeset_id, "show_redacted": show_redacted})
    for action, element in chain([first] if first else [], rows):
        yield action.decode(), element


@cache
def _load(name: str, output_format: Format) -> str:
    """A statement of `sql/` for a wire form."""
    return (
        (_SQL / f"{name}.sql")
        .read_text()
        .format(
            authors=AUTHORS[output_format],
            author_of_e=AUTHOR_OF_E[output_format],
            all=2**31,
            **{kind.label: ELEMENT[kind, output_format] for kind in ElementType},
        )
    )


@cache
def _current_sql(kind: ElementType, output_format: Format) -> str:
    return f"""
        SELECT e.visible, {ELEMENT[kind, output_format]} FROM {CURRENT[kind]} e
        {AUTHOR_OF_E[output_format]}
        WHERE e.id = %s"""


@cache
def _history_sql(kind: ElementType, output_format: Format) -> str:
    return f"""
        SELECT e.redacted, {ELEMENT[kind, output_format]} FROM (
          SELECT {_COLUMNS[kind]}, false AS redacted FROM {CURRENT[kind]} WHERE id = %s
          UNION ALL
          SELECT {_COLUMNS[kind]}, redaction_id IS NOT NULL FROM {SUPERSEDED[kind]} WHERE id = %s
        ) e {AUTHOR_OF_E[output_format]}
        ORDER BY e.version"""


@cache
def _multi_fetch_sql(kind: ElementType, output_format: Format) -> str:
    # Each author is looked up once: what is fetched together was often made together.
    return f"""
        WITH found AS MATERIALIZED (
          SELECT {_COLUMNS[kind]} FROM {CURRENT[kind]} WHERE id = ANY(%s::bigint[])
        ), author AS MATERIALIZED (
          SELECT a.* FROM (SELECT DISTINCT changeset_id FROM found) e {AUTHOR_OF_E[output_format]}
        )
        SELECT {ELEMENT[kind, output_format]} FROM found e JOIN author a ON a.id = e.changeset_id ORDER BY e.id"""


@cache
def _wanted_sql(kind: ElementType, output_format: Format) -> str:
    return f"""
        SELECT e.redacted, {ELEMENT[kind, output_format]}
        FROM unnest(%s::bigint[], %s::bigint[]) AS wanted(id, version)
        CROSS JOIN LATERAL (
          SELECT {_COLUMNS[kind]}, false AS redacted FROM {CURRENT[kind]}
          WHERE id = wanted.id AND (wanted.version IS NULL OR version = wanted.version)
          UNION ALL
          SELECT {_COLUMNS[kind]}, redaction_id IS NOT NULL FROM {SUPERSEDED[kind]}
          WHERE id = wanted.id AND version = wanted.version
        ) e {AUTHOR_OF_E[output_format]}
        ORDER BY e.id, e.version"""


@cache
def _parents_sql(kind: ElementType, table: str, condition: str, output_format: Format) -> str:
    return f"""
        SELECT {ELEMENT[kind, output_format]} FROM {table} p
        JOIN {CURRENT[kind]} e ON e.id = p.{kind.label}_id AND e.visible
        {AUTHOR_OF_E[output_format]}
        WHERE {condition} ORDER BY e.id"""


@cache
def _changeset_sql() -> str:
    parts = [
        f"""
        SELECT e.timestamp, e.version, {int(kind)} AS type, e.id, e.visible, {ELEMENT[kind, Format.XML]} AS element
        FROM (
          SELECT {_COLUMNS[kind]} FROM {CURRENT[kind]} WHERE changeset_id = %(changeset)s
          UNION ALL
          SELECT {_COLUMNS[kind]} FROM {SUPERSEDED[kind]}
          WHERE changeset_id = %(changeset)s AND (redaction_id IS NULL OR %(show_redacted)s)
        ) e {AUTHOR_OF_E[Format.XML]}"""
        for kind in ElementType
    ]
    return f"""
        SELECT CASE WHEN version = 1 THEN 'create' WHEN visible THEN 'modify' ELSE 'delete' END,
          element
        FROM ({" UNION ALL ".join(parts)}) v ORDER BY timestamp, version, type, id"""


_TEXTS_AS_BYTES = AdaptersMap(psycopg.adapters)
_TEXTS_AS_BYTES.register_loader("text", ByteaBinaryLoader)


class _Cursor(psycopg.Cursor[Any]):
    """A cursor below Django's: parameters are bound by the server, values come in binary, and texts as bytes:
    in UTF-8, as they leave."""

    @property
    def adapters(self) -> AdaptersMap:
        return _TEXTS_AS_BYTES


def _with_cursor(read: Callable[[_Cursor], T]) -> T:
    """What `read` gets from a cursor. A connection that the server has closed since the last request (it was
    restarted) is made anew."""
    connection.ensure_connection()
    try:
        return read(_Cursor(connection.connection))
    except psycopg.OperationalError:
        if not connection.connection.closed or connection.in_atomic_block:
            raise
    connection.close()
    connection.ensure_connection()
    return read(_Cursor(connection.connection))


def _array(ids: Iterable[int]) -> str:
    """Ids as PostgreSQL reads them, in a fraction of the time that psycopg takes for a list."""
    return "{" + ",".join(map(str, ids)) + "}"


def _fetch_one(sql: str, parameters: Sequence[object]) -> Any:
    return _with_cursor(lambda cursor: cursor.execute(sql, parameters, prepare=True, binary=True).fetchone())


def _fetch_all(sql: str, parameters: Sequence[object]) -> list[Any]:
    return _with_cursor(lambda cursor: cursor.execute(sql, parameters, prepare=True, binary=True).fetchall())


def _elements(sql: str, parameters: Sequence[object]) -> list[bytes]:
    return [element for (element,) in _fetch_all(sql, parameters)]


def _stream(sql: str, parameters: dict[str, object]) -> tuple[Any, Any]:
    """The first row (None where there is none), and the others as they come; whoever stops reading early closes
    that iterator, which cancels the statement."""

    def begin(cursor: _Cursor) -> tuple[Any, Any]:
        rows = cursor.stream(sql, parameters, binary=True, size=_ROWS_A_FETCH)
        return next(rows, None), rows

    return _with_cursor(begin)


def _chunks(rows: Iterator[tuple[bytes]]) -> Chunks:
    """The rows' texts joined to pieces of about 100 kB; the first is read at once, so that an error of the
    database is still one before the answer begins."""

    def pieces() -> Chunks:
        while piece := b"".join(map(itemgetter(0), islice(rows, _ROWS_A_CHUNK))):
            yield piece

    following = pieces()
    return chain(list(islice(following, 1)), following)
