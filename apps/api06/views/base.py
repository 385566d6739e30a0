"""What all calls have in common: status modes, formats, CORS, compression, errors."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.instance.status import OFFLINE, READONLY, service_status
from apps.osm.errors import (
    BlockedError,
    NotAcceptableError,
    NotAuthenticatedError,
    NotFoundError,
    OfflineError,
    OsmError,
    UnsupportedEncodingError,
    UrgentMessageError,
)
from apps.osm.formats import Format

from ..bodies import discard, encoding_of
from ..compression import WORTHWHILE, accepts_gzip, compress, compressed
from ..documents import ORIGIN
from ..errors import error_document
from ..negotiation import Negotiation
from ..renderers import JSON, XML

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_PREFLIGHT_LIFETIME = "1728000"
_BLOCKED = "Your access to the API has been blocked. Please log-in to the web interface to find out more."
"""As cgimap writes it, whatever the kind of block."""


class ApiView(APIView):
    """A call as openstreetmap.org's website answers it. `suffix` comes from the address."""

    renderer_classes = [XML, JSON]
    content_negotiation_class = Negotiation
    error_content_type = "text/plain; charset=utf-8"
    cache_control: ClassVar[str] = "max-age=0, private, must-revalidate"
    answers_while_offline: ClassVar[bool] = False
    writes: ClassVar[bool] = False
    error_origin = ORIGIN
    plain_errors: ClassVar[tuple[type[OsmError], ...]] = (NotAuthenticatedError,)
    """What is told in the body alone: without the header `Error`, and never as XML."""
    words: ClassVar[dict[type[OsmError], str]] = {UnsupportedEncodingError: "", NotAcceptableError: ""}
    """The texts that differ from those of the error classes."""
    plain_methods: ClassVar[frozenset[str]] = frozenset()
    """Those that answer plain text or nothing, whatever formats the client would read."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.check_transport(request)
        if service_status().api == OFFLINE and not self.answers_while_offline:
            raise OfflineError
        if self.writes and request.method not in _SAFE_METHODS and service_status().api == READONLY:
            raise OfflineError
        super().initial(request, *args, **kwargs)

    def check_transport(self, request: Request) -> None:
        """That the body can be unpacked comes before all else (upstream behaviour 1.2, step 1)."""
        encoding_of(request)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        return super().perform_content_negotiation(
            request, force or str(request.method).lower() in self.plain_methods
        )

    def get_format_suffix(self, **kwargs: Any) -> str | None:
        return kwargs.get("suffix")

    def perform_authentication(self, request: Request) -> None:
        """Nothing yet: `request.user` looks the token up where a call asks who is there."""

    @property
    def output_format(self) -> Format:
        return Format(self.request.accepted_renderer.format)

    def respond(
        self, pieces: bytes | Iterable[bytes], headers: dict[str, str] | None = None
    ) -> HttpResponseBase:
        """The document, in one piece or streamed, compressed where the client can read that."""
        content_type = f"{self.request.accepted_renderer.media_type}; charset=utf-8"
        gzip = accepts_gzip(self.request.META.get("HTTP_ACCEPT_ENCODING", ""))
        response: HttpResponseBase
        if isinstance(pieces, bytes):
            gzip = gzip and len(pieces) >= WORTHWHILE
            response = HttpResponse(compress(pieces) if gzip else pieces, content_type=content_type)
        else:
            response = StreamingHttpResponse(
                compressed(pieces) if gzip else pieces, content_type=content_type
            )
        if gzip:
            response["Content-Encoding"] = "gzip"
        patch_vary_headers(response, ["Accept-Encoding"])
        for name, value in (headers or {}).items():
            response[name] = value
        return response

    def error_document(self, status: HTTPStatus, message: str) -> bytes:
        return error_document(status, message, self.error_origin)

    def head(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer to GET without its body, which is not read from the database either."""
        if not hasattr(self, "get"):
            raise MethodNotAllowed("HEAD")
        response: HttpResponseBase = self.get(request, *args, **kwargs)
        # The body that nobody reads goes out of scope here, and with it the statement that was to fill it.
        return HttpResponse(status=response.status_code, headers=dict(response.items()))

    @property
    def allowed_methods(self) -> list[str]:
        return [method for method in super().allowed_methods if method != "HEAD" or hasattr(self, "get")]

    def options(  # type: ignore[override]
        self, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """A browser's question whether another site's page may call this (CORS preflight)."""
        if "HTTP_ORIGIN" not in request.META or "HTTP_ACCESS_CONTROL_REQUEST_METHOD" not in request.META:
            raise MethodNotAllowed("OPTIONS")
        response = HttpResponse(content_type="text/plain")
        if headers := request.META.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"):
            response["Access-Control-Allow-Headers"] = headers
        response["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
        response["Access-Control-Max-Age"] = _PREFLIGHT_LIFETIME
        return response

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            discard(request)
        if origin := request.META.get("HTTP_ORIGIN"):
            self.allow_origin(response, origin)
        patch_vary_headers(response, ["Origin"])
        response.headers.setdefault("Cache-Control", self.cache_control)
        if isinstance(response, HttpResponse) and request.method != "HEAD":
            response["Content-Length"] = str(len(response.content))
        return response

    def allow_origin(self, response: HttpResponseBase, origin: str) -> None:
        """Any page may call the API: it knows nobody by cookie."""
        response["Access-Control-Allow-Origin"] = "*"


class CgimapView(ApiView):
    """A call that openstreetmap.org serves with cgimap, whose answers differ in small ways."""

    error_content_type = "text/plain"
    cache_control = "private, max-age=0, must-revalidate"
    error_origin = None  # type: ignore[assignment]
    plain_errors: ClassVar[tuple[type[OsmError], ...]] = ()
    words: ClassVar[dict[type[OsmError], str]] = dict.fromkeys([BlockedError, UrgentMessageError], _BLOCKED)

    def check_transport(self, request: Request) -> None:
        """Nothing: cgimap looks at the body when it reads it."""

    def respond(
        self, pieces: bytes | Iterable[bytes], headers: dict[str, str] | None = None
    ) -> HttpResponseBase:
        response = super().respond(pieces, headers)
        response.headers.setdefault("Content-Encoding", "identity")
        return response

    def allow_origin(self, response: HttpResponseBase, origin: str) -> None:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
        response["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
        response["Access-Control-Max-Age"] = _PREFLIGHT_LIFETIME


class NoSuchPath(ApiView):
    """Everything else below `/api/`: 404 without a page around it."""

    answers_while_offline = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFoundError
