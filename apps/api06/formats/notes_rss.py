"""Notes and their comments as RSS 2.0 with places (upstream behaviour 1.15.2, 1.15.8)."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.xmlutils import SimplerXMLGenerator

from apps.notes.models import Note, NoteComment
from apps.notes.querysets import Thread
from apps.osm.bbox import BBox
from apps.osm.elements import COORDINATE_SCALE
from apps.osm.numbers import format_degrees

from . import notes_html
from .notes import addresses

MOST_QUOTED = 20
"""How many other comments of the note an item contains: long discussions are not repeated in every item."""
MOST_BYTES_QUOTED = 1_000_000
"""How much a feed of comments quotes of notes in all; further items have only their own comment."""
MOST_COMMENTS = 1000
"""How many comments the item of a note contains, next to the one that opened it: the latest."""


class NotesFeed(Rss201rev2Feed):
    """RSS with the position of each item, in both common notations. It is written item by item."""

    latest: datetime | None = None
    """The time of the newest item, which stands before the items."""

    def latest_post_date(self) -> datetime:
        return self.latest or super().latest_post_date()

    def pieces(self, items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
        """Yield the document."""
        text = StringIO()
        self.write(text, "utf-8")
        head, end, tail = text.getvalue().partition("</channel>")
        yield head.encode()
        for item in items:
            self.items.clear()
            self.add_item(**item)
            text = StringIO()
            self.write_items(SimplerXMLGenerator(text, "utf-8", short_empty_elements=True))
            yield text.getvalue().encode()
        yield (end + tail).encode()

    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
            "xmlns:georss": "http://www.georss.org/georss",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        lat, lon = item["position"]
        handler.addQuickElement("geo:lat", f"{lat:.7f}")
        handler.addQuickElement("geo:long", f"{lon:.7f}")
        handler.addQuickElement("georss:point", f"{lat:.7f} {lon:.7f}")


def of_notes(
    notes: Sequence[Note], threads: Iterable[Thread], suffix: str | None, *, bbox: BBox | None, path: str
) -> Iterator[bytes]:
    """Yield a feed with an item per note. `path` is the feed's own, with the query string."""
    feed = _feed(gettext("OpenStreetMap notes"), bbox, path)
    feed.latest = max((note.created_at for note in notes), default=None)
    return feed.pieces(_note_item(note, comments, suffix) for note, comments in threads)


def _note_item(note: Note, comments: Iterator[NoteComment], suffix: str | None) -> dict[str, Any]:
    first = next(comments, None)
    others = deque(comments, MOST_COMMENTS)
    if note.closed_at:
        title = gettext("closed note (near {place})")
    elif others:
        title = gettext("new comment (near {place})")
    else:
        title = gettext("new note (near {place})")
    return {
        "title": title.format(place=_place(note)),
        "link": _page(note),
        "unique_id": addresses(note, suffix)["url"],
        "description": notes_html.discussion([first, *others] if first else []),
        "author_name": _opener(first),
        "pubdate": note.created_at,
        "position": note.position,
    }


def of_comments(
    comments: Sequence[NoteComment],
    latest: Mapping[int, list[NoteComment]],
    *,
    bbox: BBox | None,
    path: str,
) -> Iterator[bytes]:
    """Yield a feed with an item per comment, which also quotes the latest comments on its note."""
    feed = _feed(gettext("OpenStreetMap notes"), bbox, path)
    feed.latest = max((comment.created_at for comment in comments), default=None)
    return feed.pieces(_comment_items(comments, latest))


def _comment_items(
    comments: Iterable[NoteComment], latest: Mapping[int, list[NoteComment]]
) -> Iterator[dict[str, Any]]:
    titles = {
        NoteComment.Event.OPENED: gettext("new note (near {place})"),
        NoteComment.Event.COMMENTED: gettext("new comment (near {place})"),
        NoteComment.Event.CLOSED: gettext("closed note (near {place})"),
        NoteComment.Event.REOPENED: gettext("reactivated note (near {place})"),
        NoteComment.Event.HIDDEN: gettext("hidden note (near {place})"),
    }
    quoted = 0
    whole: dict[int, SafeString] = {}
    for comment in comments:
        note = comment.note
        link = f"{_page(note)}#c{comment.pk}"
        description = f"<h2>{gettext('Comment')}</h2>{notes_html.comment(comment)}"
        if quoted < MOST_BYTES_QUOTED:
            if note.pk not in whole:
                whole[note.pk] = notes_html.discussion(latest[note.pk])
            quoted += len(whole[note.pk])
            description += f"<h2>{gettext('Full note')}</h2>{whole[note.pk]}"
        yield {
            "title": titles[NoteComment.Event(comment.event)].format(place=_place(note)),
            "link": link,
            "unique_id": link,
            "description": description,
            "author_name": comment.author.display_name if comment.author else None,
            "pubdate": comment.created_at,
            "position": note.position,
        }


def _feed(title: str, bbox: BBox | None, path: str) -> NotesFeed:
    description = gettext("Notes that were left, commented on or closed")
    if bbox:
        min_lon, min_lat, max_lon, max_lat = (format_degrees(side / COORDINATE_SCALE) for side in bbox)
        description = gettext(
            "Notes that were left, commented on or closed in the area {south}, {west} to {north}, {east}"
        ).format(south=min_lat, west=min_lon, north=max_lat, east=max_lon)
    return NotesFeed(
        title=title,
        link=settings.PUBLIC_URL + "/",
        description=description,
        feed_url=settings.PUBLIC_URL + path,
    )


def _place(note: Note) -> str:
    """Return the position in degrees: there is no geocoder."""
    lat, lon = note.position
    return f"{lat:.3f}, {lon:.3f}"


def _page(note: Note) -> str:
    return f"{settings.PUBLIC_URL}/note/{note.pk}"


def _opener(first: NoteComment | None) -> str | None:
    """Return the display name of the author of the note; None for visitors and deleted users."""
    if first is None or first.event != NoteComment.Event.OPENED or first.author is None:
        return None
    return first.author.display_name
