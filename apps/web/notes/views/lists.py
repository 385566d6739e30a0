"""Lists of notes: of a user and of an area (upstream behaviour 2.6)."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from apps.notes import querysets, search
from apps.notes.models import Note
from apps.osm.errors import NotFoundError
from apps.users.querysets import access_mapper
from apps.web.access import is_moderator, session_user
from apps.web.errors import no_such_user
from apps.web.paging import page_number
from apps.web.parameters import bboxes_of

from ..forms import FindForm, FindInAreaForm

LAST_PAGE = 100_000


@require_safe
def user_notes(request: HttpRequest, display_name: str) -> HttpResponse:
    """List the notes that a user opened or contributed to, ten per page."""
    try:
        user = access_mapper(display_name)
    except NotFoundError:
        return no_such_user(request, display_name)
    form = FindForm(request.GET)
    found = search.touched_by(_found(request, form.chosen), user)
    context = {"form": form, "list_user": user, "page": _page_of(request, found)}
    return render(request, "notes/user_notes.html", context)


@require_safe
@vary_on_headers("HX-Request")
def notes(request: HttpRequest) -> HttpResponse:
    """List the notes of an area (`bbox`) or of the whole world, ten per page."""
    bboxes = bboxes_of(request)
    form = FindInAreaForm(request.GET)
    if not request.user.is_authenticated:
        del form.fields["mine"]
    chosen = form.chosen
    found = _found(request, chosen, is_of_area=bboxes is not None)
    if bboxes is not None:
        found = search.in_bboxes(found, bboxes)
    if chosen.get("closed"):
        found = found.filter(search.not_long_closed(int(chosen["closed"]), timezone.now()))
    if chosen.get("mine"):
        found = search.touched_by(found, session_user(request))
    narrowed = bool(chosen.get("mine") or chosen.get("text"))
    context = {
        "form": form,
        "bbox": request.GET.get("bbox", ""),
        "page": _page_of(request, found, in_area=len(bboxes or []) == 1 and not narrowed),
        "moderates": is_moderator(request),
    }
    return render(request, "notes/notes.html", context)


def _found(request: HttpRequest, chosen: dict[str, Any], *, is_of_area: bool = False) -> QuerySet[Note]:
    found = querysets.listed_notes(show_hidden=is_moderator(request), status=chosen.get("status", ""))
    if chosen.get("text"):
        found = search.with_words(found, chosen["text"], words_first=is_of_area)
    return found


def _page_of(request: HttpRequest, found: QuerySet[Note], *, in_area: bool = False) -> querysets.NotePage:
    return querysets.note_page(found, page_number(request, "page", LAST_PAGE), in_area=in_area)
