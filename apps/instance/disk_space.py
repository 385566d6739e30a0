"""How much of the disk the temporary files of slow clients may occupy."""

import threading
from collections.abc import Callable

_STEP = 64 * 1024
"""Bytes after which a client counts as having moved on."""


class DiskSpace:
    """A number of bytes that all temporary files for one purpose share in a process.

    When it is used up, the file of the slowest client has to go, so that a few slow clients do not keep out the others.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0
        self.lock = threading.Lock()
        self.shares: dict[Share, None] = {}
        """Those that can be given up, the one whose client moved on longest ago first."""

    def make_room(self) -> bool:
        """Give up the file of the slowest client, and return whether there was one.

        To be called without a lock that `give_up` of another file may need.
        """
        with self.lock:
            slowest = next(iter(self.shares), None)
            if slowest is None:
                return False
            del self.shares[slowest]
        slowest.give_up()
        return True


class Share:
    """What one file occupies of a disk space, until `release`; `give_up` has to call that, from any thread."""

    def __init__(self, space: DiskSpace, give_up: Callable[[], object]) -> None:
        self.give_up = give_up
        self._space = space
        self._size = self._moved = 0

    def grow_to(self, size: int) -> bool:
        """Return whether there is room for so many bytes, which then are occupied."""
        with self._space.lock:
            more = size - self._size
            if self._space.used + more > self._space.most:
                return False
            if not self._size:
                self._space.shares[self] = None
            self._space.used += more
            self._size = size
            return True

    def move(self, count: int) -> None:
        """Note that the client has sent or read so many bytes."""
        self._moved += count
        if self._moved < _STEP:
            return
        self._moved = 0
        with self._space.lock:
            if self in self._space.shares:
                del self._space.shares[self]
                self._space.shares[self] = None

    def keep(self) -> None:
        """Exempt the file from being given up: its client has done its part."""
        with self._space.lock:
            self._space.shares.pop(self, None)

    def release(self) -> None:
        with self._space.lock:
            self._space.shares.pop(self, None)
            self._space.used -= self._size
            self._size = 0
