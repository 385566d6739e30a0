"""Notes and their comments as RSS 2.0 with places (upstream behaviour 1.15.2, 1.15.8)."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext

from apps.notes.models import Note, NoteComment
from apps.osm.bbox import BBox
from apps.osm.elements import COORDINATE_SCALE
from apps.osm.numbers import format_degrees

from . import notes_html
from .notes import addresses

MOST_QUOTED = 20
"""How many other comments of the note an item contains: long discussions are not repeated in every item."""


class NotesFeed(Rss201rev2Feed):
    """RSS with the position of each item, in both common notations."""

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


def of_notes(notes: Iterable[Note], suffix: str | None, *, bbox: BBox | None, path: str) -> bytes:
    """Return a feed with an item per note. `path` is the feed's own, with the query string."""
    feed = _feed(gettext("OpenStreetMap notes"), bbox, path)
    for note in notes:
        shown: list[NoteComment] = note.shown  # type: ignore[attr-defined]
        if note.closed_at:
            title = gettext("closed note (near {place})")
        elif len(shown) > 1:
            title = gettext("new comment (near {place})")
        else:
            title = gettext("new note (near {place})")
        feed.add_item(
            title=title.format(place=_place(note)),
            link=_page(note),
            unique_id=addresses(note, suffix)["url"],
            description=notes_html.discussion(shown),
            author_name=_opener(shown),
            pubdate=note.created_at,
            position=note.position,
        )
    return _written(feed)


def of_comments(comments: Iterable[NoteComment], *, bbox: BBox | None, path: str) -> bytes:
    """Return a feed with an item per comment, which also describes its note."""
    titles = {
        NoteComment.Event.OPENED: gettext("new note (near {place})"),
        NoteComment.Event.COMMENTED: gettext("new comment (near {place})"),
        NoteComment.Event.CLOSED: gettext("closed note (near {place})"),
        NoteComment.Event.REOPENED: gettext("reactivated note (near {place})"),
        NoteComment.Event.HIDDEN: gettext("hidden note (near {place})"),
    }
    feed = _feed(gettext("OpenStreetMap notes"), bbox, path)
    for comment in comments:
        note = comment.note
        link = f"{_page(note)}#c{comment.pk}"
        whole = notes_html.discussion(note.shown[-MOST_QUOTED:])  # type: ignore[attr-defined]
        feed.add_item(
            title=titles[NoteComment.Event(comment.event)].format(place=_place(note)),
            link=link,
            unique_id=link,
            description=(
                f"<h2>{gettext('Comment')}</h2>{notes_html.comment(comment)}"
                f"<h2>{gettext('Full note')}</h2>{whole}"
            ),
            author_name=comment.author.display_name if comment.author else None,
            pubdate=comment.created_at,
            position=note.position,
        )
    return _written(feed)


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


def _written(feed: NotesFeed) -> bytes:
    return feed.writeString("utf-8").encode()


def _place(note: Note) -> str:
    """Return the position in degrees: there is no geocoder."""
    lat, lon = note.position
    return f"{lat:.3f}, {lon:.3f}"


def _page(note: Note) -> str:
    return f"{settings.PUBLIC_URL}/note/{note.pk}"


def _opener(shown: list[NoteComment]) -> str | None:
    """Return the display name of the author of the note; None for visitors and deleted users."""
    first = shown[0] if shown else None
    if first is None or first.event != NoteComment.Event.OPENED or first.author is None:
        return None
    return first.author.display_name
