"""Searches and feeds of notes read as much as they return, however many notes there are."""

import pytest
from django.db import connection

from apps.notes.models import Note
from tests.plans import rows_read

from .client import get

COUNT = 20_000
FEW = 2500
# All in one box of five degrees. Every tenth is open, the last fifty were closed today, and the others years ago.
_FILL = """
  INSERT INTO notes_note (id, lat, lon, status, created_at, updated_at, closed_at)
  SELECT i, 450000000 + i * 7919::bigint %% 50000000, 50000000 + i * 99991::bigint %% 50000000,
    CASE WHEN i %% 10 = 0 THEN 'open' ELSE 'closed' END, made, made,
    CASE WHEN i %% 10 = 0 THEN NULL WHEN i > %(count)s - 50 THEN now() ELSE made END
  FROM (SELECT i, timestamptz '2020-01-01T00:00:00Z' + i * interval '1 minute' AS made
    FROM generate_series(1, %(count)s) i) made;
  INSERT INTO notes_notecomment (note_id, event, body, created_at, visible)
  SELECT id, 'opened', 'A bench with the number ' || id, created_at, true FROM notes_note;
  ANALYZE notes_note, notes_notecomment
"""
QUERIES = [
    "notes.json?bbox=5,45,10,50",
    "notes.json?bbox=5,45,10,50&closed=-1",
    "notes.json?bbox=5,45,10,50&closed=0",
    "notes.json?bbox=6,46,6.1,46.1",
    "notes.json?bbox=10.1,45,15,49",
    "notes/search.json",
    "notes/search.json?closed=-1",
    "notes/search.json?order=oldest",
    "notes/search.json?sort=created_at&order=oldest&closed=-1",
    "notes/search.json?bbox=5,45,10,50&sort=created_at&order=oldest",
    "notes/search.json?q=19990",
    "notes/search.json?from=2020-01-05T00:00:00Z&to=2020-01-05T01:00:00Z&closed=-1",
    "notes/feed",
    "notes/feed?bbox=5,45,10,50",
    "notes/feed?bbox=10.1,45,15,49",
]


@pytest.fixture
def many(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {"count": COUNT})


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_reads_few_notes(query: str, many: None) -> None:
    assert rows_read(lambda: get(query)) < FEW


def test_the_latest_notes_of_an_area_are_those_that_changed_last(many: None) -> None:
    found = get("notes.json?bbox=5,45,10,50&limit=30").json["features"]
    wanted = Note.objects.exclude(closed_at__lt="2021-01-01T00:00:00Z").order_by("-updated_at", "-id")[:30]
    assert [feature["properties"]["id"] for feature in found] == [note.pk for note in wanted]
