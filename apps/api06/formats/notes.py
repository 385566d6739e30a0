"""Notes in XML and in JSON (upstream behaviour 1.15.2)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson
from django.conf import settings
from django.urls import reverse
from lxml import etree

from apps.notes.models import Note, NoteComment
from apps.notes.querysets import Thread
from apps.osm import osmjson, osmxml
from apps.osm.elements import format_coordinate
from apps.text.rendering import linkified

from ..documents import ORIGIN

HERE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Marks, in a text without anything that users wrote, where their comments belong."""
_END = b"]}}"


def xml(threads: Iterator[Thread], suffix: str | None) -> Iterator[bytes]:
    """Yield an `osm` document of notes, comment by comment. Their URLs keep the suffix of the request."""
    first = next(threads, None)
    if first is None:
        yield osmxml.serialize(osmxml.root("osm", ORIGIN))
        return
    yield osmxml.start("osm", ORIGIN)
    for note, comments in chain([first], threads):
        yield from _element(note, comments, suffix)
    yield osmxml.end("osm")


def collection(threads: Iterator[Thread], suffix: str | None) -> Iterator[bytes]:
    """Yield a GeoJSON FeatureCollection, without the origin attributes of other documents."""
    yield b'{"type":"FeatureCollection","features":['
    for index, thread in enumerate(threads):
        yield b"," if index else b""
        yield from feature(thread, suffix)
    yield b"]}"


def feature(thread: Thread, suffix: str | None) -> Iterator[bytes]:
    """Yield a note as a GeoJSON Feature, comment by comment."""
    note, comments = thread
    # Ends with the empty list of comments.
    document = orjson.dumps(_feature(note, suffix)).removesuffix(_END)
    yield document
    for index, comment in enumerate(comments):
        yield (b"," if index else b"") + orjson.dumps(_comment(comment))
    yield _END


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


def _element(note: Note, comments: Iterator[NoteComment], suffix: str | None) -> Iterator[bytes]:
    element = etree.Element("note", lon=format_coordinate(note.lon), lat=format_coordinate(note.lat))
    osmxml.child(element, "id", str(note.pk))
    for name, address in addresses(note, suffix).items():
        osmxml.child(element, name, address)
    osmxml.child(element, "date_created", format_moment(note.created_at))
    osmxml.child(element, "status", note.status)
    if note.closed_at:
        osmxml.child(element, "date_closed", format_moment(note.closed_at))
    thread = osmxml.container(element, "comments")
    first = next(comments, None)
    if first is None:
        yield osmxml.indented(element, 1)
        return
    thread.text = HERE
    head, tail = osmxml.indented(element, 1).split(HERE.encode())
    yield head + b"\n"
    for comment in chain([first], comments):
        shown = etree.Element("comment")
        for name, value in _comment(comment).items():
            osmxml.child(shown, name, str(value))
        yield osmxml.indented(shown, 3)
    yield b"  " + tail


def _feature(note: Note, suffix: str | None) -> dict[str, Any]:
    """Return a Feature without its comments, which come last."""
    properties: dict[str, Any] = {"id": note.pk, **addresses(note, suffix)}
    properties |= {"date_created": format_moment(note.created_at), "status": note.status}
    if note.closed_at:
        properties["closed_at"] = format_moment(note.closed_at)
    properties["comments"] = []
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
