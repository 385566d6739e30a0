"""Notes in XML and in JSON (upstream behaviour 1.15.2)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse
from lxml import etree

from apps.notes.models import Note, NoteComment
from apps.osm import osmjson, osmxml
from apps.osm.elements import format_coordinate
from apps.text.rendering import linkified

from ..documents import ORIGIN


def xml(notes: Iterable[Note], suffix: str | None) -> bytes:
    """Return an `osm` document of notes as `described_notes` reads them. Their URLs keep the suffix of the request."""
    document = osmxml.root("osm", ORIGIN)
    for note in notes:
        _append(document, note, suffix)
    return osmxml.serialize(document)


def collection(notes: Iterable[Note], suffix: str | None) -> bytes:
    """Return a GeoJSON FeatureCollection, without the origin attributes of other documents."""
    features = [_feature(note, suffix) for note in notes]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def feature(note: Note, suffix: str | None) -> bytes:
    """Return a note as a GeoJSON Feature."""
    return orjson.dumps(_feature(note, suffix))


def addresses(note: Note, suffix: str | None) -> dict[str, str]:
    """Return the API URLs of the note and of its actions."""
    ending = f".{suffix}" if suffix else ""
    base = f"{settings.PUBLIC_URL}/api/0.6/notes/{note.pk}"
    actions = ("reopen",) if note.closed_at else ("comment", "close")
    return {"url": base + ending} | {f"{action}_url": f"{base}/{action}{ending}" for action in actions}


def html_of(text: str) -> str:
    """Return a comment as HTML for display elsewhere: links to this site are absolute."""
    # The comment's own text is escaped, so every tag comes from the renderer.
    return linkified(text, site=settings.PUBLIC_URL).replace("<p>", '<p dir="auto">')


def format_moment(moment: datetime) -> str:
    """Return a time in the notation that only notes use."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@lru_cache(maxsize=1024)
def _page_of(name: str) -> str:
    return reverse("user", args=[name])


def _append(parent: etree._Element, note: Note, suffix: str | None) -> None:
    element = osmxml.child(parent, "note", lon=format_coordinate(note.lon), lat=format_coordinate(note.lat))
    osmxml.child(element, "id", str(note.pk))
    for name, address in addresses(note, suffix).items():
        osmxml.child(element, name, address)
    osmxml.child(element, "date_created", format_moment(note.created_at))
    osmxml.child(element, "status", note.status)
    if note.closed_at:
        osmxml.child(element, "date_closed", format_moment(note.closed_at))
    comments = osmxml.child(element, "comments")
    for comment in note.shown:  # type: ignore[attr-defined]
        shown = osmxml.child(comments, "comment")
        for name, value in _comment(comment).items():
            osmxml.child(shown, name, str(value))


def _feature(note: Note, suffix: str | None) -> dict[str, Any]:
    properties: dict[str, Any] = {"id": note.pk, **addresses(note, suffix)}
    properties |= {"date_created": format_moment(note.created_at), "status": note.status}
    if note.closed_at:
        properties["closed_at"] = format_moment(note.closed_at)
    properties["comments"] = [_comment(comment) for comment in note.shown]  # type: ignore[attr-defined]
    coordinates = [osmjson.degrees(note.lon), osmjson.degrees(note.lat)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": properties,
    }


def _comment(comment: NoteComment) -> dict[str, Any]:
    author = comment.author
    person = {}
    if author:
        name = author.display_name
        person = {"uid": author.pk, "user": name, "user_url": settings.PUBLIC_URL + _page_of(name)}
    return {
        "date": format_moment(comment.created_at),
        **person,
        "action": comment.event,
        "text": comment.body,
        "html": html_of(comment.body),
    }
