"""Search in the interface of Nominatim, which editors and apps know: search, reverse, lookup and status."""

from collections.abc import Callable
from datetime import UTC
from functools import wraps
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from apps.features.querysets import last_change
from apps.geocoding import reading
from apps.geocoding.outlines import outlines
from apps.geocoding.results import Result
from apps.geocoding.reverse import reverse as place_at
from apps.geocoding.search import search as places_of
from apps.geocoding.surroundings import surroundings_of
from apps.osm.elements import ElementRef
from apps.osm.positions import parse_position

from ..cors import open_to_any_origin
from . import formats, parameters
from .formats import Details
from .parameters import ParameterError

View = Callable[[HttpRequest], HttpResponse]


def _explained(view: View) -> View:
    """Answer parameters that cannot be understood with 400 and the reason, in the format that was asked for.

    If an outside geocoder is set, it answers.
    """

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if settings.GEOCODER:
            return _elsewhere(request)
        try:
            return view(request)
        except ParameterError as error:
            status = HTTPStatus.BAD_REQUEST
            if request.GET.get("format") == "xml":
                return _xml(formats.error_xml(status, str(error)), status)
            return _json({"error": {"code": int(status), "message": str(error)}}, status)

    return wrapped


def _elsewhere(request: HttpRequest) -> HttpResponse:
    """Redirect to the same call of the outside geocoder. It sees who asks, as its terms of use expect."""
    call = request.path.removeprefix("/nominatim/")
    return HttpResponseRedirect(f"{settings.GEOCODER}/{call}?{request.META.get('QUERY_STRING', '')}")


@open_to_any_origin("GET")
@_explained
def search(request: HttpRequest) -> HttpResponse:
    """Return what a text may mean; of a position, what is there."""
    name = parameters.format_of(request, "jsonv2")
    query, wish = parameters.query_of(request.GET.dict()), parameters.wish_of(request)
    position = parse_position(query)
    if position and position.is_in_world:
        found = place_at(position.lat, position.lon, languages=wish.languages)
        results = [found] if found else []
    else:
        results = places_of(query, wish)
    return _places(request, results, name, query)


@open_to_any_origin("GET")
@_explained
def reverse(request: HttpRequest) -> HttpResponse:
    """Return what is at a position."""
    name = parameters.format_of(request, "xml")
    lat, lon = parameters.position_of(request)
    found = place_at(
        lat, lon, zoom=parameters.zoom_of(request), languages=parameters.reading_languages(request)
    )
    details = _details(request, [found] if found else [], address=True)
    place = formats.place(found, details, class_key=_class_key(name)) if found else None
    if name == "xml":
        return _xml(formats.reverse_xml(place))
    if place is None:
        return _json({"error": "Unable to geocode"})
    return _json(formats.collection([place]) if name == "geojson" else place)


@open_to_any_origin("GET")
@_explained
def lookup(request: HttpRequest) -> HttpResponse:
    """Return the addresses of elements."""
    name = parameters.format_of(request, "xml")
    things = reading.by_refs(parameters.refs_of(request))
    languages = parameters.reading_languages(request)
    around = surroundings_of(things)
    results = [Result(thing, where, 0, languages) for thing, where in zip(things, around, strict=True)]
    return _places(request, results, name, request.GET["osm_ids"], address=True)


@open_to_any_origin("GET")
@_explained
def status(request: HttpRequest) -> HttpResponse:
    """Return whether there is something to search in, and how new it is."""
    name = parameters.format_of(request, "text", ("text", "json"))
    changed = last_change()
    if name == "text":
        return HttpResponse("OK", content_type="text/plain; charset=utf-8")
    content: dict[str, Any] = {"status": 0, "message": "OK"}
    if changed:
        content["data_updated"] = changed.astimezone(UTC).isoformat(timespec="seconds")
    return _json(content)


def _places(
    request: HttpRequest, results: list[Result], name: str, query: str, *, address: bool = False
) -> HttpResponse:
    details = _details(request, results, address=address)
    places = [formats.place(result, details, class_key=_class_key(name)) for result in results]
    if name == "xml":
        return _xml(formats.search_xml(places, query))
    return _json(formats.collection(places) if name == "geojson" else places)


def _details(request: HttpRequest, results: list[Result], *, address: bool) -> Details:
    """Return what the answer is to contain. Outlines take one statement."""
    shapes: dict[ElementRef, str] = {}
    if parameters.flag(request, "polygon_geojson"):
        tolerance = parameters.tolerance_of(request)
        shapes = outlines((result.thing.ref for result in results), tolerance)
    return Details(
        address=parameters.flag(request, "addressdetails", address),
        extra_tags=parameters.flag(request, "extratags"),
        names=parameters.flag(request, "namedetails"),
        outlines=shapes,
    )


def _class_key(name: str) -> str:
    return "class" if name in {"json", "xml"} else "category"


def _json(content: Any, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), status=status, content_type="application/json; charset=utf-8")


def _xml(body: bytes, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="text/xml; charset=utf-8")
