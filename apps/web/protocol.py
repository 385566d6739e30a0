"""Requests that no browser's form sends: OPTIONS, forms by PUT, PATCH and DELETE, and texts that are not UTF-8."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase

from apps.osm.utf8 import is_utf8, was_utf8

from . import errors
from .parameters import FORM, MULTIPART, is_form

_WITH_FORM = {"PUT", "PATCH", "DELETE"}
"""Methods whose forms Django does not read."""


class ProtocolMiddleware:
    """Comes after the protection against CSRF, so that only forms with a token are read here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_utf8(request.META.get("QUERY_STRING", "").encode("latin-1")):
            return errors.page(request, HTTPStatus.BAD_REQUEST)
        response = self.get_response(request)
        if request.method == "OPTIONS" and response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = f"{response['Allow']}, OPTIONS"
            return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": allowed})
        return response

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> HttpResponse | None:
        """Read the form of any method into `request.POST`, and refuse one that is not UTF-8."""
        try:
            if request.content_type == FORM and not is_utf8(request.body):
                return errors.page(request, HTTPStatus.BAD_REQUEST)
            # Views without protection read their forms themselves: a file of any size may be in it.
            if is_form(request) and not getattr(view, "csrf_exempt", False):
                if request.method in _WITH_FORM:
                    request.POST = _form(request)  # type: ignore[assignment]
                if request.content_type == MULTIPART and not was_utf8(request.POST.lists()):
                    return errors.page(request, HTTPStatus.BAD_REQUEST)
        except UnreadablePostError:
            return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        return None


def _form(request: HttpRequest) -> QueryDict:
    if request.content_type == FORM:
        return QueryDict(request.body)
    return MultiPartParser(request.META, request, request.upload_handlers).parse()[0]
