"""Writes to the journal."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from apps.elements.tables import id_array
from apps.osm.elements import ElementType

from .models import Entry, Reader
from .querysets import last_number
from .signals import entry_added

KEPT = timedelta(days=30)
_LOCK = 0x6A6F7572
"""The advisory lock of whoever gives numbers."""

_NUMBER = """
WITH waiting AS (
  SELECT id, row_number() OVER (ORDER BY id) AS place
  FROM journal
  WHERE number IS NULL
)
UPDATE journal
SET number = waiting.place + (SELECT COALESCE(max(number), 0) FROM journal)
FROM waiting
WHERE journal.id = waiting.id
"""


def on_elements_changed(
    *, changeset_id: int, touched: Mapping[ElementType, Iterable[int]], **_: object
) -> None:
    """Add an entry for an edit, within its transaction. One statement."""
    add(touched, changeset_id=changeset_id)


def add(touched: Mapping[ElementType, Iterable[int]], *, changeset_id: int | None = None) -> None:
    """Add an entry with the ids of touched elements, as the last step of the transaction that touches them."""
    ids = [id_array(touched[kind]) for kind in (ElementType.NODE, ElementType.WAY, ElementType.RELATION)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal (changeset_id, nodes, ways, relations, is_everything) "
            "VALUES (%s, %s::bigint[], %s::bigint[], %s::bigint[], false)",
            [changeset_id, *ids],
        )
    entry_added.send(None)


def add_everything() -> None:
    """Add the entry of an import that touched more elements than are worth listing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal (nodes, ways, relations, is_everything) VALUES ('{}', '{}', '{}', true)"
        )
    entry_added.send(None)


def number_entries() -> None:
    """Number the committed entries that have no number yet, in the order in which their transactions committed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        # A statement of its own: it sees what was committed while this one waited for the lock.
        cursor.execute(_NUMBER)


def set_position(name: str, number: int) -> None:
    """Record how far somebody has read, in the transaction that stores what was made from it."""
    Reader.objects.update_or_create(name=name, defaults={"number": number})


def prune() -> None:
    """Delete entries of more than 30 days ago that everybody has read."""
    read_by_all = Reader.objects.aggregate(number=Min("number"))["number"] or 0
    Entry.objects.filter(number__lte=read_by_all, created_at__lt=timezone.now() - KEPT).exclude(
        number=last_number()
    ).delete()
