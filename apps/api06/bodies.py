"""What clients send: the body of a request, unpacked, up to a size."""

import zlib
from contextlib import suppress

from django.conf import settings
from rest_framework.request import Request

from apps.osm.errors import BadRequestError, TooLargeError, UnsupportedEncodingError

_GZIP, _ZLIB = 31, 15
_PIECE = 64 * 1024
_WINDOWS = {"gzip": _GZIP, "deflate": _ZLIB}


def encoding_of(request: Request) -> str:
    """How the body is packed. Raises UnsupportedEncodingError."""
    encoding: str = request.META.get("HTTP_CONTENT_ENCODING", "").lower()
    if encoding not in {"", "identity", *_WINDOWS}:
        raise UnsupportedEncodingError
    return encoding


def body(request: Request, *, limit: int | None = None) -> bytes:
    """The document that was sent. Raises TooLargeError above the limit, packed or unpacked (in bytes, the setting
    MAX_UPLOAD_SIZE for None), UnsupportedEncodingError, BadRequestError where what says to be gzip is not."""
    encoding = encoding_of(request)
    limit = settings.MAX_UPLOAD_SIZE if limit is None else limit
    sent: bytes = request._request.read(limit + 1)
    document = _unpacked(sent, _WINDOWS[encoding], limit) if encoding in _WINDOWS else sent
    if len(document) > limit:
        raise TooLargeError(f"The document is larger than {limit} bytes")
    return document


def discard(request: Request) -> None:
    """Reads what a refused call has sent and nobody wanted, up to MAX_UPLOAD_SIZE: a client that is still sending
    would see its connection break instead of the answer, or find it broken at its next call."""
    left = settings.MAX_UPLOAD_SIZE
    # A client that is gone is no loss.
    with suppress(OSError):
        while left > 0 and (piece := request._request.read(min(left, _PIECE))):
            left -= len(piece)


def _unpacked(sent: bytes, window: int, limit: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        document = unpacker.decompress(sent, limit + 1)
    except zlib.error as error:
        raise BadRequestError(f"The body cannot be unpacked: {error}") from None
    if not unpacker.eof and len(document) <= limit:
        raise BadRequestError("The body is cut off")
    return document
