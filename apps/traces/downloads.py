"""The files of traces as people get them back: as they were uploaded, or unpacked."""

from collections.abc import Iterator
from itertools import chain
from pathlib import PurePath
from typing import IO

from django.http import FileResponse, StreamingHttpResponse

from apps.osm.errors import NotFoundError

from .archives import documents
from .errors import BadTraceError
from .models import Trace

_TYPES = {
    ".gpx": "application/gpx+xml",
    ".gz": "application/gzip",
    ".bz2": "application/x-bzip2",
    ".zip": "application/zip",
    ".tar": "application/x-tar",
}
UNPACKED_TYPES = {"gpx": "application/gpx+xml", "xml": "application/xml"}


def original(trace: Trace) -> FileResponse:
    """The very file. Raises NotFoundError where it is gone."""
    name = PurePath(trace.file.name or "")
    return FileResponse(
        _open(trace),
        as_attachment=True,
        filename=f"{trace.pk}{''.join(name.suffixes)}",
        content_type=_TYPES.get(name.suffix, "application/octet-stream"),
    )


def unpacked(trace: Trace, suffix: str) -> StreamingHttpResponse:
    """Its documents one after another (API page, "Download Data"), `gpx` or `xml`. Raises NotFoundError where it is
    gone or cannot be unpacked."""
    pieces = _pieces(_open(trace))
    try:
        # An error has to come before the answer begins.
        first = next(pieces, b"")
    except BadTraceError:
        raise NotFoundError from None
    response = StreamingHttpResponse(chain([first], pieces), content_type=UNPACKED_TYPES[suffix])
    response["Content-Disposition"] = f'attachment; filename="{trace.pk}.{suffix}"'
    return response


def _open(trace: Trace) -> IO[bytes]:
    try:
        return trace.file.storage.open(str(trace.file.name), "rb")
    except FileNotFoundError:
        raise NotFoundError from None


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        for document in documents(file):
            while piece := document.read():
                yield piece
