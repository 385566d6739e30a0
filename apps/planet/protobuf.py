"""The wire format of protocol buffers, as far as PBF files need it.

A message is a sequence of fields: a key, which is number << 3 | type, and a varint (type 0) or a length and so
many bytes (type 2). A varint has seven bits a byte, the lowest first; the top bit is set in all but the last.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from .errors import NotOrdinaryError

Integers = NDArray[np.int64]
Message = dict[int, tuple[int, bytes]]
"""Fields by their key, each with its number or length, and its bytes."""


def varint(message: bytes, at: int) -> tuple[int, int]:
    """The number that begins at a byte, and where the next one begins."""
    number = shift = 0
    while message[at] > 127:
        if shift > 63:
            raise NotOrdinaryError
        number |= (message[at] & 127) << shift
        shift += 7
        at += 1
    return number | message[at] << shift, at + 1


def fields(message: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The key of each field with its number, or with its length and its bytes."""
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
    """The fields of a message in which none comes twice."""
    found: Message = {}
    for key, number, content in fields(message):
        if key in found:
            raise NotOrdinaryError
        found[key] = number, content
    return found


def take_number(message: Message, field: int) -> int:
    """Takes a number out of a message."""
    return message.pop(field << 3, (0, b""))[0]


def take_content(message: Message, field: int) -> bytes:
    """Takes the bytes of a field out of a message."""
    return message.pop(field << 3 | 2, (0, b""))[1]


def varints(message: bytes) -> tuple[NDArray[np.uint64], Integers]:
    """The numbers that a sequence of varints holds, and the byte at which each begins."""
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
    """Undoes the zigzag: 0, 1, 2, 3 stand for 0, -1, 1, -2."""
    halves = (numbers >> np.uint64(1)).view(np.int64)
    return halves ^ -(numbers & np.uint64(1)).view(np.int64)


def deltas(message: bytes, count: int = 0) -> Integers:
    """Numbers each of which is written as the difference from the one before; as many zeros for none."""
    return np.cumsum(signed(varints(message)[0])) if message else np.zeros(count, np.int64)


class Numbers:
    """A message all of which are varints, as ways and relations are: keys, lengths and what is in the packed
    fields. They are decoded at once, and then addressed by their index."""

    def __init__(self, message: bytes) -> None:
        self.array, starts = varints(message)
        self.list: list[int] = self.array.tolist()
        # The index of the number that begins at a byte. Where none does, and beyond the end, there is an index
        # behind all others, which no end is equal to.
        indexes = np.full(len(message) + 2, len(starts) + 1)
        indexes[starts] = np.arange(len(starts))
        indexes[len(message)] = len(starts)
        sizes = np.minimum(self.array, len(message)).astype(np.int64)
        ends = np.append(starts[1:], len(message)) + sizes
        self._stops: list[int] = indexes[np.minimum(ends, len(message) + 1)].tolist()
        """For each number, were it the length of a content: the index behind that."""

    def fields(self, start: int, stop: int) -> dict[int, slice]:
        """The content of each field of a message by its key, none of which comes twice."""
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
        """The fields of each element, if these are all under that key and have but known ones."""
        at = 0
        while at < len(self.list):
            stop = self._stops[at + 1]
            found = self.fields(at + 2, stop)
            if self.list[at] != key or not found.keys() <= known:
                raise NotOrdinaryError
            yield found
            at = stop
