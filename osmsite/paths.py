"""Paths with slashes too many, as programs build them: `/api/0.6//map`, `/user/alice/`."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.web.parameters import SENT_PATH

_SLASHES = re.compile("/{2,}")
_KEYS = re.compile("/+api/+0\\.6/+user/+preferences/+")


def tidy_paths(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Treat a path with doubled slashes, or with one at its end, like the same path without, as Rails does.

    This comes before everything that looks at the path. There is no redirect, which would lose the body of a request.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if "//" in path or (path[-1] == "/" and path != "/"):
            request.META[SENT_PATH] = path
            request.path = request.path_info = tidied(path)
        return get_response(request)

    return middleware


def tidied(path: str) -> str:
    """Return the path without superfluous slashes. Those within the key of a preference are part of it."""
    if path.startswith(settings.STATIC_URL):
        return path
    keys = _KEYS.match(path)
    end = keys.end() if keys else len(path)
    return (_SLASHES.sub("/", path[:end]) + path[end:]).rstrip("/") or "/"
