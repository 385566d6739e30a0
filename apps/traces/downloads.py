"""Downloads of the files of traces, as they were uploaded or unpacked."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import PurePath
from typing import IO

from apps.osm.errors import NotFoundError
from apps.users.models import User

from .archives import documents, is_markup
from .errors import BadTraceError
from .models import Trace

_TYPES = {
    ".gpx": "application/gpx+xml",
    ".gz": "application/gzip",
    ".bz2": "application/x-bzip2",
    ".zip": "application/zip",
    ".tar": "application/x-tar",
}
_UNPACKED_TYPES = {"gpx": "application/gpx+xml", "xml": "application/xml"}


@dataclass(frozen=True)
class Download:
    """A file to send: its name, its media type, and its content as an open file or in chunks."""

    name: str
    content_type: str
    content: IO[bytes] | Iterator[bytes]
    is_public: bool


PRIVATE_CACHING = "private, no-store"
"""The `Cache-Control` of what only the owner of a trace may see."""


def download(trace: Trace, suffix: str | None, viewer: User | None) -> Download:
    """Return the file as it was uploaded or, with the suffix `gpx` or `xml`, unpacked.

    Unpacked documents follow one another (API page, "Download Data"). Raises NotFoundError if the file is gone or
    cannot be unpacked, or if nobody but its owner may see it yet, because it has not been read.
    """
    if not trace.is_imported and trace.user != viewer:
        raise NotFoundError
    return _unpacked(trace, suffix) if suffix else _original(trace)


def _original(trace: Trace) -> Download:
    name = PurePath(trace.file.name or "")
    return Download(
        name=f"{trace.pk}{''.join(name.suffixes)}",
        content_type=_TYPES.get(name.suffix, "application/octet-stream"),
        content=_open(trace),
        is_public=_is_public(trace),
    )


def _unpacked(trace: Trace, suffix: str) -> Download:
    chunks = _chunks(_open(trace))
    try:
        # An error has to come before the response begins.
        first = next(chunks, b"")
    except BadTraceError:
        raise NotFoundError from None
    content = chain([first], chunks)
    return Download(f"{trace.pk}.{suffix}", _UNPACKED_TYPES[suffix], content, _is_public(trace))


def _is_public(trace: Trace) -> bool:
    return trace.is_public and trace.is_imported


def _open(trace: Trace) -> IO[bytes]:
    try:
        return trace.file.storage.open(str(trace.file.name), "rb")
    except FileNotFoundError:
        raise NotFoundError from None


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        for document in documents(file):
            if document.name and not is_markup(document.head()):
                continue
            while chunk := document.read():
                yield chunk
