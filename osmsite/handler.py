"""From the web server's environment to Django's request."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    """Addresses and forms are UTF-8, whatever charset `Content-Type` names.

    Django would read them in any that Python has a codec for (`idna`, `hex`), and as early as here, where an
    error of that codec is nobody's: the web server would answer it with 500.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            found = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            # Longer than any header has reason to be, or in pieces of an odd encoding.
            found = "", {}
        self.content_type, self.content_params = found


class Handler(WSGIHandler):
    request_class = Request
