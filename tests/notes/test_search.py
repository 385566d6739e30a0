"""Searches of notes use their indexes."""

import pytest
from django.db import connection

from apps.notes import search
from apps.notes.models import Note
from apps.osm.bbox import BBox

BOX = BBox.from_degrees(9, 47, 10, 48)


@pytest.fixture
def many(db: None) -> None:
    """Notes all over the world, so many that reading all of them is never the best plan."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notes_note (id, lat, lon, status, created_at, updated_at)
            SELECT number, number * 80000, number * 170000, 'open', now(), now() FROM generate_series(1, 10000) number;
            INSERT INTO notes_notecomment (note_id, event, body, created_at, visible)
            SELECT id, 'opened', 'A bench with the number ' || id, now(), true FROM notes_note;
            ANALYZE notes_note, notes_notecomment
            """
        )


def test_words_and_bboxes_use_their_index(many: None) -> None:
    notes = Note.objects.all()
    in_box = notes.filter(search.within(BOX))
    assert "notes_position" in in_box.explain()
    assert "notes_comment_words" in search.with_words(notes, "77", words_first=False).explain()
    assert "notes_comment_words" in search.with_words(in_box, "77", words_first=True).explain()


@pytest.mark.parametrize(("lat", "lon"), [(47, 9), (48, 10), (47, 10), (48, 9), (47.5, 9.5)])
def test_a_bbox_includes_its_sides(db: None, lat: float, lon: float) -> None:
    Note.objects.create(lat=round(lat * 10**7), lon=round(lon * 10**7))
    assert Note.objects.filter(search.within(BOX)).count() == 1
    Note.objects.update(lat=48 * 10**7 + 1)
    assert Note.objects.filter(search.within(BOX)).count() == 0
