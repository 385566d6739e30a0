"""The queue of requests that wait for a thread."""

from collections import deque
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

Item = TypeVar("Item")

LONG = 0.05
"""Seconds above which requests of a kind count as long, by a mean in which the latest weighs half."""
MOST_KINDS = 1000


class Lanes(Generic[Item]):
    """A queue with a fast lane: only requests that are known to be short may occupy the last thread.

    So a hundred maps that are requested at once do not keep short requests waiting. How long requests of a kind take is
    measured; any text can name a kind. The kinds of long requests take turns. Of a kind that is not known yet the first
    request has the next turn, in the last thread too; until it is done, others of its kind count as long.

    Of several idle threads, the one that worked last gets the next item: its database session still has everything at
    hand, which makes a small response a third faster than if the threads took turns.
    """

    def __init__(self, threads: int) -> None:
        self._most_long = max(1, threads - 1)
        self._running_long = 0
        self._lock = Lock()
        self._idle: list[_Idle[Item]] = []
        self._short: deque[tuple[str, Item]] = deque()
        self._long: dict[str, deque[Item]] = {}
        self._seconds: dict[str, float] = {}
        self._trials: set[str] = set()
        """Kinds that are not known yet, and of which a request is being worked on."""

    def put(self, kind: str, item: Item) -> None:
        with self._lock:
            if self._seconds.get(kind, LONG) < LONG:
                self._short.append((kind, item))
            elif kind in self._long:
                self._long[kind].append(item)
            elif kind in self._seconds:
                self._long[kind] = deque([item])
            else:
                self._long = {kind: deque([item])} | self._long
            self._wake()

    def take(self) -> "Turn[Item]":
        """Wait for an item to work on. The work has to be done in a `with` statement of the result."""
        with self._lock:
            if turn := self._next():
                return turn
            idle: _Idle[Item] = _Idle()
            self._idle.append(idle)
        return idle.wait()

    def finish(self, kind: str, *, is_long: bool, seconds: float) -> None:
        """Note how long a request took, and let the next one have its place."""
        with self._lock:
            if len(self._seconds) >= MOST_KINDS:
                self._seconds.clear()
            self._trials.discard(kind)
            seconds = min(seconds, 4 * LONG)
            self._seconds[kind] = (self._seconds.get(kind, seconds) + seconds) / 2
            if is_long:
                self._running_long -= 1
                self._wake()

    def _wake(self) -> None:
        """Give the next item to an idle thread, if there are both."""
        if self._idle and (turn := self._next()):
            self._idle.pop().wake(turn)

    def _next(self) -> "Turn[Item] | None":
        if self._short:
            return Turn(self, *self._short.popleft(), is_long=False)
        if not self._long:
            return None
        kind, items = next(iter(self._long.items()))
        is_trial = kind not in self._seconds and kind not in self._trials
        if self._running_long >= self._most_long and not is_trial:
            return None
        self._running_long += 1
        if is_trial:
            self._trials.add(kind)
        item = items.popleft()
        del self._long[kind]
        if items:
            self._long[kind] = items
        return Turn(self, kind, item, is_long=True)


class Turn(Generic[Item]):
    """An item that a thread works on."""

    def __init__(self, lanes: Lanes[Item], kind: str, item: Item, *, is_long: bool) -> None:
        self._lanes, self._kind, self._item, self._is_long = lanes, kind, item, is_long

    def __enter__(self) -> Item:
        self._start = monotonic()
        return self._item

    def __exit__(self, *_error: object) -> None:
        self._lanes.finish(self._kind, is_long=self._is_long, seconds=monotonic() - self._start)


class _Idle(Generic[Item]):
    """A thread that waits for its next turn."""

    def __init__(self) -> None:
        self._asleep = Lock()
        self._asleep.acquire()
        self._turn: Turn[Item] | None = None

    def wait(self) -> Turn[Item]:
        self._asleep.acquire()
        assert self._turn is not None  # noqa: S101 (`wake` sets it)
        return self._turn

    def wake(self, turn: Turn[Item]) -> None:
        self._turn = turn
        self._asleep.release()
