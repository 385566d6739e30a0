"""Mapbox Vector Tiles 2.1, written with numpy (decision 12).

https://github.com/mapbox/vector-tile-spec: a tile is a list of layers, a layer a list of features with the tables of
their keys and values. All geometries of one type are encoded in one pass.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .subjects import Attributes, Value

EXTENT = 4096
"""How many units wide and high a tile is."""

Ints = NDArray[np.int64]
_MOVE_TO, _LINE_TO, _CLOSE_PATH = 1, 2, 15


class GeometryType(IntEnum):
    POINT = 1
    LINE = 2
    POLYGON = 3


class Encoded(NamedTuple):
    """A feature, as far as it is encoded."""

    id: bytes
    """Empty if it stands for several elements."""
    type: GeometryType
    geometry: bytes
    attributes: Attributes


def varint(number: int) -> bytes:
    """Return a number of at least 0 in groups of seven bits."""
    if number < 0x80:
        return _ONE_BYTE[number]
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


_ONE_BYTE = [bytes((number,)) for number in range(0x80)]


def encode_geometries(kind: GeometryType, xy: Ints, lengths: Ints, owners: Ints, count: int) -> list[bytes]:
    """Return the geometries of `count` features of one type.

    They consist of parts (points, lines or rings without their last position), of `lengths` positions each, sorted by
    the numbers of the features that own them; `xy` holds the positions of all of them.
    """
    if not len(lengths):
        return [b""] * count
    first = np.cumsum(lengths) - lengths
    deltas = np.diff(xy, axis=0, prepend=xy[:1])
    # The pen starts in the corner for each feature.
    is_start = np.diff(owners, prepend=-1) != 0
    deltas[first[is_start]] = xy[first[is_start]]
    zigzag = (deltas << 1) ^ (deltas >> 63)

    if kind is GeometryType.POINT:
        sizes = 1 + 2 * lengths
    else:
        sizes = 2 + 2 * lengths + (1 if kind is GeometryType.POLYGON else 0)
    starts = np.cumsum(sizes) - sizes
    numbers = np.zeros(int(sizes.sum()), dtype=np.int64)
    # Each position moves by the headers before it: one for its part, and one more behind the first position.
    places = np.repeat(starts + 1, lengths) + 2 * (np.arange(len(xy)) - np.repeat(first, lengths))
    if kind is GeometryType.POINT:
        numbers[starts] = lengths << 3 | _MOVE_TO
    else:
        is_first = np.zeros(len(xy), dtype=bool)
        is_first[first] = True
        places[~is_first] += 1
        numbers[starts] = 1 << 3 | _MOVE_TO
        numbers[starts + 3] = (lengths - 1) << 3 | _LINE_TO
        if kind is GeometryType.POLYGON:
            numbers[starts + sizes - 1] = _CLOSE_PATH
    numbers[places], numbers[places + 1] = zigzag[:, 0], zigzag[:, 1]
    return _varints(numbers, np.bincount(owners, weights=sizes, minlength=count).astype(np.int64))


def encode_ids(ids: Sequence[int]) -> list[bytes]:
    """Return the ids of features; nothing for an id that is too large for a tile, as those of elements may be."""
    fitting = [id_ if id_ < _TOO_LARGE else 0 for id_ in ids]
    encoded = _varints(np.array(fitting, dtype=np.int64), np.ones(len(ids), dtype=np.int64)) if ids else []
    return [each if id_ < _TOO_LARGE else b"" for each, id_ in zip(encoded, ids, strict=True)]


_TOO_LARGE = 1 << 63


def _varints(numbers: Ints, counts: Ints) -> list[bytes]:
    """Return numbers below 2**63 as varints, in groups of `counts` each."""
    widths = np.ones(len(numbers), dtype=np.int64)
    for bits in range(7, int(numbers.max()).bit_length(), 7):
        widths += numbers >= 1 << bits
    ends = np.cumsum(widths)
    starts = ends - widths
    found = np.empty(int(ends[-1]), dtype=np.uint8)
    for place in range(int(widths.max())):
        has = widths > place
        is_last = widths[has] == place + 1
        found[starts[has] + place] = numbers[has] >> 7 * place & 0x7F | np.where(is_last, 0, 0x80)
    content = found.tobytes()
    limits = np.concatenate([[0], ends])[np.concatenate([[0], np.cumsum(counts)])].tolist()
    return [content[start:end] for start, end in pairwise(limits)]


def encode_layer(name: str, features: Iterable[Encoded]) -> bytes:
    """Return a layer as a field of a tile."""
    keys: dict[str, int] = {}
    # With their types: 1 equals True.
    values: dict[tuple[type, Value], int] = {}
    tags: dict[Attributes, bytes] = {(): b""}
    body = bytearray(_LAYER)
    body += _sized(name.encode())
    for id_, kind, geometry, attributes in features:
        pairs = tags.get(attributes)
        if pairs is None:
            pairs = tags[attributes] = b"\x12" + _sized(
                b"".join(
                    varint(keys.setdefault(key, len(keys)))
                    + varint(values.setdefault((type(value), value), len(values)))
                    for key, value in attributes
                )
            )
        head = (b"\x08" + id_ + pairs if id_ else pairs) + _TYPES[kind]
        length = varint(len(geometry))
        body += b"\x12" + varint(len(head) + len(length) + len(geometry)) + head + length + geometry
    for key in keys:
        body += b"\x1a" + _sized(key.encode())
    for _, value in values:
        body += b"\x22" + _sized(_value(value))
    body += b"\x28" + varint(EXTENT)
    return b"\x1a" + _sized(bytes(body))


def is_only(name: str, content: bytes) -> bool:
    """Return whether a tile that is not empty consists of the layer of that name."""
    length = shift = 0
    for place in range(1, len(content)):
        length |= (content[place] & 0x7F) << shift
        shift += 7
        if content[place] < 0x80:
            body = content[place + 1 :]
            return len(body) == length and body.startswith(_LAYER + _sized(name.encode()))
    return False


_TYPES = [bytes((0x18, kind, 0x22)) for kind in range(4)]
"""How the type of a feature is written, and the tag of its geometry."""
_LAYER = b"\x78\x02\x0a"
"""How a layer begins: version 2, and the tag of its name."""


def _sized(content: bytes) -> bytes:
    return varint(len(content)) + content


def _value(value: Value) -> bytes:
    if isinstance(value, str):
        return b"\x0a" + _sized(value.encode())
    if isinstance(value, bool):
        return b"\x38\x01" if value else b"\x38\x00"
    if value >= 0:
        return b"\x28" + varint(value)
    return b"\x30" + varint((value << 1) ^ (value >> 63))
