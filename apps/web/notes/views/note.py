"""The pages of a note, and of a new one (upstream behaviour 2.6)."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

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
from apps.notes.errors import NoteClosedError, NoteHiddenError, NoteOpenError, OutsideWorldError, ZoneError
from apps.notes.models import Note
from apps.notes.permissions import denial_reason
from apps.notes.querysets import Discussion
from apps.osm.errors import (
    AlreadySubscribedError,
    BlockedError,
    InvalidTextError,
    NoTextError,
    NotFoundError,
    NotSubscribedError,
    OfflineError,
    OsmError,
    TextTooLongError,
    UrgentMessageError,
)
from apps.users.models import User
from apps.web.access import denied, is_moderator, login_required, session_user
from apps.web.accounts.views.sessions import ANONYMOUS_NOTES_COOKIE
from apps.web.errors import not_found_named

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
REFUSALS: dict[type[OsmError], tuple[HTTPStatus, Promise]] = {
    NoTextError: (HTTPStatus.BAD_REQUEST, _("Please write something first.")),
    InvalidTextError: (HTTPStatus.BAD_REQUEST, _("The text contains invalid characters.")),
    TextTooLongError: (HTTPStatus.BAD_REQUEST, _("The text is longer than 2000 characters.")),
    OutsideWorldError: (HTTPStatus.BAD_REQUEST, _("This place is outside of the world.")),
    ZoneError: (
        HTTPStatus.FORBIDDEN,
        _("Moderators protect this area: notes can only be left here with an account for now."),
    ),
    NoteClosedError: (HTTPStatus.CONFLICT, _("Somebody has resolved this note meanwhile.")),
    NoteOpenError: (HTTPStatus.CONFLICT, _("Somebody has reactivated this note meanwhile.")),
    NoteHiddenError: (HTTPStatus.CONFLICT, _("A moderator has hidden this note meanwhile.")),
}
_BLOCKED = _("You are blocked, so you cannot write notes or comments now.")
DENIALS: dict[type[OsmError], Promise] = {
    OfflineError: _("Notes can only be read at the moment, because the server is looked after."),
    BlockedError: _BLOCKED,
    UrgentMessageError: _BLOCKED,
}


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def note(request: HttpRequest, note_id: int) -> HttpResponse:
    """A note and its discussion; POST does with it what `action` says. Hidden ones are there for moderators."""
    try:
        if request.method == "POST":
            return _act(request, note_id)
        return _page(request, _access(request, note_id))
    except NotFoundError:
        return not_found_named(request, gettext("note"), note_id)


def _access(request: HttpRequest, note_id: int) -> Discussion:
    return querysets.access_discussion(note_id, show_hidden=is_moderator(request))


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
    if denial_reason(user):
        return _page(request, found, draft=text, status=HTTPStatus.FORBIDDEN)
    try:
        written = WRITE[action](user, note_id=note_id, text=text)
    except tuple(REFUSALS) as refusal:
        status, error = REFUSALS[type(refusal)]
        return _page(request, _access(request, note_id), draft=text, error=error, status=status)
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
        "note": found.note,
        "draft": draft,
        "error": error,
        "longest": actions.LONGEST_COMMENT,
        "moderates": is_moderator(request),
    }
    user = session_user(request) if request.user.is_authenticated else None
    context["denial_message"] = _denial_message(user)
    if user is not None:
        context["is_followed"] = querysets.is_followed(found.note, user)
    return render(request, "notes/note.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new note, at `lat` and `lon`; POST leaves it, with or without an account."""
    if request.method != "POST":
        return _form(request, lat=request.GET.get("lat", ""), lon=request.GET.get("lon", ""))
    user = session_user(request) if request.user.is_authenticated else None
    lat, lon = request.POST.get("lat", ""), request.POST.get("lon", "")
    text = request.POST.get("text", "").replace("\r\n", "\n")
    if denial_reason(user):
        return _form(request, lat=lat, lon=lon, text=text, status=HTTPStatus.FORBIDDEN)
    try:
        place = {"lat": float(lat), "lon": float(lon)}
    except ValueError:
        words = _("Latitude and longitude have to be numbers, in degrees.")
        return _form(request, lat=lat, lon=lon, text=text, error=words, status=HTTPStatus.BAD_REQUEST)
    try:
        left = actions.create(user, **place, text=text, address=client_address(request.META))
    except tuple(REFUSALS) as refusal:
        status, error = REFUSALS[type(refusal)]
        return _form(request, lat=lat, lon=lon, text=text, error=error, status=status)
    response = HttpResponseRedirect(reverse("note", args=[left.pk]))
    if user is None:
        days = ANONYMOUS_NOTES_DAYS * 86_400
        number = str(_anonymous_notes(request) + 1)
        response.set_cookie(ANONYMOUS_NOTES_COOKIE, number, max_age=days, samesite="Lax")
    return response


def _denial_message(user: User | None) -> Promise | None:
    """Return why a user, or a visitor if None, cannot write now; None if they can."""
    reason = denial_reason(user)
    return (
        DENIALS.get(type(reason), _("Your account cannot write notes or comments now.")) if reason else None
    )


def _form(
    request: HttpRequest,
    *,
    lat: str,
    lon: str,
    text: str = "",
    error: Promise | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    user = session_user(request) if request.user.is_authenticated else None
    left = 0 if user else _anonymous_notes(request)
    context = {
        "lat": lat,
        "lon": lon,
        "text": text,
        "error": error,
        "denial_message": _denial_message(user),
        "longest": actions.LONGEST_COMMENT,
        "anonymous_notes": left,
        "is_encouraged": left >= MANY_ANONYMOUS_NOTES,
        # Who has written already does not lose it.
        "is_full": left >= TOO_MANY_ANONYMOUS_NOTES and not text,
    }
    return render(request, "notes/new.html", context, status=status)


def _anonymous_notes(request: HttpRequest) -> int:
    """How many notes were left with this browser without an account, not long ago."""
    text = request.COOKIES.get(ANONYMOUS_NOTES_COOKIE, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
