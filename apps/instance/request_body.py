"""The body of a request while it arrives: in memory, and in a temporary file if it is large."""

from tempfile import SpooledTemporaryFile
from typing import Any

from .disk_space import DiskSpace, Share

IN_MEMORY = 1_000_000
"""Bytes of one body that are kept in memory; larger ones wait in a temporary file."""
ON_DISK = DiskSpace(2_000_000_000)
"""The bytes of all bodies of the process that wait in temporary files."""


class NoRoomError(Exception):
    """Too many large bodies are being received; those of the slowest clients are given up."""


class RequestBody(SpooledTemporaryFile[bytes]):
    """A file that counts against ON_DISK until it is closed.

    The event loop writes it, a thread reads and closes it afterwards.
    """

    def __init__(self) -> None:
        super().__init__(IN_MEMORY)
        self.size = 0
        self._share: Share | None = None

    def write(self, piece: Any) -> int:
        """Append a piece. Raises NoRoomError, with the file closed."""
        self.size += len(piece)
        if self.size > IN_MEMORY:
            self._occupy(len(piece))
        try:
            return super().write(piece)
        except OSError:
            # The disk is full.
            self.close()
            raise NoRoomError from None

    def _occupy(self, more: int) -> None:
        """Make room for the file. If this client is the slowest, its own file is given up."""
        self._share = share = self._share or Share(ON_DISK, self.close)
        while not self.closed and not share.grow_to(self.size):
            if not ON_DISK.make_room():
                self.close()
        if self.closed:
            raise NoRoomError
        share.move(more)

    def complete(self) -> None:
        """Note that the client has sent it all: others that are slow do not take its room."""
        self.seek(0)
        if self._share:
            self._share.keep()

    def close(self) -> None:
        super().close()
        share, self._share = self._share, None
        if share:
            share.release()
