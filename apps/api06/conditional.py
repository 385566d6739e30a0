"""Responses that a client has already: an `ETag`, and 304 if it is still the same (upstream behaviour 1.20)."""

from hashlib import sha1

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def tag(response: HttpResponseBase) -> None:
    """Add a weak `ETag` to a successful response that is sent in one piece; a streamed one is not read for it."""
    if isinstance(response, HttpResponse) and response.status_code == 200 and response.content:
        response["ETag"] = f'W/"{sha1(response.content, usedforsecurity=False).hexdigest()}"'


def conditional(request: Request, response: HttpResponseBase) -> HttpResponseBase:
    """Return the response to a read, or 304 without a body if the client names its `ETag`."""
    if request.method == "GET":
        tag(response)
    if "ETag" not in response or not any(name in request.META for name in _CONDITIONS):
        return response
    return get_conditional_response(request, etag=response["ETag"], response=response)  # type: ignore[arg-type,return-value]
