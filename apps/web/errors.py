"""The pages of failures, and what Django calls when a view fails."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

API_PREFIX = "/api/"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """A parameter that makes no sense: people are sent to the page that says so, programs get the bare status."""
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
    """The page of a status; under the API and for programs that want no HTML an empty answer."""
    if not _wants_page(request):
        return HttpResponse(status=status)
    return render(request, f"errors/{status}.html", status=status)


def _wants_page(request: HttpRequest) -> bool:
    return not request.path.startswith(API_PREFIX) and request.accepts("text/html")


def not_found_named(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Respond that there is no such element, changeset or note, with 404."""
    return render(request, "elements/not_found.html", {"name": name, "number": number}, status=404)


def no_such_user(request: HttpRequest, display_name: str) -> HttpResponse:
    """Respond that there is no such user, with 404."""
    return render(request, "people/no_such_user.html", {"display_name": display_name}, status=404)
