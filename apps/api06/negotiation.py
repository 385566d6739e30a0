"""The format of a response: the suffix of the URL decides, then the `Accept` header.

For the calls that cgimap serves, a suffix that the header rules out is 406; the website ignores the header then
(upstream behaviour 1.4). `text/xml` is the same as `application/xml`, `*` (as JOSM sends it), `text/*` and `application/*`
the same as `*/*`. Upper and lower case mean the same.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.osm.errors import NotAcceptableError

_ANY = "*/*"
_ALIASES = {"*": _ANY, "text/*": _ANY, "application/*": _ANY, "text/xml": "application/xml"}


class Negotiation(BaseContentNegotiation):
    def select_parser(  # type: ignore[override]
        self, request: Request, parsers: Sequence[BaseParser]
    ) -> BaseParser | None:
        """Return the parser of the call for any content type: clients send all kinds of types, or none."""
        return next(iter(parsers), None)

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        accepted = _accepted(request.META.get("HTTP_ACCEPT") or _ANY)
        if format_suffix:
            offered = [renderer for renderer in renderers if renderer.format == format_suffix]
        else:
            offered = list(renderers)
        best = max(offered, key=lambda renderer: accepted.get(renderer.media_type, 0.0), default=None)
        if best is None:
            raise NotAcceptableError(request.path, [renderer.media_type for renderer in renderers])
        is_accepted = best.media_type in accepted or _ANY in accepted
        if not is_accepted and not (format_suffix and _view(request).dialect.suffix_decides):
            raise NotAcceptableError(request.path, [renderer.media_type for renderer in offered])
        return best, best.media_type


def _view(request: Request) -> Any:
    context: Any = request.parser_context
    return context["view"]


@lru_cache(maxsize=200)
def _accepted(header: str) -> Mapping[str, float]:
    """Return the media types of an `Accept` header with their weights; unreadable parts are ignored."""
    accepted: dict[str, float] = {}
    for item in header.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        weight = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    weight = float(parameter[2:])
                except ValueError:
                    weight = 0.0
        if weight > 0:
            name = _ALIASES.get(name, name)
            accepted[name] = max(weight, accepted.get(name, 0.0))
    return accepted
