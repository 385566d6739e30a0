"""The parameters of the endpoints for applications, wherever a client puts them."""

from collections.abc import Iterable

import orjson
from django.http import HttpRequest, QueryDict
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError


def take_parameters(request: HttpRequest) -> QueryDict:
    """Return the parameters of the form or JSON object, and of the query string, which is removed from the request.

    As on openstreetmap.org, the body wins where both have a parameter (osm-auth and StreetComplete send an empty
    body). Once removed, the secrets in the query string are not in any error report or log about the request. Raises
    oauthlib's InvalidRequestError.
    """
    parameters = request.GET.copy()
    request.GET = QueryDict("")
    request.META["QUERY_STRING"] = ""
    for name, values in _body(request):
        parameters.setlist(name, values)
    return parameters


def _body(request: HttpRequest) -> Iterable[tuple[str, list[str]]]:
    """Return the parameters in the body; one without a content type counts as a form."""
    if request.content_type == "application/json":
        return _json(request.body)
    fields = request.POST if request.content_type else QueryDict(request.body)
    return fields.lists()


def _json(body: bytes) -> Iterable[tuple[str, list[str]]]:
    """Return the texts and numbers of a JSON object as texts; nothing for an empty body."""
    try:
        content = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        raise InvalidRequestError(description="The body is not a JSON object.")
    return [
        (name, [str(value)])
        for name, value in content.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    ]
