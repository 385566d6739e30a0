"""Quadtile numbers: 16 bits of longitude and 16 of latitude, interleaved.

Positions that are close to each other on the ground are mostly close to each other in a b-tree too. Tiles only
preselect: coordinates are compared exactly afterwards. Other software does not see these numbers.
"""

from collections import deque
from itertools import chain

from .bbox import BBox

CELLS = 1 << 16
LON_SPAN = 3_600_000_001
LAT_SPAN = 1_800_000_001


_Y_BITS = [0]
"""For each 16-bit number its bits, with a zero between every two."""
for _bit in range(16):
    _Y_BITS += [spread | 1 << 2 * _bit for spread in _Y_BITS]
_X_BITS = [bits << 1 for bits in _Y_BITS]


def _column(lon: int) -> int:
    return (lon + 1_800_000_000) * CELLS // LON_SPAN


def _row(lat: int) -> int:
    return (lat + 900_000_000) * CELLS // LAT_SPAN


def tile_of(lat: int, lon: int) -> int:
    """Return the tile of a position in units of 1e-7 degrees: 0 to 2**32 - 1."""
    return (
        _X_BITS[(lon + 1_800_000_000) * CELLS // LON_SPAN] | _Y_BITS[(lat + 900_000_000) * CELLS // LAT_SPAN]
    )


def tile_ranges(bbox: BBox, limit: int = 64) -> list[tuple[int, int]]:
    """Return at most `limit` ascending, inclusive ranges of tile numbers that together cover the bbox.

    Starts with the quad of the whole world and splits the quads that reach beyond the bbox, the largest first, until
    the limit is near; adjacent ranges are joined. The ranges may cover some tiles outside of the bbox.
    """
    left, right = _column(bbox.min_lon), _column(bbox.max_lon)
    bottom, top = _row(bbox.min_lat), _row(bbox.max_lat)

    def outside(x: int, y: int, size: int) -> bool:
        return x > right or x + size <= left or y > top or y + size <= bottom

    def inside(x: int, y: int, size: int) -> bool:
        return left <= x and x + size - 1 <= right and bottom <= y and y + size - 1 <= top

    whole: list[tuple[int, int, int]] = []
    # First in, first out: all quads of one size are split before the smaller ones.
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
    """Return quads, given as (first tile, count of tiles), as inclusive ranges, with adjacent ones joined."""
    ranges: list[tuple[int, int]] = []
    for first, count in sorted(quads):
        if ranges and ranges[-1][1] + 1 == first:
            ranges[-1] = (ranges[-1][0], first + count - 1)
        else:
            ranges.append((first, first + count - 1))
    return ranges
