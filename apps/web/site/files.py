"""Files that programs and browsers look for at the root of a site."""

from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, re_path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ..operator import own_logo

_DAY = 86_400
_remembered = cache_control(public=True, max_age=_DAY)


@require_safe
@_remembered
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines which pages to leave alone."""
    return render(request, "site/robots.txt", content_type="text/plain; charset=utf-8")


@require_safe
@_remembered
def icon(request: HttpRequest, name: str, content_type: str) -> HttpResponse:  # noqa: ARG001
    """Return an icon that browsers ask for without being told of it."""
    return HttpResponse(_content(name), content_type=content_type)


@require_safe
@_remembered
def logo(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the operator's logo. Nothing in it may run, wherever it comes from."""
    found = own_logo()
    if found is None:
        raise Http404("logo")
    policy = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
    return HttpResponse(found.content, content_type=found.media_type, headers=policy)


@cache
def _content(name: str) -> bytes:
    content: bytes = (settings.BASE_DIR / "static" / name).read_bytes()
    return content


urlpatterns: list[URLPattern] = [
    path("robots.txt", robots),
    path("logo", logo, name="logo"),
    path("favicon.ico", icon, {"name": "favicon.ico", "content_type": "image/x-icon"}),
    re_path(
        r"^apple-touch-icon(?:-\d+x\d+)?(?:-precomposed)?\.png$",
        icon,
        {"name": "apple-touch-icon.png", "content_type": "image/png"},
    ),
]
