"""Vector tiles and their description, for pages of any site."""

import gzip
from collections.abc import Callable
from functools import wraps
from typing import Concatenate

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils.cache import get_conditional_response

from apps.instance.status import OFFLINE, service_status
from apps.osm.encodings import accepts_gzip

from .cache import packed_tile, tag_of
from .changes import feed
from .kinds import DETAIL
from .subjects import Tile
from .tilejson import tilejson

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

View = Callable[Concatenate[HttpRequest, ...], HttpResponse]


def _open_to_all(view: View) -> Callable[..., HttpResponseBase]:
    """Allow reading only, for any page; clients keep the response and ask whether it is still right."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: int, **kwargs: int) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Allow"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Methods"] = "GET, HEAD"
            response["Access-Control-Allow-Headers"] = "*"
            response["Access-Control-Max-Age"] = str(settings.PREFLIGHT_LIFETIME)
        elif request.method not in {"GET", "HEAD"}:
            response = HttpResponseNotAllowed(["GET", "HEAD", "OPTIONS"])
        elif service_status().database == OFFLINE:
            response = HttpResponse("The database is offline.", status=503, content_type="text/plain")
        else:
            response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return wrapped


@_open_to_all
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    if z > DETAIL or max(x, y) >> z:
        return HttpResponse("There is no such tile.", status=404, content_type="text/plain")
    found = packed_tile(Tile(z, x, y))
    if found is None:
        return HttpResponse(status=204, headers={"Cache-Control": "public, no-cache"})
    return _conditional(request, found.content, found.tag, MEDIA_TYPE, is_packed=True)


@_open_to_all
def description(request: HttpRequest) -> HttpResponse:
    content = orjson.dumps(tilejson())
    return _conditional(request, content, tag_of(content), "application/json", is_packed=False)


@_open_to_all
def changes(request: HttpRequest) -> HttpResponse:
    """Return which tiles have changed after a number; without one, the number to ask with the next time."""
    after = request.GET.get("after")
    if after is not None and not (after.isdecimal() and after.isascii() and len(after) < 19):
        return HttpResponse("The number is not valid.", status=400, content_type="text/plain")
    content = feed.answer(None if after is None else int(after))
    # A second in a proxy, which then asks for everybody.
    headers = {"Cache-Control": "public, max-age=1"}
    return HttpResponse(content, content_type="application/json", headers=headers)


def _conditional(
    request: HttpRequest, content: bytes, tag: str, media_type: str, *, is_packed: bool
) -> HttpResponse:
    """Return the content, or 304 for clients that have it."""
    tag = f'W/"{tag}"'
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    if is_packed:
        headers["Vary"] = "Accept-Encoding"
        # Headers are read from `META`: `request.headers` sorts all of them first, and there are thousands of tiles.
        if accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", "")):
            headers["Content-Encoding"] = "gzip"
        else:
            content = gzip.decompress(content)
    response = HttpResponse(content, content_type=media_type, headers=headers)
    if "HTTP_IF_NONE_MATCH" in request.META:
        return get_conditional_response(request, etag=tag, response=response) or response
    return response
