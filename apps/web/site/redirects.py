"""Redirects from former URLs."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import URLPattern, path, re_path
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes
from django.views.decorators.http import require_safe

from apps.osm.numbers import format_degrees, parse_number
from apps.osm.positions import is_in_world


@require_safe
def moved(request: HttpRequest, to: str, **kwargs: str) -> HttpResponse:
    """Redirect permanently, with the query string."""
    address = escape_leading_slashes(iri_to_uri(to.format(**{k: _quoted(v) for k, v in kwargs.items()})))
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _quoted(value: str) -> str:
    return quote(value, safe="/~:@!$&'()*+,;=")


def from_old_position(request: HttpRequest) -> HttpResponse | None:
    """Redirect `?lat=&lon=&zoom=&layers=`, used before the position was in the fragment; None for other URLs."""
    if not {"lat", "lon"} <= request.GET.keys():
        return None
    lat, lon, zoom = (parse_number(request.GET.get(name, "")) for name in ("lat", "lon", "zoom"))
    if lat is None or lon is None or not is_in_world(lat, lon):
        return None
    zoom = 5 if zoom is None else min(max(zoom, 0), 25)
    query = request.GET.copy()
    layers = query.pop("layers", [""])[-1]
    if (query.pop("notes", [""]) or [""])[-1] == "yes":
        layers = "N"
    for name in ("lat", "lon", "zoom"):
        query.pop(name, None)
    anchor = f"map={int(zoom)}/{format_degrees(lat)}/{format_degrees(lon)}"
    if layers:
        anchor += f"&layers={layers}"
    return HttpResponseRedirect(request.path + (f"?{query.urlencode()}" if query else "") + f"#{anchor}")


urlpatterns: list[URLPattern] = [
    path("index.html", moved, {"to": "/"}),
    path("browse", moved, {"to": "/history"}),
    path("browse/changesets", moved, {"to": "/history"}),
    path("browse/changesets/feed", moved, {"to": "/history/feed"}),
    re_path(r"^browse/(?P<kind>node|way|relation)/(?P<id>\d+)$", moved, {"to": "/{kind}/{id}"}),
    re_path(
        r"^browse/(?P<kind>node|way|relation)/(?P<id>\d+)/history$", moved, {"to": "/{kind}/{id}/history"}
    ),
    re_path(r"^browse/(?P<kind>changeset|note)/(?P<id>\d+)$", moved, {"to": "/{kind}/{id}"}),
    re_path(r"^user/(?P<name>.+)/edits$", moved, {"to": "/user/{name}/history"}),
    re_path(r"^user/(?P<name>.+)/edits/feed$", moved, {"to": "/user/{name}/history/feed"}),
    re_path(r"^user/(?P<name>.+)/(?:make|remove)_friend$", moved, {"to": "/user/{name}/follow"}),
]
