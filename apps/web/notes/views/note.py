"""The page of a note, and the form for a new one (upstream behaviour 2.6)."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from apps.instance.proxies import client_address
from apps.notes import actions, querysets
from apps.notes.models import Note
from apps.notes.permissions import denial_reason
from apps.notes.querysets import Discussion
from apps.osm.errors import (
    AlreadySubscribedError,
    NotFoundError,
    NotSubscribedError,
)
from apps.osm.numbers import format_degrees, parse_number
from apps.web.access import denied, is_moderator, login_required, session_user, viewer_of
from apps.web.accounts.views.sessions import ANONYMOUS_NOTES_COOKIE
from apps.web.errors import not_found_named
from apps.web.paging import cursor
from apps.web.refusals import REFUSED, denial_message, refusal_of, with_retry_after

ANONYMOUS_NOTES_DAYS = 14
MANY_ANONYMOUS_NOTES, TOO_MANY_ANONYMOUS_NOTES = 5, 10

WRITE: dict[str, Callable[..., Note]] = {
    "comment": actions.comment,
    "close": actions.close,
    "reopen": actions.reopen,
    "hide": actions.hide,
}
FOLLOW: dict[str, Callable[..., None]] = {
    "subscribe": actions.subscribe,
    "unsubscribe": actions.unsubscribe,
}


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def note(request: HttpRequest, note_id: int) -> HttpResponse:
    """Show a note and its discussion; POST performs the `action`. Only moderators see hidden notes."""
    try:
        if request.method == "POST":
            return _act(request, note_id)
        return _page(request, _access(request, note_id))
    except NotFoundError:
        return not_found_named(request, gettext("note"), note_id)


def _access(request: HttpRequest, note_id: int) -> Discussion:
    before, _after = cursor(request)
    return querysets.access_discussion(note_id, show_hidden=is_moderator(request), before=before)


@login_required
def _act(request: HttpRequest, note_id: int) -> HttpResponse:
    found, user = _access(request, note_id), session_user(request)
    action = request.POST.get("action", "")
    if action in FOLLOW:
        with suppress(AlreadySubscribedError, NotSubscribedError):
            FOLLOW[action](user, note_id=note_id)
        return HttpResponseRedirect(reverse("note", args=[note_id]))
    if action not in WRITE:
        return HttpResponseBadRequest()
    if action == "hide" and not is_moderator(request):
        return denied(request)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if reason := denial_reason(user):
        return _page(request, found, draft=text, status=refusal_of(reason).status)
    try:
        written = WRITE[action](user, note_id=note_id, text=text)
    except REFUSED as error:
        status, words = refusal_of(error)
        page = _page(request, _access(request, note_id), draft=text, error=words, status=status)
        return with_retry_after(page, error)
    anchor = querysets.latest_comment_id(written, user)
    return HttpResponseRedirect(f"{reverse('note', args=[note_id])}#c{anchor}")


def _page(
    request: HttpRequest,
    found: Discussion,
    *,
    draft: str = "",
    error: Promise | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, Any] = {
        "discussion": found,
        "is_earlier": "before" in request.GET,
        "note": found.note,
        "draft": draft,
        "error": error,
        "longest": actions.LONGEST_COMMENT,
        "moderates": is_moderator(request),
    }
    user = viewer_of(request)
    context["denial_message"] = denial_message(denial_reason(user))
    if user is not None:
        context["is_followed"] = querysets.is_followed(found.note, user)
    return render(request, "notes/note.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for a new note at `lat` and `lon`; POST creates it, with or without an account."""
    if request.method != "POST":
        lat, lon = (_degrees(request.GET.get(name, "")) for name in ("lat", "lon"))
        return _form(request, lat=lat, lon=lon)
    user = viewer_of(request)
    lat, lon = request.POST.get("lat", ""), request.POST.get("lon", "")
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if reason := denial_reason(user):
        return _form(request, lat=lat, lon=lon, text=text, status=refusal_of(reason).status)
    try:
        place = {"lat": float(lat), "lon": float(lon)}
    except ValueError:
        not_numbers = _("Latitude and longitude must be numbers in degrees.")
        return _form(request, lat=lat, lon=lon, text=text, error=not_numbers, status=HTTPStatus.BAD_REQUEST)
    try:
        left = actions.create(user, **place, text=text, address=client_address(request.META))
    except REFUSED as error:
        status, words = refusal_of(error)
        return with_retry_after(
            _form(request, lat=lat, lon=lon, text=text, error=words, status=status), error
        )
    response = HttpResponseRedirect(reverse("note", args=[left.pk]))
    if user is None:
        days = ANONYMOUS_NOTES_DAYS * 86_400
        number = str(_anonymous_notes(request) + 1)
        response.set_cookie(
            ANONYMOUS_NOTES_COOKIE,
            number,
            max_age=days,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response


def _degrees(text: str) -> str:
    """Return a number as degrees without an exponent, and any other text as it is."""
    number = parse_number(text)
    return text if number is None else format_degrees(number)


def _form(
    request: HttpRequest,
    *,
    lat: str,
    lon: str,
    text: str = "",
    error: Promise | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    user = viewer_of(request)
    left = 0 if user else _anonymous_notes(request)
    context = {
        "lat": lat,
        "lon": lon,
        "text": text,
        "error": error,
        "denial_message": denial_message(denial_reason(user)),
        "longest": actions.LONGEST_COMMENT,
        "anonymous_notes": left,
        "is_encouraged": left >= MANY_ANONYMOUS_NOTES,
        # Text that was already written is not lost.
        "is_full": left >= TOO_MANY_ANONYMOUS_NOTES and not text,
    }
    return render(request, "notes/new.html", context, status=status)


def _anonymous_notes(request: HttpRequest) -> int:
    """Return how many notes this browser has recently created without an account."""
    text = request.COOKIES.get(ANONYMOUS_NOTES_COOKIE, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
