"""Notes over the API (upstream behaviour 1.15)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from lxml import etree
from pytest_django.fixtures import Settings

from apps.notes import actions
from apps.notes.models import Note, NoteComment
from apps.oauth.actions import create_token
from apps.users.models import User

from .client import Answer, attributes, call, get

BOX = "notes?bbox=9,47,10,48"
TOO_LARGE = "and your request was too large. Either request a smaller area, or use planet.osm"
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def site(settings: Settings) -> None:
    settings.PUBLIC_URL = SITE


def token(user: User, scopes: str = "write_notes") -> str:
    return f"Bearer {create_token(user, scopes=scopes.split())}"


def post(address: str, authorization: str = "", **parameters: Any) -> Answer:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return call("POST", f"/api/0.6/{address}{query}", Authorization=authorization)


def left(
    author: User | None = None, *, lat: float = 47.1, lon: float = 9.5, text: str = "Bridge is gone"
) -> Note:
    return actions.create(author, lat=lat, lon=lon, text=text)


def ids(answer: Answer) -> list[int]:
    return [feature["properties"]["id"] for feature in answer.json["features"]]


def children(element: etree._Element) -> dict[str, str | None]:
    return {str(child.tag): child.text for child in element}


def test_a_note_in_xml(alice: User) -> None:
    note = left()
    actions.close(alice, note_id=note.pk)
    NoteComment.objects.update(created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    Note.objects.update(
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), closed_at=datetime(2026, 1, 5, tzinfo=UTC)
    )
    answer = get(f"notes/{note.pk}.xml")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    ((shown),) = answer.xml
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


def test_a_note_in_json(alice: User) -> None:
    note = left(alice, text="see node/1 & <b>")
    answer = get(f"notes/{note.pk}", Accept="application/json")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    date = f"{note.created_at:%Y-%m-%d %H:%M:%S UTC}"
    base = f"{SITE}/api/0.6/notes/{note.pk}"
    assert answer.json == {
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


def test_the_notes_of_a_box_the_latest_changed_first(alice: User, moderator: User) -> None:
    first, second, hidden = left(lat=47.0, lon=9.0), left(lat=48.0, lon=10.0), left()
    left(lat=48.0000001, lon=9.5)
    actions.hide(moderator, note_id=hidden.pk)
    actions.comment(alice, note_id=first.pk, text="still")
    assert ids(get("notes.json?bbox=9,47,10,48")) == [first.pk, second.pk]
    assert ids(get("notes.json?l=9&b=47&r=10&t=48&limit=1")) == [first.pk]
    assert ids(get("notes.json?bbox=9,47,9,47", Authorization=token(moderator))) == [first.pk]


def test_how_long_closed_notes_are_shown(alice: User) -> None:
    still_open, recent, old = left(), left(), left()
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
        for address in ("notes.json?bbox=9,47,10,48", "notes/search.json?"):
            assert sorted(ids(get(address + closed))) == [note.pk for note in shown], closed


@pytest.mark.parametrize(
    ("address", "text"),
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
def test_a_wrong_parameter_is_told(db: None, address: str, text: str) -> None:
    answer = get(address)
    assert (answer.status, answer.text) == (400, text)


def test_statements_do_not_grow_with_the_list(alice: User, bob: User, django_assert_num_queries: Any) -> None:
    for _ in range(5):
        actions.comment(bob, note_id=left(alice).pk, text="yes")
    with django_assert_num_queries(2):
        assert len(get(BOX).xml) == 5
    with django_assert_num_queries(2):
        assert len(ids(get("notes/search.json?q=bridge"))) == 5
    with django_assert_num_queries(3):
        assert len(list(get("notes/feed").xml.iter("item"))) == 10
