"""What all calls have in common: status modes, access, formats, CORS, compression, errors."""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import chain
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from lxml import etree
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.instance.status import OFFLINE, READONLY, service_status
from apps.oauth.tokens import sends_credentials
from apps.osm import osmjson, osmxml
from apps.osm.encodings import accepts_gzip
from apps.osm.errors import BadRequestError, NotAuthenticatedError, NotFoundError, OfflineError
from apps.osm.formats import Format
from apps.osm.utf8 import is_utf8
from apps.users.models import User

from .. import documents
from ..calls import Rules, Token
from ..compression import WORTHWHILE, compress, compressed
from ..conditional import conditional, tag
from ..dialects import Dialect, unsupported
from ..documents import ORIGIN
from ..negotiation import Negotiation
from ..parsers import encoding_of
from ..permissions import DeclaredNeeds, caller, enforce, welcome
from ..renderers import JSON, XML

T = TypeVar("T")
Filler = Callable[[etree._Element], None]
_METHODS = ("get", "post", "put", "patch", "delete")
ROWS_PER_FETCH = 200
"""How many rows of a long list are in memory at a time."""
CHUNK = 500_000
"""About how many bytes of a streamed document are sent at a time; smaller documents are not streamed."""


class ApiView(APIView):
    """A path of the API. Each method declares its rules by `@call`; `suffix` comes from the URL."""

    renderer_classes = [XML, JSON]
    permission_classes = [DeclaredNeeds]
    content_negotiation_class = Negotiation
    rules_by_method: ClassVar[dict[str, Rules]] = {}
    fallback: ClassVar[Rules] = Rules()
    """The rules for methods that the path does not have: those are refused whatever the service status and the token."""
    any_format: ClassVar[bool] = False
    """Whether to ignore the `Accept` header, because there is only one format."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.rules_by_method = {
            method: getattr(cls, method).rules for method in _METHODS if hasattr(cls, method)
        }
        if cls.rules_by_method:
            first = cls.rules_by_method.get("get") or next(iter(cls.rules_by_method.values()))
            cls.fallback = Rules(unsupported(first.dialect), while_offline=True)

    @cached_property
    def rules(self) -> Rules:
        """The rules of the request."""
        method = str(self.request.method).lower()
        return self.rules_by_method.get("get" if method == "head" else method, self.fallback)

    @property
    def dialect(self) -> Dialect:
        return self.rules.dialect

    @property
    def user(self) -> User:
        """The token's user. Raises NotAuthenticatedError without one."""
        user = caller(self.request)
        if user is None:
            raise NotAuthenticatedError
        return user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Treat `?format=json` like the suffix `.json`, except in cgimap's calls, which do not know it."""
        if kwargs.get("suffix", "") is None and self.dialect.suffix_decides:
            kwargs["suffix"] = request.GET.get("format") or None
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the request in the order of upstream behaviour 1.2."""
        rules = self.rules
        if (query := request.META.get("QUERY_STRING")) and not is_utf8(query.encode("latin-1")):
            raise BadRequestError("The query string is not UTF-8")
        if rules.dialect.checks_encoding_first:
            encoding_of(request)
        status = service_status().api
        if status == OFFLINE and not rules.while_offline:
            raise OfflineError
        if status == READONLY and rules.writes:
            if rules.asks_user_first and welcome(request) is None:
                raise NotAuthenticatedError
            raise OfflineError
        super().initial(request, *args, **kwargs)

    def check_token(self) -> None:
        """Enforce what the call needs. A token that is not needed is not even looked up."""
        rules = self.rules
        if rules.token is Token.WELCOME:
            welcome(self.request)
        elif (
            rules.token in {Token.IF_SENT, Token.IF_PRIVATE}
            and sends_credentials(self.request.META)
            and caller(self.request) is None
        ):
            raise NotAuthenticatedError
        elif rules.needs and (
            rules.token is Token.REQUIRED or (rules.token is Token.IF_SENT and caller(self.request))
        ):
            enforce(self.request, rules.needs)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        return super().perform_content_negotiation(request, force or self.any_format or self.rules.plain_text)

    def get_format_suffix(self, **kwargs: Any) -> str | None:
        return kwargs.get("suffix")

    def get_parsers(self) -> list[BaseParser]:
        method = str(self.request.method).lower() if hasattr(self, "request") else ""
        rules = self.rules_by_method.get(method, self.fallback)
        return [rules.body()] if rules.body else []

    def perform_authentication(self, request: Request) -> None:
        """Do nothing yet: `request.user` looks up the token on first access."""

    @property
    def output_format(self) -> Format:
        return Format(self.request.accepted_renderer.format)

    def respond_with(self, *, json: Callable[[], dict[str, Any]], xml: Filler) -> HttpResponseBase:
        """Respond with a document: `json` returns its keys, `xml` fills its root."""
        if self.output_format is Format.JSON:
            return self.respond(osmjson.document(ORIGIN, json()))
        root = osmxml.root("osm", ORIGIN)
        xml(root)
        return self.respond(osmxml.serialize(root))

    def respond(
        self, content: bytes | Iterable[bytes], headers: dict[str, str] | None = None
    ) -> HttpResponseBase:
        """Respond with a document, in one piece or streamed, compressed if the client accepts gzip."""
        content_type = f"{self.request.accepted_renderer.media_type}; charset=utf-8"
        gzip = accepts_gzip(self.request.META.get("HTTP_ACCEPT_ENCODING", ""))
        response: HttpResponseBase
        if isinstance(content, bytes):
            gzip = gzip and len(content) >= WORTHWHILE
            response = HttpResponse(compress(content) if gzip else content, content_type=content_type)
        else:
            response = StreamingHttpResponse(
                compressed(content) if gzip else content, content_type=content_type
            )
        if gzip:
            response["Content-Encoding"] = "gzip"
        elif self.dialect.names_identity:
            response["Content-Encoding"] = "identity"
        response["Vary"] = "Accept-Encoding"
        for name, value in (headers or {}).items():
            response[name] = value
        return response

    def respond_with_list(
        self,
        name: str,
        items: Iterable[T],
        *,
        json: Callable[[T], dict[str, Any]],
        xml: Callable[[etree._Element, T], None],
    ) -> HttpResponseBase:
        """Respond with a list of any length: `json` returns an item of the key `name`, `xml` appends one to the root."""
        if self.output_format is Format.JSON:
            return self.respond_in_pieces(documents.json_list(name, map(json, items)))
        return self.respond_in_pieces(documents.xml_list(items, xml))

    def respond_in_pieces(self, pieces: Iterable[bytes]) -> HttpResponseBase:
        """Respond with a document: in one piece if it is small, else streamed, so that it does not fill the memory."""
        chunks = _chunks(pieces)
        first, second = next(chunks, b""), next(chunks, None)
        return self.respond(first if second is None else chain([first, second], chunks))

    def head(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Respond as to GET but without the body, which is not read from the database either."""
        if not hasattr(self, "get"):
            raise MethodNotAllowed("HEAD")
        response: HttpResponseBase = self.get(request, *args, **kwargs)
        tag(response)
        # The body is dropped unread, together with the statement that would have filled it.
        return HttpResponse(status=response.status_code, headers=dict(response.items()))

    @property
    def allowed_methods(self) -> list[str]:
        return [method for method in super().allowed_methods if method != "HEAD" or hasattr(self, "get")]

    def options(  # type: ignore[override]
        self, request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Respond to a CORS preflight request. Raises MethodNotAllowed for any other OPTIONS request."""
        if "HTTP_ORIGIN" not in request.META or "HTTP_ACCESS_CONTROL_REQUEST_METHOD" not in request.META:
            raise MethodNotAllowed("OPTIONS")
        response = HttpResponse(content_type="text/plain")
        if headers := request.META.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS"):
            response["Access-Control-Allow-Headers"] = headers
        response["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
        response["Access-Control-Max-Age"] = str(settings.PREFLIGHT_LIFETIME)
        return response

    def finalize_response(  # type: ignore[override]
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response = conditional(request, response)
        if origin := request.META.get("HTTP_ORIGIN"):
            self._allow_origin(response, origin)
        vary = response.headers.get("Vary")
        response["Vary"] = f"{vary}, Origin" if vary else "Origin"
        response.headers.setdefault("Cache-Control", self.dialect.cache_control)
        if (
            isinstance(response, HttpResponse)
            and request.method != "HEAD"
            and response.status_code != HTTPStatus.NOT_MODIFIED
        ):
            response["Content-Length"] = str(len(response.content))
        return response

    def _allow_origin(self, response: HttpResponseBase, origin: str) -> None:
        """Allow any site to call the API, which ignores cookies."""
        if not self.dialect.allows_credentials:
            response["Access-Control-Allow-Origin"] = "*"
            return
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Credentials"] = "true"
        response["Access-Control-Allow-Methods"] = ", ".join(self.allowed_methods)
        response["Access-Control-Max-Age"] = str(settings.PREFLIGHT_LIFETIME)


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces, joined to chunks."""
    chunk: list[bytes] = []
    size = 0
    for piece in pieces:
        chunk.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(chunk)
            chunk, size = [], 0
    if chunk:
        yield b"".join(chunk)


def each(items: Iterable[Any], append: Callable[..., None], *args: Any, **options: Any) -> Filler:
    """Return a filler that appends all items to the root of a document."""

    def fill(root: etree._Element) -> None:
        for item in items:
            append(root, item, *args, **options)

    return fill


def plain_text(text: str = "") -> HttpResponse:
    """Return a plain-text response, empty by default."""
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


class NoSuchPath(ApiView):
    """Any other path below `/api/`: 404 without an HTML page."""

    fallback = Rules(while_offline=True)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFoundError
