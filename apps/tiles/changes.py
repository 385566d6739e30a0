"""Which tiles have changed, in the order of the commits: what open maps ask for every two seconds.

Everybody asks the same: what has changed since a number. So one answer serves all of them, from the memory of a process
or of a proxy, and says when to ask again.
"""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import orjson
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from apps.elements.reads import fetch_all
from apps.features.cells import Cell, Cells

from .models import Change

KEPT = timedelta(hours=1)
LOWEST = 10
"""Tiles of smaller zooms are announced once they have been made again (`cache.py`)."""
_MOST = 500
"""Tiles in an answer or an entry; beyond that, larger ones stand for those within them."""
_MOST_ENTRIES = 200
_LOCK = 0x63686E67
"""The advisory lock of whoever adds an entry, until it commits: numbers never appear out of order."""

_ADD = """
INSERT INTO tile_changes (number, tiles, within)
SELECT COALESCE(max(number), 0) + 1, %s::int[], %s::int[] FROM tile_changes
"""
_AFTER = """
SELECT number, tiles, within FROM tile_changes WHERE number >= %(after)s::bigint ORDER BY number LIMIT %(limit)s
"""
_LAST = "SELECT number, NULL, NULL FROM tile_changes ORDER BY number DESC LIMIT 1"

EVERYTHING = Cells(set(), {Cell(0, 0, 0)})


def add(cells: Cells) -> None:
    """Add an entry, as the last step of the transaction that expires these tiles. Two statements."""
    tiles, within = _bounded({cell for cell in cells.touched if cell.z >= LOWEST}, cells.whole)
    if tiles or within:
        _insert(tiles, within)


def add_tile(cell: Cell) -> None:
    """Add an entry for a tile that was made again, as the last step of its transaction. Two statements."""
    _insert({cell}, set())


def _insert(tiles: Iterable[Cell], within: Iterable[Cell]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        # A statement of its own: it sees what was committed while this one waited for the lock.
        cursor.execute(
            _ADD, [[number for cell in sorted(group) for number in cell] for group in (tiles, within)]
        )


def _bounded(tiles: set[Cell], within: set[Cell]) -> tuple[set[Cell], set[Cell]]:
    """Return fewer cells that contain these, if there are many."""
    z = max((cell.z for cell in (*tiles, *within)), default=0)
    while len(tiles) + len(within) > _MOST:
        z -= 1
        deeper = {cell for cell in (*tiles, *within) if cell.z > z}
        tiles, within = tiles - deeper, within - deeper | {_ancestor(cell, z) for cell in deeper}
    return tiles, within


def _ancestor(cell: Cell, z: int) -> Cell:
    return Cell(z, cell.x >> (cell.z - z), cell.y >> (cell.z - z))


def prune() -> None:
    """Delete entries of more than an hour ago, but for the last one, which keeps the count."""
    last = Change.objects.aggregate(last=Max("number"))["last"]
    Change.objects.filter(made_at__lt=timezone.now() - KEPT).exclude(number=last).delete()


def changes_after(number: int | None) -> dict[str, Any]:
    """Return the number of the last entry and what has changed after a number; nothing without one. One statement.

    `tiles` are [z, x, y] of tiles, `within` those that stand for all tiles within them as well. What was long ago, or
    too much, is all tiles. It is never out of date by more than the transactions in progress.
    """
    if number is None:
        rows = fetch_all(_LAST, {})
        return _answer(rows[0][0] if rows else 0, set(), set())
    rows = fetch_all(_AFTER, {"after": number, "limit": _MOST_ENTRIES + 2})
    is_known = rows[0][0] in {number, number + 1} if rows else number == 0
    if not is_known or len(rows) > _MOST_ENTRIES + 1:
        rows = fetch_all(_LAST, {})
        return _answer(rows[0][0] if rows else 0, *EVERYTHING)
    news = [row for row in rows if row[0] > number]
    tiles, within = (
        {Cell(*row[place][start : start + 3]) for row in news for start in range(0, len(row[place]), 3)}
        for place in (1, 2)
    )
    return _answer(rows[-1][0] if rows else 0, *_bounded(tiles, within))


def _answer(number: int, tiles: set[Cell], within: set[Cell]) -> dict[str, Any]:
    return {"number": number} | {
        name: [list(cell) for cell in sorted(cells)] for name, cells in (("tiles", tiles), ("within", within))
    }


class Feed:
    """The answers of a process, each of which serves everybody who asks within half a second.

    `wait` is in seconds: two, and more while so many ask that answering them takes a noticeable part of the process.
    """

    SECONDS = 0.5
    SHORTEST, LONGEST = 2.0, 60.0
    AFFORDABLE = 200
    """Answers per second."""
    _PERIOD = 5.0
    _MOST_ANSWERS = 100

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: dict[int | None, tuple[float, dict[str, Any]]] = {}
        self._began = clock()
        self._count = 0
        self._wait = self.SHORTEST

    def answer(self, number: int | None) -> bytes:
        """Return the answer as JSON. At most one statement, two if everything has changed."""
        now = self._clock()
        wait = self._waiting_time(now)
        made, found = self._answers.get(number, (-1.0, {}))
        if not found or now - made > self.SECONDS:
            found = changes_after(number)
            with self._lock:
                if len(self._answers) >= self._MOST_ANSWERS:
                    self._answers.clear()
                self._answers[number] = now, found
        return orjson.dumps(found | {"wait": wait})

    def _waiting_time(self, now: float) -> float:
        with self._lock:
            self._count += 1
            if (took := now - self._began) >= self._PERIOD:
                # Those who ask so often were told to wait for so long: with another wait they ask in proportion.
                wanted = self._wait * self._count / took / self.AFFORDABLE
                self._wait = round(min(self.LONGEST, max(self.SHORTEST, wanted)), 1)
                self._began, self._count = now, 0
            return self._wait


feed = Feed()
