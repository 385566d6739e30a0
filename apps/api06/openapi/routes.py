"""The addresses of the API as its URL patterns have them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, get_resolver

from ..views.base import ApiView

_SUFFIX = "<suffix:suffix>"
_PART = re.compile(r"<(?:\w+:)?(?:osm_)?(\w+)>")
_METHODS = ("get", "post", "put", "patch", "delete")


class Route(NamedTuple):
    method: str
    path: str
    """As a template, without the suffix: `/api/0.6/node/{id}`."""
    view: type[ApiView]
    has_suffix: bool


def routes() -> Iterator[Route]:
    """Each method of each address; what matches everything else has no methods."""
    for pattern in get_resolver("apps.api06.urls").url_patterns:
        if isinstance(pattern, URLPattern):
            view: type[ApiView] = pattern.callback.cls  # type: ignore[attr-defined]
            text = str(pattern.pattern)
            path = "/api/" + _PART.sub(r"{\1}", text.removesuffix(_SUFFIX))
            for method in _METHODS:
                if hasattr(view, method):
                    yield Route(method, path, view, text.endswith(_SUFFIX))
