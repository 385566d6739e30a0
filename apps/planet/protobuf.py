"""The wire format of protocol buffers, as far as PBF files need it.

A message is a sequence of fields: a key, which is number << 3 | type, followed by a varint (type 0), or by a length
and that many bytes (type 2). A varint has seven bits per byte, the lowest first; the top bit is set in all bytes but
the last.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .errors import NotOrdinaryError

Integers = NDArray[np.int64]
Message = dict[int, tuple[int, bytes]]
"""Number or length, and bytes, of each field by its key."""


def varint(message: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a byte, and the index of the byte after it."""
    number = shift = 0
    while message[at] > 127:
        if shift > 63:
            raise NotOrdinaryError
        number |= (message[at] & 127) << shift
        shift += 7
        at += 1
    return number | message[at] << shift, at + 1


def fields(message: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the key of each field with its number, or with its length and its bytes."""
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        number, at = varint(message, at)
        if key & 7 == 0:
            yield key, number, b""
        elif key & 7 == 2 and at + number <= len(message):
            yield key, number, message[at : at + number]
            at += number
        else:
            raise NotOrdinaryError


def unique_fields(message: bytes) -> Message:
    """Return the fields of a message. Raises NotOrdinaryError for a repeated one."""
    found: Message = {}
    for key, number, content in fields(message):
        if key in found:
            raise NotOrdinaryError
        found[key] = number, content
    return found


def take_number(message: Message, field: int) -> int:
    """Remove a field from a message and return its number, 0 if it is missing."""
    return message.pop(field << 3, (0, b""))[0]


def take_content(message: Message, field: int) -> bytes:
    """Remove a field from a message and return its bytes, none if it is missing."""
    return message.pop(field << 3 | 2, (0, b""))[1]


def varints(message: bytes) -> tuple[NDArray[np.uint64], Integers]:
    """Return the numbers in a sequence of varints, and the index of the byte at which each begins."""
    data = np.frombuffer(message, np.uint8)
    ends = np.flatnonzero(data < 128)
    if len(data) and data[-1] > 127:
        raise NotOrdinaryError
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    lengths = ends - starts + 1
    numbers = (data[starts] & 127).astype(np.uint64)
    longest = int(lengths.max(initial=0))
    if longest > 10:
        raise NotOrdinaryError
    for place in range(1, longest):
        longer = np.flatnonzero(lengths > place)
        bits = (data[starts[longer] + place] & 127).astype(np.uint64)
        numbers[longer] |= bits << np.uint64(7 * place)
    return numbers, starts


def signed(numbers: NDArray[np.uint64]) -> Integers:
    """Undo the zigzag encoding, in which 0, 1, 2, 3 stand for 0, -1, 1, -2."""
    halves = (numbers >> np.uint64(1)).view(np.int64)
    return halves ^ -(numbers & np.uint64(1)).view(np.int64)


def deltas(message: bytes, count: int = 0) -> Integers:
    """Return numbers that are stored as differences from the previous one, or `count` zeros for an empty message."""
    return np.cumsum(signed(varints(message)[0])) if message else np.zeros(count, np.int64)


class Numbers:
    """A message that consists of varints only, as ways and relations do: keys, lengths and the contents of packed
    fields. All are decoded at once, and then addressed by their index."""

    def __init__(self, message: bytes) -> None:
        self.array, starts = varints(message)
        self.list: list[int] = self.array.tolist()
        # The index of the number that begins at a byte. Where none does, and beyond the end, it is an index after
        # all others, which is never equal to the end of a field.
        indexes = np.full(len(message) + 2, len(starts) + 1)
        indexes[starts] = np.arange(len(starts))
        indexes[len(message)] = len(starts)
        sizes = np.minimum(self.array, len(message)).astype(np.int64)
        ends = np.append(starts[1:], len(message)) + sizes
        self._stops: list[int] = indexes[np.minimum(ends, len(message) + 1)].tolist()
        """For each number, if it were a length: the index of the number after that content."""

    def fields(self, start: int, stop: int) -> dict[int, slice]:
        """Return the content of each field of a message by its key. Raises NotOrdinaryError for a repeated one."""
        found: dict[int, slice] = {}
        at = start
        while at < stop:
            key = self.list[at]
            if key & 7 == 2:
                end = self._stops[at + 1]
                content = slice(at + 2, end)
            else:
                end = at + 2
                content = slice(at + 1, end)
            if key & 7 not in (0, 2) or key in found:
                raise NotOrdinaryError
            found[key] = content
            at = end
        if at != stop:
            raise NotOrdinaryError
        return found

    def elements(self, key: int, known: set[int]) -> Iterator[dict[int, slice]]:
        """Yield the fields of each element. Raises NotOrdinaryError for another key or an unknown field."""
        at = 0
        while at < len(self.list):
            stop = self._stops[at + 1]
            found = self.fields(at + 2, stop)
            if self.list[at] != key or not found.keys() <= known:
                raise NotOrdinaryError
            yield found
            at = stop
