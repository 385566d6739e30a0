"""Error pages, and the handlers that Django calls when a view fails."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

API_PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Redirect people to the error page for a bad parameter; programs get the bare status."""
    if request.method == "GET" and _wants_page(request):
        return HttpResponseRedirect("/400")
    return HttpResponse(status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return page(request, 404)


def server_error(request: HttpRequest, *_: Any) -> HttpResponse:
    return page(request, 500)


def page(request: HttpRequest, status: int) -> HttpResponse:
    """Render the page of a status; the API and programs that accept no HTML get an empty response."""
    if not _wants_page(request):
        return HttpResponse(status=status)
    return render(request, f"errors/{status}.html", status=status)


def _wants_page(request: HttpRequest) -> bool:
    return not request.path.startswith(API_PREFIX) and request.accepts("text/html")


def not_found_named(request: HttpRequest, name: str, number: int, *, reason: str = "") -> HttpResponse:
    """Respond with 404 and a page that names the missing element, changeset or note, and says why if that is known."""
    context = {"name": name, "number": number, "reason": reason}
    return render(request, "elements/not_found.html", context, status=404)


def no_such_user(request: HttpRequest, display_name: str) -> HttpResponse:
    """Respond with 404 and a page that names the missing user."""
    return render(request, "people/no_such_user.html", {"display_name": display_name}, status=404)
