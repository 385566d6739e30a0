"""Addresses of old, and where what they named is today."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import URLPattern, path, re_path
from django.utils.encoding import iri_to_uri
from django.utils.http import escape_leading_slashes


def moved(request: HttpRequest, to: str, **kwargs: str) -> HttpResponse:
    """Permanently, with the query string."""
    address = escape_leading_slashes(iri_to_uri(to.format(**{k: _quoted(v) for k, v in kwargs.items()})))
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)


def _quoted(value: str) -> str:
    return quote(value, safe="/~:@!$&'()*+,;=")


urlpatterns: list[URLPattern] = [
    path("index.html", moved, {"to": "/"}),
    path("browse", moved, {"to": "/history"}),
    path("browse/changesets", moved, {"to": "/history"}),
    path("browse/changesets/feed", moved, {"to": "/history/feed"}),
    re_path(r"^browse/(?P<kind>node|way|relation)/(?P<id>\d+)$", moved, {"to": "/{kind}/{id}"}),
    re_path(
        r"^browse/(?P<kind>node|way|relation)/(?P<id>\d+)/history$", moved, {"to": "/{kind}/{id}/history"}
    ),
    re_path(r"^browse/changeset/(?P<id>\d+)$", moved, {"to": "/changeset/{id}"}),
    re_path(r"^user/(?P<name>.+)/edits$", moved, {"to": "/user/{name}/history"}),
    re_path(r"^user/(?P<name>.+)/edits/feed$", moved, {"to": "/user/{name}/history/feed"}),
    re_path(r"^user/(?P<name>.+)/(?:make|remove)_friend$", moved, {"to": "/user/{name}/follow"}),
]
