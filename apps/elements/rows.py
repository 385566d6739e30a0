"""Rows of PostgreSQL's binary COPY format.

Packed by hand: psycopg's `write_row` takes several times as long per row, and with text rows the server has to parse
every number and time.
"""

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"

NO_TIMESTAMP = -(2**63)
"""The microseconds that PostgreSQL reads as `-infinity`: the time is not known."""

EPOCH_2000 = 946_684_800
_BIGINT, _SMALLINT, _TEXT = 20, 21, 25

_head = Struct(">hiqiqi?iqiq").pack
_node = Struct(">iiiiiq").pack
_pair = Struct(">hiqiq").pack
_triple = Struct(">hihiqiq").pack
_length = Struct(">i").pack
_array = Struct(">iiiiii").pack

_bare_node = Struct(">hiqiqi?iqiq6siiiiiq").pack
NO_TAGS = _length(2) + b"{}"


def microseconds(seconds: int) -> int:
    """Return PostgreSQL's microseconds since 2000 for seconds since 1970."""
    return (seconds - EPOCH_2000) * 1_000_000


def pack_head(columns: int, id_: int, version: int, visible: bool, changeset: int, timestamp: int) -> bytes:
    """Return the columns that all elements begin with; the timestamp is in microseconds since 2000."""
    return _head(columns, 8, id_, 8, version, 1, visible, 8, changeset, 8, timestamp)


def pack_tags(json: bytes) -> bytes:
    """Return a json column."""
    return _length(len(json)) + json


def pack_document(json: bytes) -> bytes:
    """Return a row with one jsonb column."""
    return b"\x00\x01" + _length(len(json) + 1) + b"\x01" + json


def pack_position(lat: int, lon: int, tile: int) -> bytes:
    return _node(4, lat, 4, lon, 8, tile)


def pack_bare_node(
    id_: int, version: int, visible: bool, changeset: int, timestamp: int, lat: int, lon: int, tile: int
) -> bytes:
    """Return the whole row of a node without tags, as nine in ten nodes are."""
    return _bare_node(
        9, 8, id_, 8, version, 1, visible, 8, changeset, 8, timestamp, NO_TAGS, 4, lat, 4, lon, 8, tile
    )


def pack_pair(first: int, second: int) -> bytes:
    """Return a row with two bigint columns."""
    return _pair(2, 8, first, 8, second)


def pack_name(user: int, name: str, timestamp: int) -> bytes:
    text = name.encode()
    return Struct(f">hiqi{len(text)}siq").pack(3, 8, user, len(text), text, 8, timestamp)


@lru_cache(maxsize=4096)
def _bigints(count: int) -> Struct:
    return Struct(">iiiiii" + "iq" * count)


def pack_bigints(numbers: Sequence[int]) -> bytes:
    """Return a bigint[] column."""
    count = len(numbers)
    if not count:
        return pack_bigints_head(0)
    pairs = [8] * (2 * count)
    pairs[1::2] = numbers
    return _bigints(count).pack(20 + 12 * count, 1, 0, _BIGINT, count, 1, *pairs)


@lru_cache(maxsize=4096)
def pack_bigints_head(count: int) -> bytes:
    """Return the beginning of a bigint[] column, up to its items, which are a length and a number each."""
    if not count:
        return _length(12) + _length(0) + _length(0) + _length(_BIGINT)
    return _array(20 + 12 * count, 1, 0, _BIGINT, count, 1)


def pack_smallints(numbers: Sequence[int]) -> bytes:
    """Return a smallint[] column."""
    return _pack_array(_SMALLINT, [number.to_bytes(2, "big", signed=True) for number in numbers])


def pack_texts(texts: Sequence[str]) -> bytes:
    """Return a text[] column."""
    return _pack_array(_TEXT, [text.encode() for text in texts])


def _pack_array(oid: int, items: list[bytes]) -> bytes:
    if not items:
        return _length(12) + _length(0) + _length(0) + _length(oid)
    body = b"".join([_length(len(item)) + item for item in items])
    return _array(20 + len(body), 1, 0, oid, len(items), 1) + body


def without_tile(row: bytes) -> bytes:
    """Return the row of a node for `old_nodes`, which lacks the last column, the tile."""
    return (int.from_bytes(row[:2], "big") - 1).to_bytes(2, "big") + row[2:-12]


def pack_triple(kind: int, member: int, relation: int) -> bytes:
    """Return a row of relation_members."""
    return _triple(3, 2, kind, 8, member, 8, relation)
