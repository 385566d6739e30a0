"""The limit of wrong client secrets, at the endpoints that check them."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.instance.proxies import client_address
from apps.oauth.limits import WRONG_SECRETS
from apps.users.rate_limits import network_of
from apps.web.responses import json_response

_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


def limits_wrong_secrets(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Respond with 429 to a network from which too many requests could not authenticate their client.

    A request is counted before the view checks the secret, so that many at once cost no more hashes than one after
    another, and uncounted if the client was accepted.
    """

    @wraps(view)
    def limited(request: HttpRequest, *args: Any) -> HttpResponse:
        network = network_of(client_address(request.META))
        if not WRONG_SECRETS.hit(network):
            return _too_many(WRONG_SECRETS.seconds_left(network))
        status = None
        try:
            response = view(request, *args)
            status = response.status_code
        finally:
            if status not in _REFUSED:
                WRONG_SECRETS.undo(network)
        return response

    return limited


def _too_many(seconds: int) -> HttpResponse:
    body = {
        "error": "temporarily_unavailable",
        "error_description": "Too many requests with wrong client credentials. Please try again later.",
    }
    response = json_response(body, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(seconds)
    return response
