"""What a thread has written of a response and the client has not read yet."""

import threading
from collections import deque
from collections.abc import Callable
from tempfile import TemporaryFile
from typing import IO

from .disk_space import DiskSpace, Share

IN_MEMORY = 1_000_000
"""Bytes of one response that wait in memory; what is written beyond them goes to a temporary file."""
ON_DISK = DiskSpace(2_000_000_000)
"""The bytes of all responses of the process that wait in temporary files; for what exceeds them, the responses that
are read slowest are cut off."""


class OutboxError(Exception):
    """The response cannot be completed: the client is gone, or too much waits to be read."""


class Outbox:
    """A queue of bytes from one thread to one event loop, which never makes the thread wait.

    The thread calls `put` and, at last, `close`; the event loop takes what there is by `take`, and `abandon`s the
    rest. `notify` is called in the thread when there is something to take again.
    """

    def __init__(self, notify: Callable[[], object]) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._file: IO[bytes] | None = None
        self._share = Share(ON_DISK, self.abandon)
        self._written = self._read = 0
        self._closed = self._abandoned = self._broken = False

    def put(self, chunk: bytes) -> None:
        """Add a chunk. Raises OutboxError if nobody will read it."""
        while not self._add(chunk):
            # Not in the lock: another outbox may make room at the same time, by giving up this one.
            if not ON_DISK.make_room():
                raise OutboxError("too many unread responses")

    def close(self) -> None:
        """Mark the response as complete."""
        with self._lock:
            self._closed = True
        self._notify()

    def break_off(self) -> None:
        """Mark the response as one that cannot be completed: `take` raises OutboxError after what there is."""
        with self._lock:
            self._broken = True
        self._notify()

    def take(self, size: int) -> tuple[bytes, bool]:
        """Return about `size` bytes, none if there are none yet, and whether there may be more.

        Raises OutboxError at the end of a response that was broken off.
        """
        with self._lock:
            if self._chunks:
                taken = self._chunks.popleft()
                self._size -= len(taken)
            elif self._file and self._read < self._written:
                self._file.seek(self._read)
                taken = self._file.read(size)
                self._read += len(taken)
                if self._read == self._written:
                    self._drop_file()
            else:
                taken = b""
            is_empty = not self._chunks and self._read == self._written
            if (self._broken or self._abandoned) and not taken:
                raise OutboxError("the response was broken off")
            self._share.move(len(taken))
            return taken, not (self._closed and is_empty)

    def abandon(self) -> None:
        """Throw away what is left; the thread gets an error at its next `put`."""
        with self._lock:
            self._abandoned = True
            self._chunks.clear()
            self._drop_file()
        self._notify()

    def _add(self, chunk: bytes) -> bool:
        """Add a chunk; return False if there is no room for it. Raises OutboxError if nobody will read it."""
        with self._lock:
            if self._abandoned:
                raise OutboxError("the client is gone, or too slow")
            was_empty = not self._chunks and self._read == self._written
            # Behind what is in the file already, so that the order stays.
            if self._read < self._written or self._size + len(chunk) > IN_MEMORY:
                if not self._share.grow_to(self._written + len(chunk)):
                    return False
                self._spill(chunk)
            else:
                self._chunks.append(chunk)
                self._size += len(chunk)
        if was_empty:
            self._notify()
        return True

    def _spill(self, chunk: bytes) -> None:
        if self._file is None:
            self._file = TemporaryFile(buffering=0)  # noqa: SIM115 (closed by `_drop_file`)
        self._file.seek(self._written)
        self._file.write(chunk)
        self._written += len(chunk)

    def _drop_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self._share.release()
            self._read = self._written = 0
