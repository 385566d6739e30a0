"""The page of search: leads to positions, elements and links at once, and lists places, addresses and things."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.elements.presets import kind_of
from apps.features.coverage import coverage
from apps.features.models import Shape
from apps.geocoding.reading import Thing
from apps.geocoding.results import Result
from apps.geocoding.search import Wish
from apps.geocoding.search import search as places_of
from apps.instance.status import OFFLINE, service_status
from apps.osm.numbers import format_degrees, parse_number

from ..geocoding.languages import languages_of
from ..geocoding.views_of_map import box_of
from .search import find, path_of, swapped

_LIMIT = 20
_GEOMETRIES = {
    Shape.POINT: frozenset(["point", "vertex"]),
    Shape.LINE: frozenset(["line"]),
    Shape.AREA: frozenset(["area"]),
}
_WIDTH = 600
"""Pixels in which a result is to fit."""
_LARGEST_ZOOM, _ZOOM_OF_POINTS = 19, 18


@dataclass(frozen=True)
class Item:
    """A line of the list of results."""

    label: str
    kind: str
    place: str
    type: str
    id: int
    anchor: str
    """The fragment that shows it on the map."""


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
        context["items"] = [_item(result) for result in places_of(query, _wish(request))]
        if not context["items"]:
            context["bounds"] = _bounds()
    return render(request, "site/search.html", context)


def _wish(request: HttpRequest) -> Wish:
    sides = [parse_number(request.GET.get(name, "")) for name in ("minlon", "minlat", "maxlon", "maxlat")]
    west, south, east, north = (side if side is not None else 999.0 for side in sides)
    is_box = -180 <= west < east <= 180 and -90 <= south < north <= 90
    view = box_of(west, south, east, north) if is_box else None
    return Wish(languages=languages_of(request), view=view, limit=_LIMIT)


def _item(result: Result) -> Item:
    thing = result.thing
    language = result.languages[0] if result.languages else get_language() or "en"
    geometries = _GEOMETRIES[Shape(thing.shape)]
    # The kind of an area that is a relation is often that of relations.
    kind = kind_of(thing.tags, geometries, language) or kind_of(thing.tags, frozenset(["relation"]), language)
    house = result.address.text(None)
    label = result.name or house.partition(",")[0]
    place = result.display_name.removeprefix(label).removeprefix(", ")
    return Item(
        label=f"{result.postcode} {label}" if result.postcode else label,
        kind=kind or thing.value.replace("_", " "),
        place=place,
        type=thing.type.label,
        id=thing.id,
        anchor=_anchor(thing),
    )


def _anchor(thing: Thing) -> str:
    """Return the position and the zoom at which a thing fits into the map."""
    lon, lat = thing.position
    width = max(thing.east - thing.west, thing.south - thing.north)
    zoom = _ZOOM_OF_POINTS
    # The world is 2**32 units, and 256 pixels at zoom 0.
    while zoom > 2 and width * 2 ** (zoom + 8 - 32) > _WIDTH:
        zoom -= 1
    return f"map={zoom}/{format_degrees(round(lat, 5))}/{format_degrees(round(lon, 5))}"


def _bounds() -> dict[str, str] | None:
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
