"""Parsers of request bodies: documents, forms (or JSON instead), and uploads of files.

They read bodies that are unpacked already (osmsite/bodies.py). A view names its parser in `@call(body=...)` and finds
the result in `request.data`, which is read on first access, after the permission checks.
"""

from collections.abc import Mapping
from typing import Any, cast

import orjson
from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from rest_framework.parsers import BaseParser, DataAndFiles
from rest_framework.request import Request

from apps.osm.errors import BadRequestError, TooLargeError, UnsupportedEncodingError
from apps.osm.utf8 import is_utf8, was_utf8
from apps.traces.uploads import UnnamedFileHandler, check_length

_NOT_UTF8 = "The form is not UTF-8"
_ENCODINGS = {"", "identity", "gzip", "deflate"}
_UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError)
"""Django's errors for bodies that cannot be unpacked, and forms that are malformed or end too early."""


def encoding_of(request: Request) -> str:
    """Return the `Content-Encoding`. Raises UnsupportedEncodingError."""
    encoding: str = request.META.get("HTTP_CONTENT_ENCODING", "").lower()
    if encoding not in _ENCODINGS:
        raise UnsupportedEncodingError
    return encoding


class DocumentParser(BaseParser):
    """The body as bytes."""

    media_type = "*/*"
    limit: int | None = None
    """Bytes; None for the setting MAX_UPLOAD_SIZE."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the body. Raises TooLargeError, UnsupportedEncodingError, BadRequestError if it cannot be unpacked."""
        encoding_of(parser_context["request"])
        limit = settings.MAX_UPLOAD_SIZE if self.limit is None else self.limit
        try:
            document: bytes = stream.read(limit + 1)
        except BadRequest as error:
            raise BadRequestError(str(error)) from None
        if len(document) > limit:
            raise TooLargeError(f"The document is larger than {limit} bytes")
        return document


class PreferencesParser(DocumentParser):
    """Documents of preferences: 150 of them fit in any character encoding."""

    limit = 1_000_000


class FieldsParser(BaseParser):
    """A form, or a JSON object instead, as a mapping from names to texts.

    A body without a content type, or with a wrong one, counts as a form: osmapi sends such bodies.
    """

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the fields. Raises TooLargeError, BadRequestError if the body is invalid."""
        http: HttpRequest = stream
        try:
            if http.content_type == "application/json":
                return _json_fields(http.body)
            # Django reads multipart forms of POST only.
            is_multipart = http.content_type == "multipart/form-data" and http.method == "POST"
            if is_multipart:
                return _intact(http.POST)
            if not is_utf8(http.body):
                raise BadRequestError(_NOT_UTF8)
            return QueryDict(http.body)
        except _UNREADABLE as error:
            raise _refusal(error) from None


class UploadParser(BaseParser):
    """A multipart form with a file, which is streamed to disk."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """Return the fields and files. Raises TraceTooLargeError, TooLargeError, BadRequestError."""
        http: HttpRequest = stream
        check_length(http.META.get("CONTENT_LENGTH"))
        http.upload_handlers = [UnnamedFileHandler(http)]
        try:
            return DataAndFiles(_intact(http.POST), http.FILES)
        except _UNREADABLE as error:
            raise _refusal(error) from None


def _refusal(error: Exception) -> TooLargeError | BadRequestError:
    """Return our error for one of Django's, whose texts name its settings."""
    match error:
        case RequestDataTooBig():
            return TooLargeError(f"The form is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes")
        case TooManyFieldsSent():
            return BadRequestError(f"The form has more than {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS} fields")
        case TooManyFilesSent():
            return BadRequestError(f"The form has more than {settings.DATA_UPLOAD_MAX_NUMBER_FILES} files")
        case UnreadablePostError():
            return BadRequestError("The form is incomplete")
        case BadRequest():
            return BadRequestError(str(error))
        case _:
            return BadRequestError("The form is not valid multipart/form-data")


def _intact(form: QueryDict) -> QueryDict:
    """Return a multipart form. Raises BadRequestError if a field is not UTF-8."""
    if not was_utf8(form.lists()):
        raise BadRequestError(_NOT_UTF8)
    return form


def document(request: Request) -> bytes:
    """Return the document that was sent to a call with a `DocumentParser`; empty without a body.

    Raises UnsupportedEncodingError, and what the parser raises.
    """
    # The framework does not call a parser for an empty body.
    encoding_of(request)
    return cast(bytes, request.data or b"")


def field(request: Request, name: str) -> str | None:
    """Return a field of a call with a `FieldsParser`, from the body or the query string; None if in neither."""
    fields = cast("Mapping[str, str]", request.data)
    return fields.get(name, request.GET.get(name))


def _json_fields(body: bytes) -> Mapping[str, str]:
    """Return the texts and numbers of a JSON object as texts; nothing for an empty body."""
    try:
        content = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise BadRequestError(f"The body is not JSON: {error}") from None
    if not isinstance(content, dict):
        raise BadRequestError("The body is not a JSON object")
    return {
        name: str(value)
        for name, value in content.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }
