"""Notes as GPX and RSS (upstream behaviour 1.15.2, 1.15.8)."""

from datetime import UTC, datetime

import pytest
from lxml import etree
from pytest_django.fixtures import Settings

from apps.notes import actions
from apps.notes.models import Note, NoteComment
from apps.users.models import User

from .client import Response, attributes, get
from .note_helpers import new_note

GPX = "{http://www.topografix.com/GPX/1/1}"
SITE = "http://testserver"
PLACES = {"geo": "http://www.w3.org/2003/01/geo/wgs84_pos#", "georss": "http://www.georss.org/georss"}
PLACES |= {"dc": "http://purl.org/dc/elements/1.1/"}


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.PUBLIC_URL = SITE


@pytest.fixture
def note(alice: User, bob: User) -> Note:
    """A note by alice with a comment by bob."""
    note = new_note(alice, text="<b> & ]]> way/1")
    actions.comment(bob, note_id=note.pk, text="Since when?")
    NoteComment.objects.update(created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    Note.objects.update(created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    return note


def items(response: Response) -> list[etree._Element]:
    assert (response.status, response.headers["Content-Type"]) == (200, "application/rss+xml; charset=utf-8")
    return list(response.xml.iter("item"))


def test_a_note_is_available_as_a_waypoint(note: Note) -> None:
    response = get(f"notes/{note.pk}.gpx")
    assert response.headers["Content-Type"] == "application/gpx+xml; charset=utf-8"
    (point,) = response.xml
    assert response.xml.get("version") == "1.1"
    assert attributes(point) == {"lon": "9.5000000", "lat": "47.1000000"}
    assert [child.tag.removeprefix(GPX) for child in point] == [
        "time", "name", "desc", "link", "extensions",
    ]  # fmt: skip
    assert point.findtext(f"{GPX}time") == "2026-01-02T03:04:05Z"
    assert point.findtext(f"{GPX}name") == f"Note: {note.pk}"
    assert b"<desc><![CDATA[<div" in response.body
    text = point.findtext(f"{GPX}desc") or ""
    assert f'&lt;b&gt; &amp; ]]&gt; <a href="{SITE}/way/1"' in text
    assert "Comment by bob on 2026-01-02 03:04:05 UTC" in text
    assert point[3].get("href") == f"{SITE}/note/{note.pk}"
    assert {fact.tag.removeprefix(GPX): fact.text for fact in point[4]} == {
        "id": str(note.pk),
        "url": f"{SITE}/api/0.6/notes/{note.pk}.gpx",
        "comment_url": f"{SITE}/api/0.6/notes/{note.pk}/comment.gpx",
        "close_url": f"{SITE}/api/0.6/notes/{note.pk}/close.gpx",
        "date_created": "2026-01-02 03:04:05 UTC",
        "status": "open",
    }
    assert get("notes.gpx?bbox=9,47,10,48").xml[0].get("lat") == "47.1000000"
    assert get("notes/search", Accept="application/gpx+xml").xml[0].tag == f"{GPX}wpt"


def test_notes_are_available_as_a_feed(note: Note, alice: User) -> None:
    fresh = new_note(lat=-0.00004)
    actions.close(alice, note_id=new_note(lat=47.9).pk)
    listed = items(get("notes/search.rss?order=oldest"))
    titles = ["new comment (near 47.100, 9.500)", "new note (near -0.000, 9.500)"]
    assert [item.findtext("title") for item in listed] == [*titles, "closed note (near 47.900, 9.500)"]
    first, second = listed[:2]
    assert first.findtext("link") == f"{SITE}/note/{note.pk}"
    assert first.findtext("guid") == f"{SITE}/api/0.6/notes/{note.pk}.rss"
    assert first.findtext("pubDate") == "Fri, 02 Jan 2026 03:04:05 +0000"
    assert "Comment by bob on" in (first.findtext("description") or "")
    assert first.findtext("dc:creator", namespaces=PLACES) == "alice"
    assert second.findtext("dc:creator", namespaces=PLACES) is None
    assert second.findtext("guid") == f"{SITE}/api/0.6/notes/{fresh.pk}.rss"
    assert (first.findtext("geo:lat", namespaces=PLACES), first.findtext("geo:long", namespaces=PLACES)) == (
        "47.1000000",
        "9.5000000",
    )
    assert first.findtext("georss:point", namespaces=PLACES) == "47.1000000 9.5000000"
    assert len(items(get(f"notes/{note.pk}.rss"))) == 1


def test_deleted_users_are_not_named_as_creators(note: Note, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(status="deleted")
    (item,) = items(get(f"notes/{note.pk}.rss"))
    assert item.findtext("dc:creator", namespaces=PLACES) is None
    assert "alice" not in (item.findtext("description") or "")


def test_the_feed_lists_the_newest_comments_first(note: Note, bob: User, moderator: User) -> None:
    elsewhere = new_note(lat=50)
    hidden = new_note()
    actions.hide(moderator, note_id=hidden.pk)
    actions.close(bob, note_id=note.pk, text="Done")
    listed = items(get("notes/feed"))
    assert [item.findtext("title") for item in listed] == [
        "closed note (near 47.100, 9.500)",
        "new note (near 50.000, 9.500)",
        "new comment (near 47.100, 9.500)",
        "new note (near 47.100, 9.500)",
    ]
    newest = NoteComment.objects.get(event="closed")
    link = f"{SITE}/note/{note.pk}#c{newest.pk}"
    assert (listed[0].findtext("link"), listed[0].findtext("guid")) == (link, link)
    description = listed[0].findtext("description") or ""
    assert description.index("Done") < description.index("Since when?")
    in_box = get("notes/feed?bbox=9,47,10,48&limit=2")
    assert len(items(in_box)) == 2
    assert "area 47.0, 9.0 to 48.0, 10.0" in (in_box.xml.findtext("channel/description") or "")
    assert len(items(get("notes/feed?closed=0"))) == 1
    assert f"/note/{elsewhere.pk}" in get("notes/feed?closed=0").text


def test_the_feed_has_one_format_whatever_accept_says(db: None) -> None:
    for path, accept in (("notes/feed", "text/html"), ("notes/feed.rss", "application/json")):
        assert items(get(path, Accept=accept)) == []
    assert get("notes/feed.json").status == 406


def test_a_long_discussion_is_not_repeated_with_each_comment(note: Note, bob: User) -> None:
    for _ in range(30):
        actions.comment(bob, note_id=note.pk, text="and again")
    first = items(get("notes/feed"))[0].findtext("description") or ""
    assert first.count("<i>Comment by bob") == 21
