"""Query features: what is near a position, and what it lies in (upstream behaviour 2.3.4)."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.geocoding.nearby import nearby
from apps.geocoding.outlines import outlines
from apps.osm.elements import MAX_ID, ElementRef, ElementType
from apps.osm.numbers import format_degrees, parse_number
from apps.osm.positions import is_in_world

from ..geocoding.items import item_at
from ..languages import languages_of
from .searching import bounds_of_data

_ZOOM = 18
"""Of requests that do not say it: that of the map is in the fragment, which browsers do not send."""
_TYPES = {kind.label: kind for kind in ElementType}


@require_safe
@vary_on_headers("HX-Request", "Accept-Language")
def query(request: HttpRequest) -> HttpResponse:
    """List what is near a position and what contains it. `zoom` says how exactly the position is meant."""
    texts = {name: request.GET.get(name, "").strip() for name in ("lat", "lon")}
    context: dict[str, object] = {"asked": texts}
    if not any(texts.values()):
        return render(request, "site/query.html", context)
    lat, lon = (parse_number(text) for text in texts.values())
    if lat is None or lon is None or not is_in_world(lat, lon):
        context["problem"] = _(
            "This is not a position: the latitude must be a number between -90 and 90, "
            "and the longitude one between -180 and 180."
        )
        return render(request, "site/query.html", context, status=HTTPStatus.BAD_REQUEST)
    zoom = parse_number(request.GET.get("zoom", ""))
    found = nearby(lat, lon, _ZOOM if zoom is None else zoom)
    languages = languages_of(request)
    context |= {
        "lat": format_degrees(round(lat, 7)),
        "lon": format_degrees(round(lon, 7)),
        "radius": round(found.radius),
        "near": [item_at(thing, languages) for thing in found.near],
        "enclosing": [item_at(thing, languages) for thing in found.enclosing],
        "omitted": found.omitted,
    }
    if not found.near and not found.enclosing:
        context["bounds"] = bounds_of_data()
    return render(request, "site/query.html", context)


@require_safe
@cache_control(max_age=60)
def outline(request: HttpRequest, kind: str, element_id: str) -> HttpResponse:  # noqa: ARG001
    """Return the shape of a feature as GeoJSON, for the map to draw."""
    ref = ElementRef(_TYPES[kind], int(element_id))
    found = outlines([ref] if ref.id <= MAX_ID else [])
    if ref not in found:
        raise Http404(kind)
    body = f'{{"type":"Feature","properties":{{}},"geometry":{found[ref]}}}'
    return HttpResponse(body, content_type="application/geo+json")
