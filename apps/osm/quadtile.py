"""Quadtile numbers: 16 bits of longitude and 16 of latitude interleaved, so that what is near on the ground
is mostly near in a b-tree. Only this project reads them; coordinates are compared exactly after the tile."""

from collections import deque
from itertools import chain

from .bbox import BBox

CELLS = 1 << 16
LON_SPAN = 3_600_000_001
LAT_SPAN = 1_800_000_001


_Y_BITS = [0]
"""The 16 bits of each number with a zero between each two."""
for _bit in range(16):
    _Y_BITS += [spread | 1 << 2 * _bit for spread in _Y_BITS]
_X_BITS = [bits << 1 for bits in _Y_BITS]


def _column(lon: int) -> int:
    return (lon + 1_800_000_000) * CELLS // LON_SPAN


def _row(lat: int) -> int:
    return (lat + 900_000_000) * CELLS // LAT_SPAN


def tile_of(lat: int, lon: int) -> int:
    """The tile of a position in units of 1e-7 degrees: 0 to 2**32 - 1."""
    return (
        _X_BITS[(lon + 1_800_000_000) * CELLS // LON_SPAN] | _Y_BITS[(lat + 900_000_000) * CELLS // LAT_SPAN]
    )


def tile_ranges(bbox: BBox, limit: int = 64) -> list[tuple[int, int]]:
    """At most `limit` inclusive, ascending ranges of tile numbers that together hold every tile of the box.

    Starts with the smallest quad that holds the box and splits the quads that stick out of it, the largest
    first, until the limit is near; ranges that touch are joined. Some tiles outside may be covered.
    """
    left, right = _column(bbox.min_lon), _column(bbox.max_lon)
    bottom, top = _row(bbox.min_lat), _row(bbox.max_lat)

    def outside(x: int, y: int, size: int) -> bool:
        return x > right or x + size <= left or y > top or y + size <= bottom

    def inside(x: int, y: int, size: int) -> bool:
        return left <= x and x + size - 1 <= right and bottom <= y and y + size - 1 <= top

    whole: list[tuple[int, int, int]] = []
    # Quads come off the queue as they went in, so all of one size are split before the next smaller ones.
    partly = deque([(0, 0, CELLS)])
    while partly and len(whole) + len(partly) + 3 <= limit and partly[0][2] > 1:
        x, y, size = partly.popleft()
        half = size // 2
        for corner_x, corner_y in ((x, y), (x, y + half), (x + half, y), (x + half, y + half)):
            if not outside(corner_x, corner_y, half):
                quads = whole if inside(corner_x, corner_y, half) else partly
                quads.append((corner_x, corner_y, half))
    return _joined([(_X_BITS[x] | _Y_BITS[y], size * size) for x, y, size in chain(whole, partly)])


def _joined(quads: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Quads as (first tile, number of tiles) to inclusive ranges, joined where they touch."""
    ranges: list[tuple[int, int]] = []
    for first, count in sorted(quads):
        if ranges and ranges[-1][1] + 1 == first:
            ranges[-1] = (ranges[-1][0], first + count - 1)
        else:
            ranges.append((first, first + count - 1))
    return ranges
