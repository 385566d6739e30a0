"""gzip for responses, with a library that compresses ten times as fast as zlib (level 1, 12% larger)."""

from collections.abc import Iterable, Iterator

from isal import isal_zlib

WORTHWHILE = 1000
"""Smaller bodies are sent as they are: they fit in one packet anyway."""

_LEVEL = 1
_GZIP_WINDOW = 31


def compress(body: bytes) -> bytes:
    return b"".join(compressed([body]))


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces as a gzip stream."""
    compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP_WINDOW)
    for piece in pieces:
        if out := compressor.compress(piece):
            yield out
    yield compressor.flush()
