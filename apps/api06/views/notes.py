"""Notes: reads, what is done with them, searches and feeds (upstream behaviour 1.15)."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from apps.instance.proxies import client_address
from apps.notes import actions, search
from apps.notes.errors import NoteHiddenError
from apps.notes.models import Note
from apps.notes.querysets import described_notes, latest_comments
from apps.osm.bbox import BBox, parse_bbox
from apps.osm.errors import BadRequestError, NoTextError, NotFoundError

from .. import parameters
from ..formats import notes as formats
from ..formats import notes_gpx, notes_rss
from ..parameters import given
from ..permissions import HIDE_NOTE, WRITE_NOTES, caller, is_moderator, require, welcome
from ..renderers import GPX, JSON, RSS, XML
from .base import ApiView

_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
_WHOLE_NUMBER = re.compile(r"\s*([-+]?[0-9]+)")
_FRESH = 7
"""Days for which closed notes are shown."""


class NoteView(ApiView):
    """A call that answers with notes; the addresses in the answer keep the suffix of the call."""

    renderer_classes = [XML, JSON, RSS, GPX]
    writes = True

    def notes(self, notes: QuerySet[Note], bbox: BBox | None) -> HttpResponseBase:
        suffix = self.kwargs["suffix"]
        if self.request.accepted_renderer.format == JSON.format:
            return self.respond(formats.collection(notes, suffix))
        return self.respond(self._document(list(notes), bbox))

    def note(self, note_id: int) -> HttpResponseBase:
        """One note, hidden or not. Raises NotFoundError."""
        note = described_notes().filter(pk=note_id).first()
        if note is None:
            raise NotFoundError
        if note.is_hidden and not is_moderator(self.request):
            raise NoteHiddenError(note.pk)
        if self.request.accepted_renderer.format == JSON.format:
            return self.respond(formats.feature(note, self.kwargs["suffix"]))
        return self.respond(self._document([note], None))

    def _document(self, notes: list[Note], bbox: BBox | None) -> bytes:
        suffix = self.kwargs["suffix"]
        match self.request.accepted_renderer.format:
            case GPX.format:
                return notes_gpx.document(notes, suffix)
            case RSS.format:
                address = self.request.get_full_path()
                return notes_rss.of_notes(notes, suffix, bbox=bbox, address=address)
            case _:
                return formats.xml(notes, suffix)


class NoteList(NoteView):
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        """The notes of an area, the latest changed first (upstream behaviour 1.15.3)."""
        query = request.GET
        bbox = _bbox(query)
        if bbox is None:
            raise BadRequestError("The parameter bbox is required")
        limit = _limit(query)
        wanted = described_notes().filter(
            search.within(bbox), search.not_long_closed(_days(query), timezone.now())
        )
        return self.notes(wanted.order_by("-updated_at", "-id")[:limit], bbox)

    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        """A new note; without a token it is an anonymous visitor's. A token that may not write notes does not
        make its user one (upstream behaviour 1.15.5)."""
        author = require(request, **WRITE_NOTES) if caller(request) else None
        lat, lon = (_needed(request, name) for name in ("lat", "lon"))
        text = given(request, "text") or ""
        if not text.strip():
            raise NoTextError
        longitude, latitude = _number("lon", lon), _number("lat", lat)
        note = actions.create(
            author, lat=latitude, lon=longitude, text=text, address=client_address(request.META)
        )
        return self.note(note.pk)


class NoteDetail(NoteView):
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        welcome(request)
        return self.note(osm_id)

    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        moderator = require(request, **HIDE_NOTE)
        actions.hide(moderator, note_id=osm_id, text=given(request, "text") or "")
        return self.note(osm_id)


class Commenting(NoteView):
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        author = require(request, **WRITE_NOTES)
        actions.comment(author, note_id=osm_id, text=given(request, "text") or "")
        return self.note(osm_id)


class Closing(NoteView):
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        author = require(request, **WRITE_NOTES)
        actions.close(author, note_id=osm_id, text=given(request, "text") or "")
        return self.note(osm_id)


class Reopening(NoteView):
    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        author = require(request, **WRITE_NOTES)
        actions.reopen(author, note_id=osm_id, text=given(request, "text") or "")
        return self.note(osm_id)


class Subscription(ApiView):
    """Whether one hears of a note: nothing is answered."""

    writes = True

    def post(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.subscribe(require(request, **WRITE_NOTES), note_id=osm_id)
        return HttpResponse(status=204)

    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        actions.unsubscribe(require(request, **WRITE_NOTES), note_id=osm_id)
        return HttpResponse(status=204)


class Search(NoteView):
    """All parameters narrow the answer down (upstream behaviour 1.15.7)."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        query, now = request.GET, timezone.now()
        limit, bbox = _limit(query), _bbox(query)
        notes = described_notes().filter(search.not_long_closed(_days(query), now))
        if bbox:
            notes = notes.filter(search.within(bbox))
        if (user := parameters.known_user(query)) is not None:
            notes = search.touched_by(notes, user)
        if words := query.get("q", "").strip():
            notes = search.with_words(notes, words, words_first=bbox is not None)
        # Without `sort` the period is that of the creation, while the order is that of the last change.
        if period := parameters.period(query, now):
            dated = "updated_at" if query.get("sort") == "updated_at" else "created_at"
            notes = notes.filter(**{f"{dated}__range": period})
        sort = "created_at" if query.get("sort") == "created_at" else "updated_at"
        order = (sort, "id") if query.get("order") == "oldest" else (f"-{sort}", "-id")
        return self.notes(notes.order_by(*order)[:limit], bbox)


class Feed(ApiView):
    """The newest comments on all notes, or on those of an area, as RSS (upstream behaviour 1.15.8)."""

    renderer_classes = [RSS]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """There is one format: what else a client accepts does not matter, unless the address names another."""
        return super().perform_content_negotiation(request, force=self.kwargs["suffix"] in {None, RSS.format})

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        query = request.GET
        limit, bbox = _limit(query), _bbox(query)
        comments = latest_comments().filter(search.not_long_closed(_days(query), timezone.now(), "note__"))
        if bbox:
            comments = comments.filter(search.within(bbox, "note__"))
        return self.respond(
            notes_rss.of_comments(comments[:limit], bbox=bbox, address=request.get_full_path())
        )


def _bbox(query: Mapping[str, str]) -> BBox | None:
    """`bbox`, or the four sides `l`, `b`, `r`, `t` of old clients; None without. Raises BadBoundingBoxError."""
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
    """`closed`, of which the leading digits count; what is no number is 0."""
    if "closed" not in query:
        return _FRESH
    number = _WHOLE_NUMBER.match(query["closed"])
    # Python refuses to read thousands of digits.
    return int(number.group(1)[:9]) if number else 0


def _needed(request: Request, name: str) -> str:
    value = given(request, name)
    if value is None:
        raise BadRequestError(f"No {name} was given")
    return value


def _number(name: str, text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise BadRequestError(f"{name} was not a number")
    return float(text)
