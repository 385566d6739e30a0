"""Cursor pagination by `before` and `after` (upstream behaviour 2.0), and numbered pages."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from apps.changesets.recency import by_id, in_index_order
from apps.osm.elements import MAX_ID

PAGE_SIZE = 20
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in descending order of their ids, and whether there are newer and older ones."""

    rows: list[Row]
    has_newer: bool
    has_older: bool


def page_of(
    found: QuerySet[Row],
    *,
    before: int | None,
    after: int | None,
    size: int = PAGE_SIZE,
    is_area: bool = False,
) -> Page[Row]:
    """Return at most `size` rows: the newest, those before an id, or those after one. One statement.

    `is_area` is for changesets of an area, whose index has the newest of them first.
    """
    if after is not None:
        rows = list(found.filter(pk__gt=min(after, MAX_ID)).order_by("pk")[: size + 1])
        return Page(rows[:size][::-1], has_newer=len(rows) > size, has_older=after > 0)
    if before is not None:
        rows = list(found.filter(pk__lt=min(before, MAX_ID)).order_by("-pk")[: size + 1])
    elif is_area:
        with in_index_order():
            rows = list(found.order_by(by_id())[: size + 1])
    else:
        rows = list(found.order_by("-pk")[: size + 1])
    return Page(rows[:size], has_newer=before is not None, has_older=len(rows) > size)


def cursor(request: HttpRequest) -> tuple[int | None, int | None]:
    """Return (before, after) of the request, integers from 0 or None. Raises BadRequest."""
    return _number(request, "before"), _number(request, "after")


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadRequest(name)
    return int(text[:19])


def page_number(request: HttpRequest, name: str, pages: int) -> int:
    """Return the requested page, clamped to 1 to `pages`. Raises BadRequest unless it is a positive integer."""
    number = _number(request, name)
    if number == 0:
        raise BadRequest(name)
    return min(number or 1, max(pages, 1))
