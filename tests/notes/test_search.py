"""How notes are found: by the indexes made for it."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from apps.notes import search
from apps.notes.models import Note
from apps.osm.bbox import BBox

BOX = BBox.from_degrees(9, 47, 10, 48)


def plan(notes: QuerySet[Any]) -> str:
    """How PostgreSQL would look for them where reading everything is no choice."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return notes.explain()


def test_words_and_boxes_ask_their_index(db: None) -> None:
    notes = Note.objects.all()
    in_box = notes.filter(search.within(BOX))
    assert "notes_position" in plan(in_box)
    assert "notes_comment_words" in plan(search.with_words(notes, "bench", words_first=False))
    assert "notes_comment_words" in plan(search.with_words(in_box, "bench", words_first=True))


@pytest.mark.parametrize(("lat", "lon"), [(47, 9), (48, 10), (47, 10), (48, 9), (47.5, 9.5)])
def test_the_sides_of_a_box_belong_to_it(db: None, lat: float, lon: float) -> None:
    Note.objects.create(lat=round(lat * 10**7), lon=round(lon * 10**7))
    assert Note.objects.filter(search.within(BOX)).count() == 1
    Note.objects.update(lat=48 * 10**7 + 1)
    assert Note.objects.filter(search.within(BOX)).count() == 0
