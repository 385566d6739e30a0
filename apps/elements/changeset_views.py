"""The page of a changeset: what it did to which elements, and what people say about it."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from apps.changesets import browsing, discussion
from apps.changesets.models import Changeset
from apps.osm.elements import COORDINATE_SCALE, ElementRef, ElementType
from apps.osm.errors import (
    ChangesetNotClosedError,
    InvalidTextError,
    NoTextError,
    NotFoundError,
    OsmError,
    TextTooLongError,
    TooManyCommentsError,
)
from apps.users.access import is_moderator, login_required, session_user
from apps.users.cursors import page_number

from . import querysets
from .titles import title_of
from .views import not_found_named

CHANGES_PER_PAGE = 20
REFUSALS: dict[type[OsmError], tuple[HTTPStatus, Promise]] = {
    NoTextError: (HTTPStatus.BAD_REQUEST, _("Please write something first.")),
    InvalidTextError: (HTTPStatus.BAD_REQUEST, _("The comment contains invalid characters.")),
    TextTooLongError: (HTTPStatus.BAD_REQUEST, _("The comment is too long.")),
    TooManyCommentsError: (
        HTTPStatus.TOO_MANY_REQUESTS,
        _("You have written many comments within the hour. Please wait a while, then send it again."),
    ),
    ChangesetNotClosedError: (
        HTTPStatus.CONFLICT,
        _("The changeset is still open: its discussion begins when it is closed."),
    ),
}


@require_safe
@vary_on_headers("HX-Request")
def changeset(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """A changeset with its discussion and the versions it made, 20 of each type at a time."""
    try:
        found = browsing.access_changeset(changeset_id)
    except NotFoundError:
        return not_found_named(request, gettext("changeset"), changeset_id)
    return _page(request, found)


@require_POST
@login_required
def comment(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """What somebody wrote in the form of the page; what is wrong with it is said there, and the text is kept."""
    try:
        found = browsing.access_changeset(changeset_id)
    except NotFoundError:
        return not_found_named(request, gettext("changeset"), changeset_id)
    user, text = session_user(request), request.POST.get("text", "").replace("\r\n", "\n")
    if discussion.hindrance(user):
        return _page(request, found, draft=text, status=HTTPStatus.FORBIDDEN)
    try:
        written = discussion.comment(user, changeset_id=found.pk, text=text)
    except tuple(REFUSALS) as refusal:
        status, error = REFUSALS[type(refusal)]
        return _page(request, found, draft=text, error=error, status=status)
    return HttpResponseRedirect(f"{reverse('changeset', args=[found.pk])}#c{written.pk}")


def _page(
    request: HttpRequest,
    found: Changeset,
    *,
    draft: str = "",
    error: Promise | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    counts = querysets.touched_count(found.pk)
    lists = [
        _touched(request, found, element_type, counts[element_type])
        for element_type in (ElementType.WAY, ElementType.RELATION, ElementType.NODE)
        if counts[element_type]
    ]
    previous, following = browsing.neighbours_of(found)
    context = {
        "changeset": found,
        "tags": {key: value for key, value in found.tags.items() if key != "comment"},
        "lists": lists,
        "previous": previous,
        "following": following,
        "map_data": {"kind": "changeset", "id": found.pk, "bbox": found.bbox and _degrees(found.bbox)},
        "draft": draft,
        "error": error,
        **_discussion(request, found),
    }
    return render(request, "changesets/changeset.html", context, status=status)


def _discussion(request: HttpRequest, found: Changeset) -> dict[str, Any]:
    """The comments, and what the reader may do about them."""
    moderates = is_moderator(request)
    context: dict[str, Any] = {
        "comments": browsing.discussion(found, show_hidden=moderates),
        "moderates": moderates,
    }
    if request.user.is_authenticated:
        user = session_user(request)
        context["is_followed"] = browsing.is_followed(found, user)
        context["hindrance"] = discussion.hindrance(user)
    return context


def _touched(request: HttpRequest, found: Changeset, element_type: ElementType, total: int) -> dict[str, Any]:
    pages = -(-total // CHANGES_PER_PAGE)
    parameter = f"{element_type.label}_page"
    page = page_number(request, parameter, pages)
    offset = (page - 1) * CHANGES_PER_PAGE
    rows = querysets.touched_by(found.pk, element_type, offset, CHANGES_PER_PAGE)
    for row in rows:
        tags = {} if row["redaction_id"] else row["tags"]
        row["title"] = title_of(ElementRef(element_type, row["id"]), tags)
    return {
        "type": element_type,
        "parameter": parameter,
        "total": total,
        "first": offset + 1,
        "last": offset + len(rows),
        "page": page,
        "pages": pages,
        "rows": rows,
    }


def _degrees(box: tuple[int, ...]) -> list[float]:
    return [side / COORDINATE_SCALE for side in box]
