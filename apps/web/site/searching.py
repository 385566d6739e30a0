"""The page of search: leads to positions, elements and links at once, and lists places, addresses and things."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.features.coverage import coverage
from apps.geocoding import outside
from apps.geocoding.outside import GeocoderError
from apps.geocoding.reading import by_refs
from apps.geocoding.search import Wish, suggest
from apps.geocoding.search import search as places_of
from apps.instance.status import OFFLINE, service_status
from apps.osm.numbers import format_degrees, parse_number
from apps.osm.positions import is_in_world
from apps.web.responses import json_response

from ..geocoding.items import Item, item_of, item_of_place
from ..geocoding.views_of_map import box_of
from ..languages import languages_of
from .search import find, path_of, swapped

_LIMIT, _SUGGESTED = 20, 8
_LONGEST_SUGGESTED = 100
"""Characters. Who pastes more wants to search for it."""
_WIDTH = 600
"""Pixels in which the data is to fit."""
_LARGEST_ZOOM = 19


@require_safe
@vary_on_headers("HX-Request", "Accept-Language")
def search(request: HttpRequest) -> HttpResponse:
    """Redirect to the position, element or changeset that the query names, else list what else it may mean.

    `minlon`, `minlat`, `maxlon` and `maxlat` are the visible part of the map: what is near it comes first.
    """
    query = request.GET.get("query", "").strip()
    if not query and {"lat", "lon"} <= request.GET.keys():
        query = f"{_degrees(request.GET['lat'])}, {_degrees(request.GET['lon'])}"
    found = find(query)
    if found:
        return HttpResponseRedirect(found.path)
    context: dict[str, object] = {"query": query}
    if other := swapped(query):
        lat, lon = format_degrees(other.lat), format_degrees(other.lon)
        context["swapped"] = {"path": path_of(other), "lat": lat, "lon": lon}
    elif query and service_status().database != OFFLINE:
        try:
            context["items"] = _found_outside(request, query) if settings.GEOCODER else _found(request, query)
        except GeocoderError as error:
            context["problem"] = {"host": outside.host(), "reason": str(error)}
        else:
            if not context["items"]:
                context["bounds"] = bounds_of_data()
    status = HTTPStatus.BAD_GATEWAY if "problem" in context else HTTPStatus.OK
    return render(request, "site/search.html", context, status=status)


def _found(request: HttpRequest, query: str) -> list[Item]:
    view = _view(request)
    wish = Wish(languages=languages_of(request), view=box_of(*view) if view else None, limit=_LIMIT)
    return [item_of(result) for result in places_of(query, wish)]


def _found_outside(request: HttpRequest, query: str) -> list[Item]:
    """Return what the outside geocoder finds. Raises GeocoderError."""
    languages = languages_of(request)
    places = outside.search(query, languages=languages, view=_view(request), limit=_LIMIT)
    here = {thing.ref for thing in by_refs(place.ref for place in places if place.ref)}
    return [item_of_place(place, languages, is_here=place.ref in here) for place in places]


@require_safe
@vary_on_headers("Accept-Language")
@cache_control(private=True, max_age=60)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Return what a text in the search field may become, as JSON. `lat` and `lon` are the middle of the map."""
    query = request.GET.get("query", "").strip()
    is_text = 0 < len(query) <= _LONGEST_SUGGESTED and not find(query) and not swapped(query)
    results = suggest(query, _wish_near(request)) if is_text and not settings.GEOCODER else []
    items = [item_of(result) for result in results]
    return json_response(
        {
            "suggestions": [
                {"label": item.label, "kind": item.kind, "place": item.place, "path": item.path}
                for item in items
            ]
        }
    )


def _wish_near(request: HttpRequest) -> Wish:
    lat, lon = (parse_number(request.GET.get(name, "")) for name in ("lat", "lon"))
    view = None
    if lat is not None and lon is not None and is_in_world(lat, lon):
        view = box_of(lon, lat, lon, lat)
    return Wish(languages=languages_of(request), view=view, limit=_SUGGESTED)


def _view(request: HttpRequest) -> tuple[float, float, float, float] | None:
    """Return the visible part of the map, in degrees from the west over south and east to the north."""
    sides = [parse_number(request.GET.get(name, "")) for name in ("minlon", "minlat", "maxlon", "maxlat")]
    west, south, east, north = (side if side is not None else 999.0 for side in sides)
    is_box = -180 <= west < east <= 180 and -90 <= south < north <= 90
    return (west, south, east, north) if is_box else None


def bounds_of_data() -> dict[str, str] | None:
    """Return where the instance has data, as a link to the map and in words; None if it has none."""
    focus = coverage()["focus"]
    if not focus:
        return None
    west, south, east, north = focus
    lat, lon = (south + north) / 2, (west + east) / 2
    zoom = 2
    while zoom < _LARGEST_ZOOM and (east - west) * 2 ** (zoom + 9) / 360 < _WIDTH:
        zoom += 1
    sides = {"west": west, "south": south, "east": east, "north": north}
    degrees = {name: format_degrees(round(side, 2)) for name, side in sides.items()}
    return {
        **degrees,
        "anchor": f"map={zoom}/{format_degrees(round(lat, 4))}/{format_degrees(round(lon, 4))}",
    }


def _degrees(text: str) -> str:
    """Return a number in our notation; the text itself if it is none."""
    number = parse_number(text)
    return text if number is None else format_degrees(number)
