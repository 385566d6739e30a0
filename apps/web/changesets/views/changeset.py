"""The page of a changeset: what it did to which elements, and its discussion."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.changesets import querysets as changesets
from apps.changesets.models import UNKNOWN_CHANGESET_ID, Changeset
from apps.elements import querysets as elements
from apps.osm.elements import COORDINATE_SCALE, ElementRef, ElementType
from apps.osm.errors import NotFoundError
from apps.users.permissions import EDIT_MAP, denial_reason
from apps.web.access import is_moderator, session_user
from apps.web.changesets.geometry import drawn
from apps.web.elements.titles import title_of
from apps.web.errors import not_found_named
from apps.web.paging import cursor, page_number
from apps.web.refusals import denial_message

CHANGES_PER_PAGE = 20


@require_safe
@vary_on_headers("HX-Request")
def changeset(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """Show a changeset with its discussion and the versions it made, 20 of each type at a time."""
    try:
        found = changesets.access_changeset(changeset_id)
    except NotFoundError:
        return not_found(request, changeset_id)
    return changeset_page(request, found)


def not_found(request: HttpRequest, changeset_id: int) -> HttpResponse:
    """Respond with 404. Changeset 0 is what programs are told of elements that were imported without a changeset."""
    reason = (
        gettext("This number stands for elements that were imported without their changesets.")
        if changeset_id == UNKNOWN_CHANGESET_ID
        else ""
    )
    return not_found_named(request, gettext("changeset"), changeset_id, reason=reason)


def changeset_page(
    request: HttpRequest,
    found: Changeset,
    *,
    draft: str = "",
    error: Promise | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """Render the page, with a comment that could not be posted (`draft`) and the reason (`error`)."""
    counts = elements.touched_count(found.pk)
    lists = [
        _touched(request, found, element_type, counts[element_type])
        for element_type in (ElementType.WAY, ElementType.RELATION, ElementType.NODE)
        if counts[element_type]
    ]
    previous, following = changesets.neighbours_of(found)
    bbox = found.bbox if found.bbox and found.bbox.is_in_world else None
    context = {
        "changeset": found,
        "tags": {key: value for key, value in found.tags.items() if key != "comment"},
        "lists": lists,
        "previous": previous,
        "following": following,
        "map_data": {
            "kind": "changeset",
            "id": found.pk,
            "bbox": bbox and _degrees(bbox),
            **drawn({touched["type"]: touched["rows"] for touched in lists}),
        },
        "draft": draft,
        "error": error,
        **_discussion(request, found),
    }
    return render(request, "changesets/changeset.html", context, status=status)


def _discussion(request: HttpRequest, found: Changeset) -> dict[str, Any]:
    """Return the comments, and what the reader may do about them."""
    moderates = is_moderator(request)
    before, _after = cursor(request)
    comments, has_earlier = changesets.discussion(found, show_hidden=moderates, before=before)
    context: dict[str, Any] = {
        "comments": comments,
        "has_earlier": has_earlier,
        "is_earlier": before is not None,
        "moderates": moderates,
    }
    if request.user.is_authenticated:
        user = session_user(request)
        context["is_followed"] = changesets.is_followed(found, user)
        context["denial_message"] = denial_message(denial_reason(user, EDIT_MAP))
    return context


def _touched(request: HttpRequest, found: Changeset, element_type: ElementType, total: int) -> dict[str, Any]:
    pages = -(-total // CHANGES_PER_PAGE)
    parameter = f"{element_type.label}_page"
    page = page_number(request, parameter, pages)
    offset = (page - 1) * CHANGES_PER_PAGE
    rows = elements.touched_by(found.pk, element_type, offset, CHANGES_PER_PAGE)
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
