"""The middleware of Django and others, adapted; most of it is for pages only.

Reading one element takes half a millisecond. What pages need and the API does not (session, language, messages) would
double that, so requests below `/api/` bypass it all at once. The same goes for tiles.
"""

import copy
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import gzip, http, security
from django.utils.module_loading import import_string
from whitenoise import middleware as whitenoise

from apps.instance.storage import VERSIONED
from apps.web import csrf

WITHOUT_PAGES = ("/api/", "/tiles/")
Respond = Callable[[HttpRequest], HttpResponseBase]
_ASK_EACH_TIME = "max-age=0, private, must-revalidate"
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript)|image/svg")


class PagesMiddleware:
    """All middleware that only pages need (PAGE_MIDDLEWARE), in its order, as one."""

    def __init__(self, get_response: Respond) -> None:
        self._respond = get_response
        self._respond_with_page: Any = get_response
        self._before_views: list[Callable[..., HttpResponseBase | None]] = []
        self._after_exceptions: list[Callable[..., HttpResponseBase | None]] = []
        for path in reversed(settings.PAGE_MIDDLEWARE):
            try:
                middleware = import_string(path)(self._respond_with_page)
            except MiddlewareNotUsed:
                # Django would leave out all of it then.
                continue
            if hasattr(middleware, "process_view"):
                self._before_views.insert(0, middleware.process_view)
            if hasattr(middleware, "process_exception"):
                self._after_exceptions.append(middleware.process_exception)
            self._respond_with_page = convert_exception_to_response(middleware)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(WITHOUT_PAGES):
            return self._respond(request)
        response: HttpResponseBase = self._respond_with_page(request)
        return response

    def process_view(self, request: HttpRequest, *call: Any) -> HttpResponseBase | None:
        return _first(self._before_views, request, *call)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return _first(self._after_exceptions, request, exception)


def _first(
    hooks: list[Callable[..., HttpResponseBase | None]], request: HttpRequest, *arguments: Any
) -> HttpResponseBase | None:
    """Return the first response that one of the hooks has to a request for a page."""
    if request.path_info.startswith(WITHOUT_PAGES):
        return None
    responses = (hook(request, *arguments) for hook in hooks)
    return next((response for response in responses if response is not None), None)


class SecurityMiddleware(security.SecurityMiddleware):
    """The API is not redirected to https, as its clients would lose the bodies of their requests."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: Any
        if not request.path_info.startswith(WITHOUT_PAGES):
            response = super().__call__(request)
            return response  # type: ignore[no-any-return]
        response = self.get_response(request)
        response["X-Content-Type-Options"] = "nosniff"
        if self.sts_seconds:
            response["Strict-Transport-Security"] = f"max-age={self.sts_seconds}"
        return response  # type: ignore[no-any-return]


class WhiteNoiseMiddleware(whitenoise.WhiteNoiseMiddleware):  # type: ignore[misc]
    """Let browsers cache forever what has a digest in its name or a version in its URL."""

    def immutable_file_test(self, path: str, url: str) -> bool:
        versioned = tuple(f"{self.static_prefix}{prefix}" for prefix in VERSIONED)
        return url.startswith(versioned) or super().immutable_file_test(path, url)


class GZipMiddleware(gzip.GZipMiddleware):
    """Compress texts; images and the files of traces are compressed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not _TEXT.match(response.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


class ConditionalGetMiddleware(http.ConditionalGetMiddleware):
    """Respond with 304 if the client has the page already. A page with a form differs each time by its token.

    Tags are weak, as on openstreetmap.org: a compressed page has the same one. So is the `Cache-Control` of pages that set
    none: only the browser may store them, and asks each time.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response.headers.setdefault("Cache-Control", _ASK_EACH_TIME)
        if request.method == "HEAD" and isinstance(response, HttpResponse) and response.content:
            # The body is removed later. Django expects none, and would not look at the request.
            request = copy.copy(request)
            request.method = "GET"
        response = super().process_response(request, response)
        if (tag := response.get("ETag", "")).startswith('"'):
            response["ETag"] = f"W/{tag}"
        return response


class CsrfViewMiddleware(csrf.CsrfViewMiddleware):
    """The API's views are exempt anyway: they ignore cookies."""

    def process_view(  # type: ignore[override]
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse a request without a token, unless the page refuses its method anyway, with 405."""
        rejection = super().process_view(request, view, args, kwargs)
        # A form may stand for any method.
        if rejection is None or request.method == "POST":
            return rejection
        # Every page refuses this method, and names those that it knows.
        probe = copy.copy(request)
        probe.method = "TRACE"
        refusal = view(probe, *args, **kwargs)
        return rejection if request.method in refusal.get("Allow", "").split(", ") else refusal
