"""Keeps features in step with the elements, from the journal."""

from collections.abc import Iterable

from django.db import transaction

from apps.journal import actions as journal
from apps.journal.models import Entry
from apps.journal.querysets import entries_after, position, small_entries_after
from apps.osm.elements import ElementType

from . import coverage, reading, storage
from .assembly import Row, assemble
from .cells import add_whole, touched_cells
from .rebuild import READER, rebuild
from .signals import cells_changed, features_changed

_BATCH = 10_000
"""Elements that are made again in one transaction, at the least those of one entry."""
_LARGE, _SMALL = 2_000, 200
"""Elements of entries that take a noticeable time, and of those that are put first then."""

Ids = dict[ElementType, set[int]]


def update() -> bool:
    """Apply what was committed since the last time. Returns False if somebody else is at it.

    Small edits that were committed after large ones come first, so that their mappers see them at once. They are applied
    again in their turn, which changes nothing.
    """
    hurried_to = 0
    has_hurried = False
    while True:
        journal.number_entries()
        with transaction.atomic():
            if not storage.lock(wait=False):
                return False
            entries = entries_after(position(READER), elements=_BATCH)
            if not entries:
                return True
            if not has_hurried and (small := _small_after(entries, hurried_to)):
                _derive_all(small)
                hurried_to, has_hurried = _number(small), True
                continue
            has_hurried = False
            if not any(entry.is_everything for entry in entries):
                _derive_all(entries)
                journal.set_position(READER, _number(entries))
                continue
        rebuild()


def _small_after(entries: list[Entry], number: int) -> list[Entry]:
    """Return the small entries after these and after a number, if these are large."""
    size = sum(len(entry.nodes) + len(entry.ways) + len(entry.relations) for entry in entries)
    if size < _LARGE and not any(entry.is_everything for entry in entries):
        return []
    return small_entries_after(max(_number(entries), number), elements=_SMALL, limit=_BATCH // _SMALL)


def _derive_all(entries: list[Entry]) -> None:
    derive(
        {
            ElementType.NODE: {id_ for entry in entries for id_ in entry.nodes},
            ElementType.WAY: {id_ for entry in entries for id_ in entry.ways},
            ElementType.RELATION: {id_ for entry in entries for id_ in entry.relations},
        }
    )


def _number(entries: list[Entry]) -> int:
    number = entries[-1].number
    assert number is not None  # noqa: S101 (they were read by their numbers)
    return number


def derive(touched: Ids) -> int:
    """Make the features of touched elements again, and of all that look different because of them.

    Returns how many features appeared, disappeared or changed.
    """
    ids = _with_affected(touched)
    before = storage.stored(ids)
    after = {(row.type, row.id): row for kind, found in ids.items() for row in assemble(kind, found)}
    changed = [row for key, row in after.items() if before.get(key) != row]
    gone = [row for key, row in before.items() if after.get(key) != row]
    storage.delete(_by_type(gone))
    storage.append(changed)
    keys = {(row.type, row.id) for row in (*changed, *gone)}
    if keys:
        features_changed.send(None, words=[row.words for row in changed if row.words])
        cells = touched_cells((before.get(key), after.get(key)) for key in keys)
        difference = coverage.counted(changed)
        coverage.add(difference, coverage.counted(gone), -1)
        for x, y in coverage.apply(difference):
            add_whole(cells, coverage.cell_box(x, y))
        cells_changed.send(None, cells=cells)
    return len(keys)


def _with_affected(touched: Ids) -> Ids:
    """Return elements with the ways and relations that use them, and the ways that boundaries among them have or had."""
    ids = {kind: set(touched.get(kind, ())) for kind in ElementType}
    ids[ElementType.WAY].update(reading.ways_of_boundaries(ids[ElementType.RELATION]))
    for kind, id_ in reading.referrers(ids[ElementType.NODE], ids[ElementType.WAY]):
        ids[kind].add(id_)
    return ids


def _by_type(rows: Iterable[Row]) -> Ids:
    ids: Ids = {}
    for row in rows:
        ids.setdefault(ElementType(row.type), set()).add(row.id)
    return ids
