"""Packed request bodies: `Content-Encoding: gzip` or `deflate`, on every call and page."""

import io
import zlib
from collections.abc import Callable
from http import HTTPStatus
from typing import IO, BinaryIO, cast

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

_WINDOWS = {"gzip": 31, "deflate": 15}
_UNPACKED = {"", "identity"}
_PIECE = 64 * 1024
_MOST_MEMBERS = 10_000
"""How many parts a gzip body may have; each costs some time, even if it is empty."""
_FORM_AROUND_FILE = 1_000_000
API_PREFIX = "/api/"


def unpack_bodies(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let everything that reads the body find it unpacked. Nothing is unpacked before it is read.

    Other encodings are refused with 415: the API does so itself, as its calls differ in when and how.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        encoding = request.META.get("HTTP_CONTENT_ENCODING", "").lower()
        if encoding in _WINDOWS:
            request._stream = cast(BinaryIO, Unpacked(request._stream, _WINDOWS[encoding]))
        elif encoding not in _UNPACKED and not request.path_info.startswith(API_PREFIX):
            return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        return get_response(request)

    return middleware


class Unpacked(io.BufferedIOBase):
    """The content of a packed stream, unpacked as it is read.

    Read at once, it has the limit of forms; read in pieces, the largest one of all bodies. Raises BadRequest for what
    cannot be unpacked, and RequestDataTooBig.
    """

    def __init__(self, packed: IO[bytes], window: int) -> None:
        self._packed = packed
        self._window = window
        self._ahead = b""
        self._members = 1
        self._unpacker = zlib.decompressobj(window)
        self._is_empty = True
        self._left = largest_body() + 1

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            return self._read_all()
        content = bytearray()
        while len(content) < size and (piece := self._unpack(size - len(content))):
            content += piece
        self._left -= len(content)
        if self._left < 0:
            raise RequestDataTooBig("The unpacked body is too large.")
        return bytes(content)

    def _read_all(self) -> bytes:
        most: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = self.read(most + 1)
        if len(content) > most:
            raise RequestDataTooBig("The unpacked body is too large.")
        return content

    def _unpack(self, size: int) -> bytes:
        """Return the next bytes, up to `size`; none at the end."""
        while not self._unpacker.eof or self._begin_member():
            packed = self._unpacker.unconsumed_tail or self._ahead or self._packed.read(_PIECE)
            self._ahead = b""
            self._is_empty = self._is_empty and not packed
            try:
                piece = self._unpacker.decompress(packed, size)
            except zlib.error as error:
                raise BadRequest(f"The body cannot be unpacked: {error}") from None
            if piece:
                return piece
            if not packed:
                break
        if not self._unpacker.eof and not self._is_empty:
            raise BadRequest("The body is incomplete")
        return b""

    def _begin_member(self) -> bool:
        """Go on with what follows a complete part: gzip files may be joined (RFC 1952, 2.2). Return whether there is more."""
        if self._window != _WINDOWS["gzip"]:
            return False
        # Some programs fill the last block with zeros.
        rest = self._unpacker.unused_data.lstrip(b"\0")
        while not rest and (packed := self._packed.read(_PIECE)):
            rest = packed.lstrip(b"\0")
        if not rest:
            return False
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise BadRequest("The body has too many parts")
        self._unpacker, self._ahead = zlib.decompressobj(self._window), rest
        return True


def largest_body() -> int:
    """Return how many bytes the largest body may have that anything accepts."""
    return max(settings.MAX_UPLOAD_SIZE, settings.MAX_TRACE_UPLOAD_SIZE) + _FORM_AROUND_FILE
