"""Middleware for pages only.

Reading one element takes half a millisecond. What pages need and the API does not (session, language, messages) would
double that, so each of these passes requests below `/api/` straight on. The same goes for tiles.
"""

import copy
import re
from collections.abc import Callable
from typing import Any

from csp import middleware as csp
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware import common, gzip, http, locale, security
from whitenoise import middleware as whitenoise

from apps.instance.storage import VERSIONED
from apps.web import csrf, errors, maintenance, protocol, timeouts
from apps.web.accounts import middleware as users

WITHOUT_PAGES = ("/api/", "/tiles/")
_ASK_EACH_TIME = "max-age=0, private, must-revalidate"
_TEXT = re.compile(r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript)|image/svg")


class PagesOnly:
    """A mixin before a middleware class: requests to the API bypass it."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(WITHOUT_PAGES):
            return self.get_response(request)  # type: ignore[no-any-return]
        return super().__call__(request)  # type: ignore[misc,no-any-return]


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


class WhiteNoiseMiddleware(PagesOnly, whitenoise.WhiteNoiseMiddleware):  # type: ignore[misc]
    """Let browsers cache forever what has a digest in its name or a version in its URL."""

    def immutable_file_test(self, path: str, url: str) -> bool:
        versioned = tuple(f"{self.static_prefix}{prefix}" for prefix in VERSIONED)
        return url.startswith(versioned) or super().immutable_file_test(path, url)


class GZipMiddleware(PagesOnly, gzip.GZipMiddleware):
    """Compress texts; images and the files of traces are compressed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not _TEXT.match(response.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


class ConditionalGetMiddleware(PagesOnly, http.ConditionalGetMiddleware):
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


class TimeoutMiddleware(PagesOnly, timeouts.TimeoutMiddleware):
    pass


class MaintenanceMiddleware(PagesOnly, maintenance.MaintenanceMiddleware):
    pass


class SessionMiddleware(PagesOnly, sessions.SessionMiddleware):
    pass


class LocaleMiddleware(PagesOnly, locale.LocaleMiddleware):
    pass


class CommonMiddleware(PagesOnly, common.CommonMiddleware):
    pass


class CsrfViewMiddleware(PagesOnly, csrf.CsrfViewMiddleware):
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


class AuthenticationMiddleware(PagesOnly, auth.AuthenticationMiddleware):
    pass


class MessageMiddleware(PagesOnly, messages.MessageMiddleware):
    pass


class AccountMiddleware(PagesOnly, users.AccountMiddleware):
    pass


class RateLimitMiddleware(PagesOnly, errors.RateLimitMiddleware):
    """The API's views handle their errors themselves."""


class ContentSecurityPolicyMiddleware(PagesOnly, csp.CSPMiddleware):
    pass


class ProtocolMiddleware(PagesOnly, protocol.ProtocolMiddleware):
    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        # Django calls this for requests to the API too, which read their bodies as streams.
        if request.path_info.startswith(WITHOUT_PAGES):
            return None
        return super().process_view(request, view, args, kwargs)
