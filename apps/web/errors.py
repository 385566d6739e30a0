"""Error pages, and the handlers that Django calls when a view fails."""

import math
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from apps.osm.errors import TooManyRequestsError

from .refusals import with_retry_after

API_PREFIX = "/api/"


class RateLimitMiddleware:
    """Show the page for 429 where a view does not tell about an exceeded rate limit itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TooManyRequestsError):
            return too_many_requests(request, exception)
        return None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Redirect people to the error page for a bad parameter; programs get the bare status."""
    if request.method == "GET" and _wants_page(request):
        return HttpResponseRedirect("/400")
    return HttpResponse(status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return page(request, 404)


def too_many_requests(request: HttpRequest, error: TooManyRequestsError) -> HttpResponse:
    return with_retry_after(page(request, 429, minutes=math.ceil(error.retry_after / 60)), error)


def server_error(request: HttpRequest, *_: Any) -> HttpResponse:
    return page(request, 500)


def page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """Render the page of a status; the API and programs that accept no HTML get an empty response."""
    if not _wants_page(request):
        return HttpResponse(status=status)
    return render(request, f"errors/{status}.html", context, status=status)


def _wants_page(request: HttpRequest) -> bool:
    return not request.path.startswith(API_PREFIX) and request.accepts("text/html")


def not_found_named(request: HttpRequest, name: str, number: int, *, reason: str = "") -> HttpResponse:
    """Respond with 404 and a page that names the missing element, changeset or note, and says why if that is known."""
    context = {"name": name, "number": number, "reason": reason}
    return render(request, "elements/not_found.html", context, status=404)


def no_such_user(request: HttpRequest, display_name: str) -> HttpResponse:
    """Respond with 404 and a page that names the missing user."""
    return render(request, "people/no_such_user.html", {"display_name": display_name}, status=404)
