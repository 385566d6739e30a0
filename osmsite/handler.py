"""The WSGI handler, and the class of the requests that it makes."""

from typing import Any

from django.conf import settings
from django.core.cache import close_caches
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest, get_str_from_wsgi
from django.core.signals import request_finished, request_started
from django.db import reset_queries
from django.http.cookie import parse_cookie
from django.utils.functional import cached_property
from django.utils.http import parse_header_parameters

LONGEST_COOKIES = 16_384
"""Bytes of a `Cookie` header that are parsed; browsers send a few hundred here."""

# They have nothing to do here: a Redis cache keeps its connections, and queries are only recorded with DEBUG.
request_finished.disconnect(close_caches)
request_started.disconnect(reset_queries)


class Request(WSGIRequest):
    """A request whose URL and forms are UTF-8, whatever charset `Content-Type` names.

    Django would accept any charset that Python has a codec for (`idna`, `hex`), and decode at this early stage,
    where nothing catches that codec's errors: the web server would respond with 500.
    """

    @cached_property
    def COOKIES(self) -> dict[str, str]:  # type: ignore[override] # noqa: N802 (Django's name)
        """Parse the cookies, without those that contain a backslash, as none of ours does, and none if there are too many.

        Before Python 3.11.10, unquoting takes time that grows as the square of the backslashes (CVE-2024-7592).
        """
        header = get_str_from_wsgi(self.environ, "HTTP_COOKIE", "")
        if len(header) > LONGEST_COOKIES:
            return {}
        return parse_cookie(";".join(pair for pair in header.split(";") if "\\" not in pair))

    def _get_scheme(self) -> str:
        """Return the scheme that the visitor used: TLS ends at the proxy, which may say what was in front of it."""
        if not settings.IS_HTTPS:
            return str(super()._get_scheme())  # type: ignore[misc] # not in django-stubs
        return "http" if self.environ.get("HTTP_X_FORWARDED_PROTO") == "http" else "https"

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            found = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            # Unreasonably long, or in an odd encoding.
            found = "", {}
        self.content_type, self.content_params = found


class Handler(WSGIHandler):
    request_class = Request
