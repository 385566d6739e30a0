"""The `before` and `after` of lists."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest


def cursor(request: HttpRequest) -> tuple[int | None, int | None]:
    """(before, after) of the request, whole numbers from 0; BadRequest where one is something else."""
    return _number(request, "before"), _number(request, "after")


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadRequest(name)
    return int(text[:19])


def page_number(request: HttpRequest, name: str, pages: int) -> int:
    """The page asked for, moved into 1 to `pages`; BadRequest where it is no whole number from 1."""
    number = _number(request, name)
    if number == 0:
        raise BadRequest(name)
    return min(number or 1, max(pages, 1))
