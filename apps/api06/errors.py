"""Responses to errors: one table from error classes to statuses."""

import re
from http import HTTPStatus
from typing import Any

import psycopg
from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException, MethodNotAllowed

from apps.osm import errors, osmxml
from apps.osm.elements import UNWRITABLE

STATUS: dict[type[Exception], HTTPStatus] = {
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.GoneError: HTTPStatus.GONE,
    errors.RedactedError: HTTPStatus.FORBIDDEN,
    errors.AccessDeniedError: HTTPStatus.FORBIDDEN,
    errors.NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    errors.BadRequestError: HTTPStatus.BAD_REQUEST,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.PreconditionError: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TooManyRequestsError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.DuplicatePreferencesError: HTTPStatus.NOT_ACCEPTABLE,
    errors.UnsupportedEncodingError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.OfflineError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NotAuthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.TimedOutError: HTTPStatus.REQUEST_TIMEOUT,
    errors.AccountRefusedError: HTTPStatus.FORBIDDEN,
    errors.NotPermittedError: HTTPStatus.FORBIDDEN,
    errors.PrivateEditsError: HTTPStatus.FORBIDDEN,
}

_LONGEST_HEADER = 250
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return the response to an error, for DRF; None, and so a 500 with a log entry, for any other exception."""
    if isinstance(error, Http404):
        error = errors.NotFoundError()
    # The ORM wraps the errors of the driver.
    if isinstance(error.__cause__ or error, psycopg.errors.QueryCanceled):
        error = errors.TimedOutError()
    if isinstance(error, MethodNotAllowed):
        return _empty(HTTPStatus.METHOD_NOT_ALLOWED, allow=", ".join(context["view"].allowed_methods))
    if isinstance(error, APIException):
        return _text(str(error.detail), HTTPStatus(error.status_code), context)
    if not isinstance(error, errors.OsmError):
        return None
    status = status_of(error)
    view = context["view"]
    message = view.dialect.messages.get(type(error), str(error))
    if isinstance(error, view.dialect.body_only_errors):
        return _plain(message, status, view)
    if not message and status is not HTTPStatus.GONE:
        return _empty(status)
    response = _text(message, status, context)
    if isinstance(error, errors.TooManyRequestsError):
        response["Retry-After"] = str(error.retry_after)
    return response


def status_of(error: errors.OsmError) -> HTTPStatus:
    """Return the status of the nearest class with an entry in the table."""
    return next(STATUS[rule] for rule in type(error).__mro__ if rule in STATUS)


def _empty(status: HTTPStatus, allow: str | None = None) -> HttpResponse:
    response = HttpResponse(status=status, content_type="text/html; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    if allow:
        response["Allow"] = allow
    return response


def _text(message: str, status: HTTPStatus, context: dict[str, Any]) -> HttpResponse:
    """Return the message in the body and in the `Error` header, which JOSM reads first.

    With `X-Error-Format: xml` the status is 200 and the error is in the body (upstream behaviour 1.3.1).
    """
    view, request = context["view"], context["request"]
    as_xml = request.META.get("HTTP_X_ERROR_FORMAT", "").lower() == "xml"
    if as_xml:
        response = HttpResponse(
            error_document(status, message, view.dialect.error_origin),
            content_type="application/xml; charset=utf-8",
        )
        response["Cache-Control"] = "no-cache"
    else:
        response = _plain(message, status, view)
    if message:
        # Django encodes header values as Latin-1; the bytes sent are UTF-8.
        line = _CONTROL.sub(" ", message[:_LONGEST_HEADER])
        response["Error"] = line.encode(errors="replace").decode("latin-1")
    return response


def _plain(message: str, status: HTTPStatus, view: Any) -> HttpResponse:
    response = HttpResponse(message, status=status, content_type=view.dialect.error_content_type)
    response["Cache-Control"] = "no-cache"
    return response


def error_document(status: HTTPStatus, message: str, origin: osmxml.Origin | None) -> bytes:
    """Return an `<osmError>` with the status, its reason phrase, and the message."""
    document = osmxml.root("osmError", origin)
    osmxml.child(document, "status", f"{status.value} {status.phrase}")
    # Messages may quote the request.
    osmxml.child(document, "message", UNWRITABLE.sub("\ufffd", message))
    return osmxml.serialize(document)
