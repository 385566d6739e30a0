"""The routes of the API, read from its URL patterns."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, get_resolver

from ..calls import Rules
from ..views.base import ApiView

_SUFFIXES = {"<suffix:suffix>": [".xml", ".json"], "<note_suffix:suffix>": [".xml", ".json", ".rss", ".gpx"]}
_PART = re.compile(r"<(?:\w+:)?(?:osm_)?(\w+)>")
_REGEX_PART = re.compile(r"\(\?P<(\w+)>[^)]*\)")


class Route(NamedTuple):
    method: str
    path: str
    """As a template, without the suffix: `/api/0.6/node/{id}`."""
    rules: Rules
    suffixes: list[str]


def routes() -> Iterator[Route]:
    """Yield each method of each path; the pattern that matches everything else has no methods."""
    for pattern in get_resolver("apps.api06.urls").url_patterns:
        if isinstance(pattern, URLPattern):
            view: type[ApiView] = pattern.callback.cls  # type: ignore[attr-defined]
            path, suffixes = _template(str(pattern.pattern))
            for method in view.rules_by_method:
                yield Route(method, path, view.rules_by_method[method], suffixes)


def _template(pattern: str) -> tuple[str, list[str]]:
    """Return the path and the suffixes that may follow it. Regular expressions end with a group for them."""
    if pattern.startswith("^"):
        pattern = _REGEX_PART.sub(r"<\1>", pattern[1:].partition("(?:")[0]).replace("\\", "")
        return "/api/" + _PART.sub(r"{\1}", pattern), []
    head, start, last = pattern.rpartition("<")
    suffixes = _SUFFIXES.get(start + last, [])
    return "/api/" + _PART.sub(r"{\1}", head if suffixes else pattern), suffixes
