"""The fast PBF reader: decodes one block at a time with numpy, for imports into empty tables.

It knows only what ordinary extracts consist of: dense nodes, zlib, the usual granularity. At anything else, damage
included, it raises NotOrdinaryError, and pyosmium reads the file instead; so this module never has to explain what is
wrong with a file. docs/decisions/0004-pbf-reader.md says why it exists.

See https://wiki.openstreetmap.org/wiki/PBF_Format for the field numbers; `2 << 3 | 2` is the key of a field 2 that
holds bytes, `2 << 3` of one that holds a number.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np

from .checks import are_ordinary
from .errors import NotOrdinaryError
from .protobuf import (
    Integers,
    Message,
    Numbers,
    deltas,
    fields,
    signed,
    take_content,
    take_number,
    unique_fields,
    varint,
    varints,
)

_MAX_HEADER = 1 << 16
_MAX_BLOCK = 1 << 22
"""Blocks may have 32 MiB; those that writers make in practice, of 8,000 elements, have some 100 KiB."""

_FEATURES = {b"OsmSchema-V0.6", b"DenseNodes"}
_BOX_FIELDS = {1 << 3, 2 << 3, 3 << 3, 4 << 3}
_USUAL = {17 << 3: 100, 18 << 3: 1000, 19 << 3: 0, 20 << 3: 0}
"""Granularity of positions (1e-9 degrees) and times (milliseconds), and offsets, as ordinary writers set them."""

_NOTHING = slice(0, 0)
_WAY_FIELDS = {1 << 3, 2 << 3 | 2, 3 << 3 | 2, 4 << 3 | 2, 8 << 3 | 2}
_RELATION_FIELDS = _WAY_FIELDS | {9 << 3 | 2, 10 << 3 | 2}
_INFO_KEYS = [1 << 3, 2 << 3, 3 << 3, 4 << 3, 5 << 3]


@dataclass
class Authored:
    """The columns that elements of all types share, with one entry per element."""

    ids: Integers
    versions: Integers
    timestamps: Integers
    """Seconds since 1970."""
    changesets: Integers
    uids: Integers
    users: Integers
    """Indexes into the string table."""


@dataclass
class Nodes:
    """Positions in 1e-7 degrees; tags as indexes into the string table, key and value in turn, with a 0 after each
    node."""

    common: Authored
    lats: Integers
    lons: Integers
    tags: Integers


@dataclass
class Ways:
    """Keys and values of each way as indexes into the string table; the nodes of all ways in one array."""

    common: Authored
    keys: list[list[int]]
    values: list[list[int]]
    nodes: Integers
    counts: Integers


@dataclass
class Relations:
    """Keys, values and roles as indexes into the string table; types from 0 to 2."""

    common: Authored
    keys: list[list[int]]
    values: list[list[int]]
    roles: list[list[int]]
    refs: list[list[int]]
    types: list[list[int]]


@dataclass
class Block:
    """Groups of elements with the string table that they refer to."""

    strings: list[str]
    groups: list[Nodes | Ways | Relations]


def read_blocks(file: IO[bytes]) -> Iterator[Block]:
    """Yield all blocks of an ordinary file. Raises NotOrdinaryError, or ValueError, IndexError, OverflowError or
    zlib.error if numbers do not add up."""
    blobs = _blobs(file)
    type_, content = next(blobs, (b"", b""))
    if type_ != b"OSMHeader":
        raise NotOrdinaryError
    _check_header(content)
    for type_, content in blobs:
        if type_ != b"OSMData":
            raise NotOrdinaryError
        yield _block(content)


def _check_header(header: bytes) -> None:
    for key, _length, content in fields(header):
        # The bbox is not used here, but pyosmium refuses a damaged one.
        if key == 1 << 3 | 2 and unique_fields(content).keys() != _BOX_FIELDS:
            raise NotOrdinaryError
        if key == 4 << 3 | 2 and content not in _FEATURES:
            raise NotOrdinaryError


def _blobs(file: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    while length := file.read(4):
        if len(length) < 4 or int.from_bytes(length, "big") > _MAX_HEADER:
            raise NotOrdinaryError
        header = unique_fields(_read(file, int.from_bytes(length, "big")))
        type_, size = take_content(header, 1), take_number(header, 3)
        if header or size > _MAX_BLOCK:
            raise NotOrdinaryError
        yield type_, _unpack(unique_fields(_read(file, size)))


def _read(file: IO[bytes], size: int) -> bytes:
    content = file.read(size)
    if len(content) < size:
        raise NotOrdinaryError
    return content


def _unpack(blob: Message) -> bytes:
    size, packed = take_number(blob, 2), take_content(blob, 3)
    if blob or size > _MAX_BLOCK:
        raise NotOrdinaryError
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(packed, size + 1)
    if len(content) != size or not unpacking.eof:
        raise NotOrdinaryError
    return content


def _block(content: bytes) -> Block:
    strings: list[str] = []
    groups: list[Nodes | Ways | Relations] = []
    for key, number, value in fields(content):
        if key == 1 << 3 | 2 and not strings:
            strings = _strings(value)
        elif key == 2 << 3 | 2:
            groups += _groups(value)
        elif _USUAL.get(key) != number:
            raise NotOrdinaryError
    return Block(strings, groups)


def _strings(table: bytes) -> list[str]:
    """Return the string table. Raises NotOrdinaryError if a string may not be a tag, role or name."""
    strings, at = [], 0
    while at < len(table):
        if table[at] != 1 << 3 | 2:
            raise NotOrdinaryError
        length, at = varint(table, at + 1)
        strings.append(table[at : at + length].decode())
        at += length
    if at != len(table) or not are_ordinary(strings):
        raise NotOrdinaryError
    return strings


def _groups(group: bytes) -> Iterator[Nodes | Ways | Relations]:
    """Yield the elements of a group, which are of one type."""
    type_ = group[0] if group else 0
    if type_ == 2 << 3 | 2:
        for key, _length, value in fields(group):
            if key != type_:
                raise NotOrdinaryError
            yield _nodes(value)
    elif type_ == 3 << 3 | 2:
        yield _ways(Numbers(group))
    elif type_ == 4 << 3 | 2:
        yield _relations(Numbers(group))
    else:
        raise NotOrdinaryError


def _nodes(message: bytes) -> Nodes:
    dense = unique_fields(message)
    info = unique_fields(take_content(dense, 5))
    ids = deltas(take_content(dense, 1))
    nodes = Nodes(
        Authored(
            ids,
            varints(take_content(info, 1))[0].view(np.int64),
            *(deltas(take_content(info, number), len(ids)) for number in (2, 3, 4, 5)),
        ),
        deltas(take_content(dense, 8)),
        deltas(take_content(dense, 9)),
        varints(take_content(dense, 10))[0].view(np.int64),
    )
    if dense or info or not len(ids):
        raise NotOrdinaryError
    return nodes


def _info(numbers: Numbers, found: dict[int, slice]) -> list[int]:
    """Return id, version, timestamp, changeset, uid and user of an element."""
    info = found[4 << 3 | 2]
    keys, values = numbers.list[info][::2], numbers.list[info][1::2]
    if keys == _INFO_KEYS[:2]:
        values += [0, 0, 0]
    elif keys != _INFO_KEYS:
        raise NotOrdinaryError
    return [numbers.list[found[1 << 3].start], *values]


def _string_indexes(numbers: Numbers, found: dict[int, slice], number: int) -> list[int]:
    return numbers.list[found.get(number << 3 | 2, _NOTHING)]


def _authored(infos: list[list[int]]) -> Authored:
    return Authored(*np.ascontiguousarray(np.array(infos, np.int64).T))


def _ways(numbers: Numbers) -> Ways:
    infos, keys, values, spans = [], [], [], []
    for found in numbers.elements(3 << 3 | 2, _WAY_FIELDS):
        infos.append(_info(numbers, found))
        keys.append(_string_indexes(numbers, found, 2))
        values.append(_string_indexes(numbers, found, 3))
        nodes = found.get(8 << 3 | 2)
        spans.append((nodes.start, nodes.stop) if nodes else (1, 1))
    firsts, stops = np.array(spans).T
    # The sums run over all numbers of the message: each way's own start at the sum before its first number.
    sums = np.cumsum(signed(numbers.array))
    counts = stops - firsts
    indexes = np.arange(counts.sum()) + np.repeat(firsts - np.cumsum(counts) + counts, counts)
    return Ways(_authored(infos), keys, values, sums[indexes] - np.repeat(sums[firsts - 1], counts), counts)


def _relations(numbers: Numbers) -> Relations:
    infos, keys, values, roles, refs, types = [], [], [], [], [], []
    for found in numbers.elements(4 << 3 | 2, _RELATION_FIELDS):
        infos.append(_info(numbers, found))
        keys.append(_string_indexes(numbers, found, 2))
        values.append(_string_indexes(numbers, found, 3))
        roles.append(_string_indexes(numbers, found, 8))
        refs.append(np.cumsum(signed(numbers.array[found.get(9 << 3 | 2, _NOTHING)])).tolist())
        types.append(_string_indexes(numbers, found, 10))
    return Relations(_authored(infos), keys, values, roles, refs, types)
