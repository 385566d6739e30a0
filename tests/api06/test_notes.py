"""Notes over the API (upstream behaviour 1.15)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from lxml import etree
from pytest_django.fixtures import Settings

from apps.notes import actions
from apps.notes.models import Note, NoteComment
from apps.users.models import User

from .client import attributes, call, get
from .note_helpers import ids, new_note, post, token

BOX = "notes?bbox=9,47,10,48"
TOO_LARGE = "and your request was too large. Either request a smaller area, or use planet.osm"
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.PUBLIC_URL = SITE


def children(element: etree._Element) -> dict[str, str | None]:
    return {str(child.tag): child.text for child in element}


def test_a_note_is_returned_as_xml(alice: User) -> None:
    note = new_note()
    actions.close(alice, note_id=note.pk)
    NoteComment.objects.update(created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    Note.objects.update(
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), closed_at=datetime(2026, 1, 5, tzinfo=UTC)
    )
    response = get(f"notes/{note.pk}.xml")
    assert (response.status, response.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    ((shown),) = response.xml
    assert attributes(shown) == {"lon": "9.5000000", "lat": "47.1000000"}
    assert [(name, text) for name, text in children(shown).items() if name != "comments"] == [
        ("id", str(note.pk)),
        ("url", f"{SITE}/api/0.6/notes/{note.pk}.xml"),
        ("reopen_url", f"{SITE}/api/0.6/notes/{note.pk}/reopen.xml"),
        ("date_created", "2026-01-02 03:04:05 UTC"),
        ("status", "closed"),
        ("date_closed", "2026-01-05 00:00:00 UTC"),
    ]
    assert [children(comment) for comment in shown.iter("comment")] == [
        {
            "date": "2026-01-02 03:04:05 UTC",
            "action": "opened",
            "text": "Bridge is gone",
            "html": '<p dir="auto">Bridge is gone</p>',
        },
        {
            "date": "2026-01-02 03:04:05 UTC",
            "uid": str(alice.pk),
            "user": "alice",
            "user_url": f"{SITE}/user/alice",
            "action": "closed",
            "text": None,
            "html": '<p dir="auto"></p>',
        },
    ]


def test_a_note_is_returned_as_json(alice: User) -> None:
    note = new_note(alice, text="see node/1 & <b>")
    response = get(f"notes/{note.pk}", Accept="application/json")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    date = f"{note.created_at:%Y-%m-%d %H:%M:%S UTC}"
    base = f"{SITE}/api/0.6/notes/{note.pk}"
    assert response.json == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [9.5, 47.1]},
        "properties": {
            "id": note.pk,
            "url": base,
            "comment_url": f"{base}/comment",
            "close_url": f"{base}/close",
            "date_created": date,
            "status": "open",
            "comments": [
                {
                    "date": date,
                    "uid": alice.pk,
                    "user": "alice",
                    "user_url": f"{SITE}/user/alice",
                    "action": "opened",
                    "text": "see node/1 & <b>",
                    "html": f'<p dir="auto">see <a href="{SITE}/node/1" rel="nofollow">node/1</a> &amp; &lt;b&gt;</p>',
                }
            ],
        },
    }
    listed = get(f"{BOX.replace('?', '.json?')}").json
    assert listed["type"] == "FeatureCollection"
    assert listed["features"][0]["properties"]["close_url"] == f"{base}/close.json"


def test_the_notes_of_a_bbox_are_listed_by_latest_change(alice: User, moderator: User) -> None:
    first, second, hidden = new_note(lat=47.0, lon=9.0), new_note(lat=48.0, lon=10.0), new_note()
    new_note(lat=48.0000001, lon=9.5)
    actions.hide(moderator, note_id=hidden.pk)
    actions.comment(alice, note_id=first.pk, text="still")
    assert ids(get("notes.json?bbox=9,47,10,48")) == [first.pk, second.pk]
    assert ids(get("notes.json?l=9&b=47&r=10&t=48&limit=1")) == [first.pk]
    assert ids(get("notes.json?bbox=9,47,9,47", Authorization=token(moderator))) == [first.pk]


def test_closed_notes_are_shown_for_a_limited_time(alice: User) -> None:
    still_open, recent, old = new_note(), new_note(), new_note()
    for note, days in ((recent, 3), (old, 30)):
        actions.close(alice, note_id=note.pk)
        Note.objects.filter(pk=note.pk).update(closed_at=timezone.now() - timedelta(days=days))
    for closed, shown in [
        ("", [still_open, recent]),
        ("&closed=0", [still_open]),
        ("&closed=x", [still_open]),
        ("&closed=2", [still_open]),
        ("&closed=4.9", [still_open, recent]),
        ("&closed=31", [still_open, recent, old]),
        ("&closed=-1", [still_open, recent, old]),
        ("&closed=" + "9" * 5000, [still_open, recent, old]),
    ]:
        for path in ("notes.json?bbox=9,47,10,48", "notes/search.json?"):
            assert sorted(ids(get(path + closed))) == [note.pk for note in shown], closed


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("notes", "The parameter bbox is required"),
        ("notes?l=1&b=1&r=2", "The parameter bbox is required"),
        ("notes?bbox=1,2,3", "The parameter bbox must be of the form min_lon,min_lat,max_lon,max_lat"),
        (
            "notes?bbox=0,0,5,5.1",
            f"The maximum bbox size is 25, {TOO_LARGE}",
        ),
        (f"{BOX}&limit=0", "Note limit must be between 1 and 10000"),
        ("notes/search?limit=10001", "Note limit must be between 1 and 10000"),
        ("notes/feed?limit=x", "Note limit must be between 1 and 10000"),
        ("notes/search?user=99", "User 99 not known"),
        ("notes/search?display_name=a%00", "User a\x00 not known"),
        ("notes/search?from=yesterdays", "Date yesterdays is in a wrong format"),
    ],
)
def test_an_invalid_parameter_is_reported(db: None, path: str, text: str) -> None:
    response = get(path)
    assert (response.status, response.text) == (400, text)


def test_the_statement_count_does_not_grow_with_the_list(
    alice: User, bob: User, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        actions.comment(bob, note_id=new_note(alice).pk, text="yes")
    with django_assert_num_queries(2):
        assert len(get(BOX).xml) == 5
    with django_assert_num_queries(2):
        assert len(ids(get("notes/search.json?q=bridge"))) == 5
    with django_assert_num_queries(3):
        assert len(list(get("notes/feed").xml.iter("item"))) == 10


@pytest.fixture
def found(alice: User, bob: User) -> list[Note]:
    """Four notes, of January to April, changed in the opposite order; the second by bob, the third with searchable text."""
    notes = [new_note(alice, lat=47 + number) for number in range(4)]
    actions.comment(bob, note_id=notes[1].pk, text="No bench")
    actions.comment(alice, note_id=notes[2].pk, text="Two benches, one missing")
    for number, note in enumerate(notes, start=1):
        Note.objects.filter(pk=note.pk).update(
            created_at=datetime(2025, number, 1, tzinfo=UTC),
            updated_at=datetime(2025, 12 - number, 1, tzinfo=UTC),
        )
    return notes


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("limit=2", [1, 2]),
        ("order=oldest", [4, 3, 2, 1]),
        ("sort=created_at", [4, 3, 2, 1]),
        ("sort=created_at&order=oldest&limit=1", [1]),
        ("sort=nothing&order=nothing", [1, 2, 3, 4]),
        ("q=bench", [2, 3]),
        ("q=missing%20BENCHES", [3]),
        ("q=bridge", [1, 2, 3, 4]),
        ("q=bridge%20bench", []),
        ("q=the", []),
        ("q=%00'|!&", []),
        ("q=" + "x" * 3000, []),
        ("q=", [1, 2, 3, 4]),
        ("q=bench&bbox=9,47,10,48.5", [2]),
        ("bbox=9,47,10,48.5", [1, 2]),
        ("display_name=bob", [2]),
        ("display_name=bob&user=0", [2]),
        ("display_name=alice&q=bench", [2, 3]),
        ("from=2025-02-01", [2, 3, 4]),
        ("from=2025-02-01&to=2025-03-31", [2, 3]),
        ("to=2025-01-31", [1, 2, 3, 4]),
        ("from=2025-10-01&sort=updated_at", [1, 2]),
        ("from=2025-10-01&sort=created_at", []),
    ],
)
def test_notes_can_be_searched(found: list[Note], query: str, numbers: list[int]) -> None:
    assert ids(get(f"notes/search.json?{query}")) == [found[number - 1].pk for number in numbers]


def test_hidden_text_is_not_found(found: list[Note], bob: User, moderator: User) -> None:
    assert ids(get(f"notes/search.json?user={bob.pk}")) == [found[1].pk]
    User.objects.filter(pk=bob.pk).update(status="suspended")
    assert ids(get(f"notes/search.json?user={bob.pk}")) == []
    assert ids(get("notes/search.json?q=bench")) == [found[2].pk]
    assert "bob" not in get(f"notes/{found[1].pk}").text
    actions.hide(moderator, note_id=found[2].pk)
    assert ids(get("notes/search.json?q=bench&closed=-1")) == []


def test_a_hidden_note_is_gone_except_for_moderators(alice: User, moderator: User) -> None:
    note = new_note(alice)
    actions.hide(moderator, note_id=note.pk)
    gone = f"The note with the id {note.pk} has already been deleted"
    for authorization in ("", token(alice)):
        response = get(f"notes/{note.pk}.json", Authorization=authorization)
        assert (response.status, response.text) == (410, gone)
    shown = get(f"notes/{note.pk}.json", Authorization=token(moderator, "read_prefs"))
    assert shown.json["properties"]["status"] == "hidden"
    response = get("notes/99")
    assert (response.status, response.body) == (404, b"")


def test_a_blocked_user_cannot_read_a_single_note_with_a_token(mallory: User) -> None:
    note = new_note()
    assert get(f"notes/{note.pk}", Authorization=token(mallory)).status == 403
    assert get(BOX, Authorization=token(mallory)).status == 200


def test_notes_are_not_available_in_other_formats(db: None) -> None:
    assert get("notes?bbox=9,47,10,48", Accept="text/json").status == 406
    assert get("notes.js?bbox=9,47,10,48").status == 404
    assert get("map.gpx?bbox=9,47,10,48").status == 404
    assert post("notes/search").status == 405
    assert call("HEAD", f"/api/0.6/{BOX}").status == 200
