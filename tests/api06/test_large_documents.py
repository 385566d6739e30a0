"""Documents without a limit on their size are streamed: a web process never has a whole one in memory."""

import gzip

import orjson
import pytest
from django.db import connection
from django.test import Client
from lxml import etree

from apps.api06.views.base import CHUNK
from apps.notes.models import Note, NoteComment
from apps.users.models import User
from tests import worlds

from .client import get
from .note_helpers import new_note

MEMBERS, VERSIONS = 4000, 20
COMMENTS = 1500
ELEMENTS = [
    "relation/1/history",
    "relation/1/history.json",
    "relations?relations=" + ",".join(f"1v{version + 1}" for version in range(VERSIONS)),
    "relations?relations=" + ",".join(str(relation + 1) for relation in range(VERSIONS)),
    "node/1/relations.json",
    "changeset/1/download",
    "way/1/history",
    "ways?ways=" + ",".join(f"1v{version + 1}" for version in range(VERSIONS)),
]


@pytest.fixture
def large(db: None) -> None:
    """A relation and a way with many versions, and relations that all have the same node as a member."""
    worlds.load("n1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice x9.5 y47.1 T")
    relation = """
      (SELECT array_fill(1, ARRAY[%(members)s])), (SELECT array_agg(i) FROM generate_series(1, %(members)s) i),
      (SELECT array_fill('outer'::text, ARRAY[%(members)s]))"""
    fixed = "true, 1, timestamptz '2020-01-01T00:00:00Z', '{}'"
    columns = "id, version, visible, changeset_id, timestamp, tags"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO relations ({columns}, member_types, member_refs, member_roles)
            SELECT id, CASE WHEN id = 1 THEN %(versions)s ELSE 1 END, {fixed}, {relation}
            FROM generate_series(1, %(versions)s) id;
            INSERT INTO old_relations ({columns}, member_types, member_refs, member_roles)
            SELECT 1, version, {fixed}, {relation} FROM generate_series(1, %(versions)s - 1) version;
            INSERT INTO relation_members SELECT 1, 1, id FROM relations;
            INSERT INTO ways ({columns}, nodes)
            SELECT 1, %(versions)s, {fixed}, array_agg(i) FROM generate_series(1, %(members)s) i;
            INSERT INTO old_ways ({columns}, nodes)
            SELECT 1, version, {fixed}, (SELECT array_agg(i) FROM generate_series(1, %(members)s) i)
            FROM generate_series(1, %(versions)s - 1) version;
            """,
            {"members": MEMBERS, "versions": VERSIONS},
        )


@pytest.fixture
def long_discussion(alice: User) -> Note:
    note = new_note(alice)
    NoteComment.objects.bulk_create(
        NoteComment(note=note, author=alice, event="commented", body=f"{number} " + "so " * 300)
        for number in range(COMMENTS - 1)
    )
    return note


def pieces(path: str, **headers: str) -> list[bytes]:
    """Return the document as it is sent."""
    response = Client().get("/api/0.6/" + path, headers=headers)
    assert response.status_code == 200
    assert response.streaming
    return list(response.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ELEMENTS)
def test_large_elements_are_streamed(path: str, large: None) -> None:
    sent = pieces(path)
    assert max(map(len, sent)) < 2 * CHUNK
    document = b"".join(sent)
    if ".json" in path:
        assert len(orjson.loads(document)["elements"]) == VERSIONS
    else:
        assert len(list(etree.fromstring(document).iter("way", "relation"))) >= VERSIONS
    assert gzip.decompress(b"".join(pieces(path, **{"Accept-Encoding": "gzip"}))) == document


@pytest.mark.django_db(transaction=True)
def test_a_missing_version_is_known_before_the_document_begins(large: None) -> None:
    assert get("relations?relations=1v1,1v21").status == 404
    assert get("relations?relations=1v1,1v20,1").refs == ["r1v1", "r1v20"]
    assert get("relations?relations=1,99").status == 404
    # The connection is free again.
    assert get("node/1").status == 200


@pytest.mark.parametrize("path", ["notes/{}", "notes?bbox=9,47,10,48", "notes/search?q="])
@pytest.mark.parametrize("suffix", ["xml", "json", "gpx"])
def test_a_long_discussion_is_streamed(path: str, suffix: str, long_discussion: Note) -> None:
    before, question, query = path.format(long_discussion.pk).partition("?")
    sent = pieces(f"{before}.{suffix}{question}{query}")
    assert max(map(len, sent)) < 2 * CHUNK
    document = b"".join(sent)
    assert document.count(b"so so") >= COMMENTS - 1
    if suffix == "json":
        found = orjson.loads(document)
        found = found if before.startswith("notes/") and "search" not in before else found["features"][0]
        assert len(found["properties"]["comments"]) == COMMENTS
    else:
        etree.fromstring(document)


def test_feeds_quote_no_more_than_the_latest_comments(long_discussion: Note) -> None:
    found = etree.fromstring(b"".join(pieces("notes/feed?limit=1500")))
    assert len(list(found.iter("item"))) == COMMENTS
    assert len(etree.tostring(found)) < 8_000_000
    first, *_, last = (item.findtext("description") or "" for item in found.iter("item"))
    assert "Full note" in first
    assert "Full note" not in last
    document = b"".join(pieces(f"notes/{long_discussion.pk}.rss"))
    assert b"Bridge is gone" in document
    assert document.count(b"Comment by alice") == 1000


def test_comments_follow_their_notes_in_the_order_of_the_notes(alice: User, bob: User) -> None:
    notes = [new_note(author, lat=47 + number / 200) for number, author in enumerate([alice, bob] * 75)]
    for index in (0, 70, 149):
        NoteComment.objects.create(note=notes[index], author=bob, event="commented", body=f"on {index}")
    NoteComment.objects.filter(note=notes[5]).update(visible=False)
    found = get("notes.json?bbox=9,46,10,48&limit=150").json["features"]
    assert [feature["properties"]["id"] for feature in found] == [note.pk for note in reversed(notes)]
    texts = {
        feature["properties"]["id"]: [comment["text"] for comment in feature["properties"]["comments"]]
        for feature in found
    }
    for index, note in enumerate(notes):
        expected = [] if index == 5 else ["Bridge is gone"]
        assert texts[note.pk] == expected + ([f"on {index}"] if index in {0, 70, 149} else [])
