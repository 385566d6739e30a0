"""The WSGI handler, and the class of the requests that it makes."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters


class Request(WSGIRequest):
    """A request whose URL and forms are UTF-8, whatever charset `Content-Type` names.

    Django would accept any charset that Python has a codec for (`idna`, `hex`), and decode at this early stage,
    where nothing catches that codec's errors: the web server would respond with 500.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            found = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except (LookupError, ValueError):
            # Unreasonably long, or in an odd encoding.
            found = "", {}
        self.content_type, self.content_params = found


class Handler(WSGIHandler):
    request_class = Request
