"""Notes: reads, writes, searches and feeds (upstream behaviour 1.15)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.instance.proxies import client_address
from apps.notes import actions, search
from apps.notes.errors import NoteHiddenError
from apps.notes.models import Note
from apps.notes.querysets import access_note, latest_by_note, threads
from apps.osm.bbox import BBox, parse_bbox
from apps.osm.errors import BadRequestError, NoTextError
from apps.osm.numbers import parse_number

from .. import parameters
from ..calls import Token, call
from ..formats import notes as formats
from ..formats import notes_gpx, notes_rss
from ..parsers import FieldsParser, field
from ..permissions import HIDE_NOTE, WRITE_NOTES, caller, is_moderator
from ..renderers import GPX, JSON, RSS, XML
from .base import ApiView

_WHOLE_NUMBER = re.compile(r"\s*([-+]?[0-9]+)")
_DAYS_SHOWN = 7
"""Days for which closed notes are shown."""


class _NoteView(ApiView):
    """Calls that respond with notes; the URLs in the response keep the suffix of the call."""

    renderer_classes = [XML, JSON, RSS, GPX]

    def respond_with_notes(self, notes: Sequence[Note], bbox: BBox | None) -> HttpResponseBase:
        if self.request.accepted_renderer.format == JSON.format:
            return self.respond_in_pieces(formats.collection(threads(notes), self.kwargs["suffix"]))
        return self.respond_in_pieces(self._document(notes, bbox))

    def respond_with_note(self, note_id: int) -> HttpResponseBase:
        """Respond with a note; hidden notes are for moderators only. Raises NotFoundError, NoteHiddenError."""
        note = access_note(note_id)
        if note.is_hidden and not is_moderator(self.request):
            raise NoteHiddenError(note.pk)
        if self.request.accepted_renderer.format == JSON.format:
            return self.respond_in_pieces(formats.feature(next(threads([note])), self.kwargs["suffix"]))
        return self.respond_in_pieces(self._document([note], None))

    def _document(self, notes: Sequence[Note], bbox: BBox | None) -> Iterator[bytes]:
        suffix = self.kwargs["suffix"]
        match self.request.accepted_renderer.format:
            case GPX.format:
                return notes_gpx.document(threads(notes), suffix)
            case RSS.format:
                path = self.request.get_full_path()
                return notes_rss.of_notes(notes, threads(notes), suffix, bbox=bbox, path=path)
            case _:
                return formats.xml(threads(notes), suffix)


class NoteList(_NoteView):
    @call()
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        """Respond with the notes of an area, the latest changed first (upstream behaviour 1.15.3)."""
        bbox = _bbox(request.GET)
        if bbox is None:
            raise BadRequestError("The parameter bbox is required")
        limit, days = _limit(request.GET), _days(request.GET)
        notes = search.find_notes(timezone.now(), limit=limit, days_closed=days, bbox=bbox)
        return self.respond_with_notes(notes, bbox)

    @call(needs=WRITE_NOTES, token=Token.IF_SENT, writes=True, body=FieldsParser)
    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        """Create a note, anonymously without a token.

        A token without the scope is refused, not treated as anonymous (upstream behaviour 1.15.5).
        """
        lat, lon = (_coordinate(request, name) for name in ("lat", "lon"))
        text = field(request, "text") or ""
        if not text.strip():
            raise NoTextError
        longitude, latitude = _number("lon", lon), _number("lat", lat)
        address = client_address(request.META)
        note = actions.create(caller(request), lat=latitude, lon=longitude, text=text, address=address)
        return self.respond_with_note(note.pk)


class NoteDetail(_NoteView):
    @call(token=Token.WELCOME)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_note(osm_id)

    @call(needs=HIDE_NOTE, writes=True, body=FieldsParser)
    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.hide(self.user, note_id=osm_id, text=field(request, "text") or "")
        return self.respond_with_note(osm_id)


class Commenting(_NoteView):
    @call(needs=WRITE_NOTES, writes=True, body=FieldsParser)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.comment(self.user, note_id=osm_id, text=field(request, "text") or "")
        return self.respond_with_note(osm_id)


class Closing(_NoteView):
    @call(needs=WRITE_NOTES, writes=True, body=FieldsParser)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.close(self.user, note_id=osm_id, text=field(request, "text") or "")
        return self.respond_with_note(osm_id)


class Reopening(_NoteView):
    @call(needs=WRITE_NOTES, writes=True, body=FieldsParser)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.reopen(self.user, note_id=osm_id, text=field(request, "text") or "")
        return self.respond_with_note(osm_id)


class Subscription(ApiView):
    """Subscriptions to a note; the response is empty."""

    @call(needs=WRITE_NOTES, writes=True, plain_text=True)
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.subscribe(self.user, note_id=osm_id)
        return HttpResponse(status=204)

    @call(needs=WRITE_NOTES, writes=True, plain_text=True)
    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.unsubscribe(self.user, note_id=osm_id)
        return HttpResponse(status=204)


class Search(_NoteView):
    """The search, which combines all parameters with AND (upstream behaviour 1.15.7)."""

    @call()
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        query, now = request.GET, timezone.now()
        limit, bbox, days = _limit(query), _bbox(query), _days(query)
        user = parameters.known_user(query)
        period = parameters.period(query, now)
        # Without `sort`, the period filters by creation time, but the order is by last change.
        order = "created_at" if query.get("sort") == "created_at" else "updated_at"
        notes = search.find_notes(
            now,
            limit=limit,
            days_closed=days,
            bbox=bbox,
            user=user,
            words=query.get("q", "").strip(),
            period=period,
            period_of="updated_at" if query.get("sort") == "updated_at" else "created_at",
            order=order if query.get("order") == "oldest" else f"-{order}",
        )
        return self.respond_with_notes(notes, bbox)


class Feed(ApiView):
    """The newest comments on all notes, or on those of an area, as RSS (upstream behaviour 1.15.8)."""

    renderer_classes = [RSS]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Ignore the `Accept` header, unless the suffix names another format."""
        return super().perform_content_negotiation(request, force=self.kwargs["suffix"] in {None, RSS.format})

    @call()
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        limit, bbox, days = _limit(request.GET), _bbox(request.GET), _days(request.GET)
        comments = search.find_comments(timezone.now(), limit=limit, days_closed=days, bbox=bbox)
        notes = list({comment.note_id: comment.note for comment in comments}.values())
        latest = latest_by_note(notes, notes_rss.MOST_QUOTED)
        path = request.get_full_path()
        return self.respond_in_pieces(notes_rss.of_comments(comments, latest, bbox=bbox, path=path))


def _bbox(query: Mapping[str, str]) -> BBox | None:
    """Return `bbox`, or the sides `l`, `b`, `r`, `t` (old clients); None without either. Raises BadBoundingBoxError."""
    text = query.get("bbox")
    if text is None and all(side in query for side in "lbrt"):
        text = ",".join(query[side] for side in "lbrt")
    return None if text is None else parse_bbox(text, settings.MAX_NOTE_REQUEST_AREA)


def _limit(query: Mapping[str, str]) -> int:
    return parameters.limit(
        query,
        default=settings.DEFAULT_NOTE_QUERY_LIMIT,
        maximum=settings.MAX_NOTE_QUERY_LIMIT,
        what="Note",
    )


def _days(query: Mapping[str, str]) -> int:
    """Return `closed` in days, read from its leading digits; 0 if it is not a number."""
    if "closed" not in query:
        return _DAYS_SHOWN
    number = _WHOLE_NUMBER.match(query["closed"])
    # Python refuses to read thousands of digits.
    return int(number.group(1)[:9]) if number else 0


def _coordinate(request: Request, name: str) -> str:
    value = field(request, name)
    if value is None:
        raise BadRequestError(f"No {name} was given")
    return value


def _number(name: str, text: str) -> float:
    number = parse_number(text)
    if number is None:
        raise BadRequestError(f"{name} was not a number")
    return number
