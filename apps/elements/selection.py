"""The API's reads of elements, as rendered bytes (`rendering.py`).

Each function takes one statement, and so reads one snapshot. It raises its errors before the first byte is sent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from apps.osm.bbox import BBox
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import GoneError, NotFoundError, RedactedError, TooManyNodesError
from apps.osm.formats import Format
from apps.osm.quadtile import tile_ranges

from .reads import fetch_all, fetch_one, stream
from .rendering import AUTHOR_OF_E, AUTHORS, ELEMENT
from .tables import COLUMNS, CURRENT_TABLES, SUPERSEDED_TABLES, id_array

_SQL = Path(__file__).parent / "sql"
_ROWS_PER_FETCH = {ElementType.NODE: 200, ElementType.WAY: 100, ElementType.RELATION: 4}
"""By the largest type among the rows: a relation with 32,000 members and long roles takes some megabytes."""
_ROWS_PER_CHUNK = 400

_MOST_AT_ONCE = 500_000
"""Bytes of elements, as they are stored, that are read at once; as text they are up to six times as long."""
_STORED_SIZE = {
    ElementType.NODE: "pg_column_size(tags)",
    ElementType.WAY: "pg_column_size(tags) + pg_column_size(nodes)",
    ElementType.RELATION: "pg_column_size(tags) + pg_column_size(member_refs) + pg_column_size(member_roles)",
}

_COLUMNS = {kind: ", ".join(columns) for kind, columns in COLUMNS.items()}

Chunks = Iterator[bytes]
T = TypeVar("T")
_ALL = 2**31
"""A limit that only makes PostgreSQL sort before it renders."""


def in_bbox(bbox: BBox, max_nodes: int, output_format: Format) -> Chunks:
    """Return the elements of a map call, nodes, ways and relations each by id.

    They are the visible nodes in the bbox, the ways that use them with all their nodes, the relations that use any of
    these, and the relations that use any of those. Raises TooManyNodesError if there are more than max_nodes nodes in
    the bbox. (API page, "Retrieving map data by bounding box".)
    """
    firsts, lasts = zip(*tile_ranges(bbox), strict=True)
    parameters = {**bbox._asdict(), "firsts": list(firsts), "lasts": list(lasts), "limit": max_nodes + 1}
    count, rows = _stream(_load("map", output_format), parameters, ElementType.NODE)
    if int(count[0]) > max_nodes:
        rows.close()
        raise TooManyNodesError(max_nodes)
    return _chunks(rows)


def current(ref: ElementRef, output_format: Format) -> bytes:
    """Return the element's current version. Raises NotFoundError, GoneError."""
    row = fetch_one(_current_sql(ref.type, output_format), {"id": ref.id})
    if row is None:
        raise NotFoundError
    visible: bool = row[0]
    element: bytes = row[1]
    if not visible:
        raise GoneError
    return element


def version(ref: ElementRef, number: int, output_format: Format, *, show_redacted: bool) -> bytes:
    """Return one version, current or superseded. Raises NotFoundError, RedactedError."""
    row = fetch_one(_wanted_sql(ref.type, output_format), {"ids": [ref.id], "versions": [number]})
    if row is None:
        raise NotFoundError
    redacted: bool = row[0]
    element: bytes = row[1]
    if redacted and not show_redacted:
        raise RedactedError
    return element


def history(ref: ElementRef, output_format: Format, *, show_redacted: bool) -> Iterator[bytes]:
    """Return all versions, oldest first; redacted ones only if asked to. Raises NotFoundError if there is none."""
    sql = _history_sql(ref.type, output_format)
    return _some(ref.type, sql, {"id": ref.id, "show_redacted": show_redacted}, bool)


def multi_fetch(
    kind: ElementType, wanted: Sequence[tuple[int, int | None]], output_format: Format, *, show_redacted: bool
) -> Iterator[bytes]:
    """Return the wanted elements, given as (id, version) with version None for the current one, by id and version.

    Each comes once. Raises NotFoundError if one of them does not exist or is redacted.
    """
    if all(version is None for _, version in wanted):
        ids = {id_ for id_, _ in wanted}
        parameters: dict[str, object] = {"ids": id_array(ids)}
        sql, expected = _multi_fetch_sql(kind, output_format), len(ids)
    else:
        pairs = set(wanted)
        parameters = {
            "ids": [id_ for id_, _ in pairs],
            "versions": [version for _, version in pairs],
            "show_redacted": show_redacted,
        }
        sql, expected = _wanted_list_sql(kind, output_format), len(pairs)
    return _some(kind, sql, parameters, lambda count: count == expected)


def ways_of_node(node_id: int, output_format: Format) -> Iterator[bytes]:
    """Return the visible ways that use the node, by id; none if there is no such node."""
    sql = _parents_sql(ElementType.WAY, "way_nodes", "node_id = %(id)s", output_format)
    return _some(ElementType.WAY, sql, {"id": node_id})


def relations_of(ref: ElementRef, output_format: Format) -> Iterator[bytes]:
    """Return the visible relations that the element is a member of, by id."""
    condition = "member_type = %(type)s AND member_id = %(id)s"
    sql = _parents_sql(ElementType.RELATION, "relation_members", condition, output_format)
    return _some(ElementType.RELATION, sql, {"type": int(ref.type), "id": ref.id})


def full(ref: ElementRef, output_format: Format) -> Chunks:
    """Return a way with its nodes, or a relation with its members and the nodes of its ways.

    Raises NotFoundError, GoneError.
    """
    name = "way_full" if ref.type is ElementType.WAY else "full"
    state, rows = _stream(_load(name, output_format), {"id": ref.id}, ref.type)
    if state is None:
        raise NotFoundError
    if state[0] != b"visible":
        rows.close()
        raise GoneError
    return _chunks(rows)


def of_changeset(
    changeset_id: int, largest: ElementType, *, show_redacted: bool
) -> Iterator[tuple[str, bytes]]:
    """Yield every version that a changeset made as (`create`, `modify` or `delete`, XML), by time and version.

    `largest` is the largest type among them.
    """
    parameters = {"changeset": changeset_id, "show_redacted": show_redacted}
    first, rows = _stream(_changeset_sql(), parameters, largest)
    for action, element in chain([first] if first else [], rows):
        yield action.decode(), element


@cache
def _load(name: str, output_format: Format) -> str:
    """Return a statement of `sql/` for a format."""
    return (
        (_SQL / f"{name}.sql")
        .read_text()
        .format(
            authors=AUTHORS[output_format],
            author_of_e=AUTHOR_OF_E[output_format],
            all=_ALL,
            **{kind.label: ELEMENT[kind, output_format] for kind in ElementType},
        )
    )


@cache
def _current_sql(kind: ElementType, output_format: Format) -> str:
    return f"""
        SELECT e.visible, {ELEMENT[kind, output_format]} FROM {CURRENT_TABLES[kind]} e
        {AUTHOR_OF_E[output_format]}
        WHERE e.id = %(id)s"""


@cache
def _history_sql(kind: ElementType, output_format: Format) -> str:
    found = f"""
        SELECT {_COLUMNS[kind]} FROM {CURRENT_TABLES[kind]} WHERE id = %(id)s
        UNION ALL
        SELECT {_COLUMNS[kind]} FROM {SUPERSEDED_TABLES[kind]}
        WHERE id = %(id)s AND (redaction_id IS NULL OR %(show_redacted)s)"""
    return _list_sql(kind, output_format, found, order="version")


@cache
def _multi_fetch_sql(kind: ElementType, output_format: Format) -> str:
    found = f"SELECT {_COLUMNS[kind]} FROM {CURRENT_TABLES[kind]} WHERE id = ANY(%(ids)s::bigint[])"
    return _list_sql(kind, output_format, found, order="id")


@cache
def _wanted_sql(kind: ElementType, output_format: Format) -> str:
    return f"""
        SELECT e.redacted, {ELEMENT[kind, output_format]}
        FROM ({_versions_sql(kind)}) e {AUTHOR_OF_E[output_format]}"""


@cache
def _wanted_list_sql(kind: ElementType, output_format: Format) -> str:
    """Return a statement in which a version that is wanted both by its number and as the current one counts twice, and
    comes once."""
    found = f"SELECT * FROM ({_versions_sql(kind)}) e WHERE NOT redacted OR %(show_redacted)s"
    return _list_sql(kind, output_format, found, order="id, version", distinct="DISTINCT ON (id, version)")


def _versions_sql(kind: ElementType) -> str:
    return f"""
          SELECT e.* FROM unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS wanted(id, version)
          CROSS JOIN LATERAL (
            SELECT {_COLUMNS[kind]}, false AS redacted FROM {CURRENT_TABLES[kind]}
            WHERE id = wanted.id AND (wanted.version IS NULL OR version = wanted.version)
            UNION ALL
            SELECT {_COLUMNS[kind]}, redaction_id IS NOT NULL FROM {SUPERSEDED_TABLES[kind]}
            WHERE id = wanted.id AND version = wanted.version
          ) e"""


@cache
def _parents_sql(kind: ElementType, table: str, condition: str, output_format: Format) -> str:
    found = f"""
        SELECT {_COLUMNS[kind]} FROM {CURRENT_TABLES[kind]}
        WHERE visible AND id IN (SELECT {kind.label}_id FROM {table} WHERE {condition})"""
    return _list_sql(kind, output_format, found, order="id")


def _list_sql(kind: ElementType, output_format: Format, found: str, *, order: str, distinct: str = "") -> str:
    """Return a statement that yields the count of the rows `found`, then their elements.

    It yields a null instead of the elements if they take more than `most` bytes as they are stored.
    """
    # Each author is looked up once: elements that are fetched together often come from one changeset.
    return f"""
        WITH found AS MATERIALIZED ({found}
        ), author AS MATERIALIZED (
          SELECT a.* FROM (SELECT DISTINCT changeset_id FROM found) e {AUTHOR_OF_E[output_format]}
        ), size AS MATERIALIZED (
          SELECT count(*), COALESCE(sum({_STORED_SIZE[kind]}), 0) > %(most)s AS is_large FROM found
        )
        SELECT count::text FROM size
        UNION ALL
        SELECT NULL FROM size WHERE is_large
        UNION ALL
        (SELECT {ELEMENT[kind, output_format]}
        FROM (SELECT {distinct} * FROM found WHERE NOT (SELECT is_large FROM size) ORDER BY {order}) e
        JOIN author a ON a.id = e.changeset_id
        ORDER BY {order.replace("id", "e.id").replace("version", "e.version")} LIMIT {_ALL})"""


@cache
def _changeset_sql() -> str:
    parts = [
        f"""
        SELECT e.timestamp, e.version, {int(kind)} AS type, e.id, e.visible, {ELEMENT[kind, Format.XML]} AS element
        FROM (
          SELECT {_COLUMNS[kind]} FROM {CURRENT_TABLES[kind]} WHERE changeset_id = %(changeset)s
          UNION ALL
          SELECT {_COLUMNS[kind]} FROM {SUPERSEDED_TABLES[kind]}
          WHERE changeset_id = %(changeset)s AND (redaction_id IS NULL OR %(show_redacted)s)
        ) e {AUTHOR_OF_E[Format.XML]}"""
        for kind in ElementType
    ]
    return f"""
        SELECT CASE WHEN version = 1 THEN 'create' WHEN visible THEN 'modify' ELSE 'delete' END,
          element
        FROM ({" UNION ALL ".join(parts)}) v ORDER BY timestamp, version, type, id"""


def _some(
    kind: ElementType,
    sql: str,
    parameters: Mapping[str, object],
    are_found: Callable[[int], bool] = lambda _count: True,
) -> Iterator[bytes]:
    """Return the elements that a statement of `_list_sql` yields, joined or one by one.

    They are read at once, by a prepared statement, unless they are large: then as they are consumed. Raises
    NotFoundError if `are_found` says so of their count.
    """
    (count,), *rows = fetch_all(sql, {**parameters, "most": _MOST_AT_ONCE})
    if not are_found(int(count)):
        raise NotFoundError
    if not rows or rows[0][0] is not None:
        texts = [text for (text,) in rows]
        # Small ones together: each piece on its own way through the layers costs a microsecond.
        return iter([b"".join(texts)] if sum(map(len, texts)) <= _MOST_AT_ONCE else texts)
    # One by one: a relation may have 32,000 members with long roles.
    size = 1 if kind is ElementType.RELATION else _ROWS_PER_FETCH[kind]
    (count,), remaining = stream(sql, {**parameters, "most": _ALL}, size)
    if not are_found(int(count)):
        remaining.close()
        raise NotFoundError
    return _each(remaining)


def _each(rows: Any) -> Iterator[bytes]:
    with closing(rows):
        for (text,) in rows:
            yield text


def _stream(sql: str, parameters: Mapping[str, object], largest: ElementType) -> tuple[Any, Any]:
    """Return the first row and the others; `largest` is the largest type of elements among them."""
    return stream(sql, parameters, _ROWS_PER_FETCH[largest])


def _chunks(rows: Iterator[tuple[bytes]]) -> Chunks:
    """Return the texts of the rows, joined to chunks of about 100 kB.

    The first one is read at once, so that an error of the database comes before the response begins.
    """

    def chunks() -> Chunks:
        while chunk := b"".join(map(itemgetter(0), islice(rows, _ROWS_PER_CHUNK))):
            yield chunk

    following = chunks()
    return chain(list(islice(following, 1)), following)
