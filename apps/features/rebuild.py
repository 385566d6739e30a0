"""All features, made anew: after an import, or because somebody asks for it."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from apps.journal import actions as journal
from apps.journal.querysets import last_number
from apps.osm.elements import ElementType

from . import coverage, reading, storage
from .assembly import assemble
from .signals import features_rebuilt

READER = "features"
"""The name under which the position in the journal is kept."""
Report = Callable[[str, int], None]
_CHUNKS = {ElementType.NODE: 20_000, ElementType.WAY: 10_000, ElementType.RELATION: 500}


def rebuild(report: Report | None = None) -> int:
    """Make all features again from the elements, and return their count; until the end, readers see the old ones.

    `report` is called with the step and the count of features so far. What is edited meanwhile stays in the journal for
    `update.py`. Nothing is left behind if it is interrupted.
    """
    journal.number_entries()
    with _without_garbage_collection(), transaction.atomic():
        storage.lock(wait=True)
        start = last_number()
        storage.create_draft()
        count = 0
        cells: coverage.Counts = {}
        for kind in ElementType:
            for ids in _chunks(kind):
                rows = list(assemble(kind, ids))
                storage.append(rows, storage.DRAFT)
                coverage.add(cells, coverage.counted(rows))
                count += len(rows)
                if report:
                    report(kind.plural, count)
        for name in storage.build_indexes():
            if report:
                report(name, count)
        storage.put_draft_in_place()
        coverage.replace(cells)
        features_rebuilt.send(sender=None)
        journal.set_position(READER, start)
    if not connection.in_atomic_block:
        storage.update_statistics()
    return count


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Switch off the search for reference cycles, which features do not form: it takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _chunks(kind: ElementType) -> Iterator[list[int]]:
    last = -1
    while ids := reading.next_ids(kind, last, _CHUNKS[kind]):
        yield ids
        last = ids[-1]
