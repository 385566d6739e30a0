"""The map, search, export, static texts and short links."""

from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.features.coverage import coverage
from apps.instance.styles import public_style
from apps.osm import shortlink
from apps.osm.numbers import format_degrees
from apps.text.rendering import linkified, render_markdown
from apps.web.responses import json_response

from .. import errors
from ..access import login_required
from ..languages import languages_of
from ..operator import TEXTS, has_imprint, own_text
from .redirects import from_old_position

LONGEST_PREVIEW = 65_536
"""Characters: the longest text that any form takes."""
TITLES = {
    "about": gettext_lazy("About"),
    "copyright": gettext_lazy("Copyright and licence"),
    "help": gettext_lazy("Help"),
    "imprint": gettext_lazy("Imprint"),
    "privacy": gettext_lazy("Privacy"),
    "terms": gettext_lazy("Contributor terms"),
    "welcome": gettext_lazy("Welcome"),
}
"""Of texts that do not begin with a heading."""
OBJECTS = ["node", "way", "relation", "changeset"]


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def home(request: HttpRequest) -> HttpResponse:
    """Show the map. Former URLs (`?way=1`, `?lat=&lon=`) are redirected."""
    for kind in ("node", "way", "relation", "note"):
        if request.GET.get(kind, "").isdecimal():
            return HttpResponseRedirect(f"/{kind}/{request.GET[kind]}")
    if request.GET.get("query"):
        return HttpResponseRedirect("/search?" + urlencode({"query": request.GET["query"]}))
    return from_old_position(request) or render(request, "site/home.html")


@require_safe
@vary_on_headers("HX-Request")
def export(request: HttpRequest) -> HttpResponse:
    """Show the form that exports the visible area by the API."""
    return from_old_position(request) or render(
        request, "site/export.html", {"max_area": settings.MAX_REQUEST_AREA}
    )


@csrf_exempt
@require_POST
def export_finish(request: HttpRequest) -> HttpResponse:
    """Redirect the export form to the API."""
    box = ",".join(request.POST.get(side, "") for side in ("minlon", "minlat", "maxlon", "maxlat"))
    return HttpResponseRedirect(f"/api/0.6/map?bbox={box}")


@require_safe
def site_page(request: HttpRequest, name: str, locale: str | None = None) -> HttpResponse:
    """Show a text: the operator's own if there is one, in the language that the URL names or one of the reader's."""
    if name == "imprint" and not has_imprint():
        raise Http404(name)
    languages = [*([locale] if locale else []), *languages_of(request)]
    if name in TEXTS and (text := own_text(name, languages)):
        return render(request, "site/text.html", {"text": text, "title": text.title or TITLES[name]})
    return render(request, f"site/{name}.html")


@require_safe
@login_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Show new users how to begin."""
    return site_page(request, "welcome")


@require_POST
@login_required
def preview(request: HttpRequest, kind: str) -> HttpResponse:
    """Return a text as pages will show it, without a page around it."""
    text = request.POST.get("text", "")
    if len(text) > LONGEST_PREVIEW:
        return HttpResponse(status=413)
    return HttpResponse(render_markdown(text) if kind == "markdown" else linkified(text))


@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """Redirect a short link to the map, or to the page of the object that it names."""
    try:
        lat, lon, zoom = shortlink.decode(code)
    except ValueError:
        raise Http404(code) from None
    query = request.GET.copy()
    lat_text, lon_text = format_degrees(lat), format_degrees(lon)
    anchor = f"map={zoom}/{lat_text}/{lon_text}"
    if "layers" in query:
        anchor += f"&layers={query.pop('layers')[-1]}"
    path = "/"
    if query.pop("m", None):
        query["mlat"], query["mlon"] = lat_text, lon_text
    for kind in OBJECTS:
        values = query.pop(kind, [])
        if values and str(values[-1]).isdecimal():
            path = f"/{kind}/{values[-1]}"
    return HttpResponseRedirect(path + (f"?{query.urlencode()}" if query else "") + f"#{anchor}")


@require_safe
@cache_control(public=True, max_age=60)
def coverage_data(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return where there is data: the map starts there."""
    return json_response(coverage())


@require_safe
@cache_control(public=True, max_age=3600)
def style(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001
    """Return a style of our map, for maps of any site."""
    found = public_style(name)
    if found is None:
        raise Http404(name)
    response = json_response(found)
    response["Access-Control-Allow-Origin"] = "*"
    return response


# Other sites show this page in a frame.
@csp_replace({"frame-ancestors": ["*"]})
@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """Show only a map, of the area, in the style and with the marker of the query."""
    return render(request, "site/embed.html")


@require_safe
def error_page(request: HttpRequest, status: int) -> HttpResponse:
    return errors.page(request, status)
