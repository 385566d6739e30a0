"""The queue of requests that wait for a thread."""

from collections import deque
from threading import Condition
from time import monotonic
from typing import Generic, TypeVar

Item = TypeVar("Item")

LONG = 0.05
"""Seconds above which requests of a kind count as long, by a mean in which the latest weighs half."""
MOST_KINDS = 1000


class Lanes(Generic[Item]):
    """A queue with a fast lane: only requests that are known to be short may occupy the last thread.

    So a hundred maps that are requested at once do not keep short requests waiting. How long requests of a kind take is
    measured; any text can name a kind. The kinds of long requests take turns.
    """

    def __init__(self, threads: int) -> None:
        self._most_long = max(1, threads - 1)
        self._running_long = 0
        self._change = Condition()
        self._short: deque[tuple[str, Item]] = deque()
        self._long: dict[str, deque[Item]] = {}
        self._seconds: dict[str, float] = {}

    def put(self, kind: str, item: Item) -> None:
        with self._change:
            if self._seconds.get(kind, LONG) < LONG:
                self._short.append((kind, item))
            else:
                self._long.setdefault(kind, deque()).append(item)
            self._change.notify()

    def take(self) -> "Turn[Item]":
        """Wait for an item to work on. The work has to be done in a `with` statement of the result."""
        with self._change:
            while True:
                if self._short:
                    return Turn(self, *self._short.popleft(), is_long=False)
                if self._long and self._running_long < self._most_long:
                    return self._take_long()
                self._change.wait()

    def _take_long(self) -> "Turn[Item]":
        kind, items = next(iter(self._long.items()))
        item = items.popleft()
        del self._long[kind]
        if items:
            self._long[kind] = items
        self._running_long += 1
        return Turn(self, kind, item, is_long=True)

    def finish(self, kind: str, *, is_long: bool, seconds: float) -> None:
        """Note how long a request took, and let the next one have its place."""
        with self._change:
            if len(self._seconds) >= MOST_KINDS:
                self._seconds.clear()
            seconds = min(seconds, 4 * LONG)
            self._seconds[kind] = (self._seconds.get(kind, seconds) + seconds) / 2
            if is_long:
                self._running_long -= 1
                self._change.notify()


class Turn(Generic[Item]):
    """An item that a thread works on."""

    def __init__(self, lanes: Lanes[Item], kind: str, item: Item, *, is_long: bool) -> None:
        self._lanes, self._kind, self._item, self._is_long = lanes, kind, item, is_long

    def __enter__(self) -> Item:
        self._start = monotonic()
        return self._item

    def __exit__(self, *_error: object) -> None:
        self._lanes.finish(self._kind, is_long=self._is_long, seconds=monotonic() - self._start)
