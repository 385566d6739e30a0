"""Rows of PostgreSQL's binary COPY format.

Packed by hand: psycopg's `write_row` costs several times as much a row, and a text row costs the server
the parsing of every number and time.
"""

from collections.abc import Sequence
from functools import lru_cache
from struct import Struct

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"

NO_TIMESTAMP = -(2**63)
"""Microseconds that PostgreSQL reads as `-infinity`: the file gives no time."""

EPOCH_2000 = 946_684_800
_BIGINT, _SMALLINT, _TEXT = 20, 21, 25

_head = Struct(">hiqiqi?iqiq").pack
_node = Struct(">iiiiiq").pack
_owner = Struct(">hiqiq").pack
_pair = Struct(">hiqiq").pack
_triple = Struct(">hihiqiq").pack
_length = Struct(">i").pack
_array = Struct(">iiiiii").pack

_bare_node = Struct(">hiqiqi?iqiq6siiiiiq").pack
NO_TAGS = _length(2) + b"{}"


def microseconds(seconds: int) -> int:
    """PostgreSQL's count of microseconds since 2000 for seconds since 1970."""
    return (seconds - EPOCH_2000) * 1_000_000


def pack_head(columns: int, id_: int, version: int, visible: bool, changeset: int, timestamp: int) -> bytes:
    """The columns that all elements begin with; timestamp in microseconds since 2000."""
    return _head(columns, 8, id_, 8, version, 1, visible, 8, changeset, 8, timestamp)


def pack_tags(json: bytes) -> bytes:
    """A json column."""
    return _length(len(json)) + json


def pack_document(json: bytes) -> bytes:
    """A row of one jsonb column."""
    return b"\x00\x01" + _length(len(json) + 1) + b"\x01" + json


def pack_position(lat: int, lon: int, tile: int) -> bytes:
    return _node(4, lat, 4, lon, 8, tile)


def pack_bare_node(
    id_: int, version: int, visible: bool, changeset: int, timestamp: int, lat: int, lon: int, tile: int
) -> bytes:
    """The whole row of a node without tags: nine in ten nodes are."""
    return _bare_node(
        9, 8, id_, 8, version, 1, visible, 8, changeset, 8, timestamp, NO_TAGS, 4, lat, 4, lon, 8, tile
    )


def pack_owner(changeset: int, user: int) -> bytes:
    return _owner(2, 8, changeset, 8, user)


def pack_name(user: int, name: str, timestamp: int) -> bytes:
    text = name.encode()
    return Struct(f">hiqi{len(text)}siq").pack(3, 8, user, len(text), text, 8, timestamp)


@lru_cache(maxsize=4096)
def _bigints(count: int) -> Struct:
    return Struct(">iiiiii" + "iq" * count)


def pack_bigints(numbers: Sequence[int]) -> bytes:
    """A bigint[] column."""
    count = len(numbers)
    if not count:
        return _length(12) + _length(0) + _length(0) + _length(_BIGINT)
    pairs = [8] * (2 * count)
    pairs[1::2] = numbers
    return _bigints(count).pack(20 + 12 * count, 1, 0, _BIGINT, count, 1, *pairs)


def pack_smallints(numbers: Sequence[int]) -> bytes:
    """A smallint[] column."""
    return _pack_array(_SMALLINT, [number.to_bytes(2, "big", signed=True) for number in numbers])


def pack_texts(texts: Sequence[str]) -> bytes:
    """A text[] column."""
    return _pack_array(_TEXT, [text.encode() for text in texts])


def _pack_array(oid: int, items: list[bytes]) -> bytes:
    if not items:
        return _length(12) + _length(0) + _length(0) + _length(oid)
    body = b"".join([_length(len(item)) + item for item in items])
    return _array(20 + len(body), 1, 0, oid, len(items), 1) + body


def without_tile(row: bytes) -> bytes:
    """The row of a node for `old_nodes`, which has no tile: the last column."""
    return (int.from_bytes(row[:2], "big") - 1).to_bytes(2, "big") + row[2:-12]


def pack_pair(node: int, way: int) -> bytes:
    """A row of way_nodes."""
    return _pair(2, 8, node, 8, way)


def pack_triple(kind: int, member: int, relation: int) -> bytes:
    """A row of relation_members."""
    return _triple(3, 2, kind, 8, member, 8, relation)
