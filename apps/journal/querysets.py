"""Reads of the journal."""

from collections.abc import Iterator

from django.db.models import F, Func, IntegerField, Max, Q

from .models import Entry, Reader


def position(name: str) -> int:
    """Return the number of the last entry that somebody has read, 0 for none."""
    return Reader.objects.filter(name=name).values_list("number", flat=True).first() or 0


def last_number() -> int:
    """Return the number of the last entry, 0 if there is none."""
    return Entry.objects.aggregate(last=Max("number"))["last"] or 0


def entries_after(number: int, *, elements: int) -> list[Entry]:
    """Return the entries that follow, in order: at least one if there is any, and about so many elements in all."""
    found: list[Entry] = []
    total = 0
    for entry in _stream(number):
        found.append(entry)
        total += len(entry.nodes) + len(entry.ways) + len(entry.relations)
        if total >= elements or entry.is_everything:
            break
    return found


def small_entries_after(number: int, *, elements: int, limit: int) -> list[Entry]:
    """Return the entries that follow, in order, without those that touched more elements than so many."""
    size = sum(Func(F(column), function="cardinality", output_field=IntegerField()) for column in _IDS)
    found = Entry.objects.alias(size=size).filter(number__gt=number, size__lte=elements, is_everything=False)
    return list(found.order_by("number")[:limit])


_IDS = ("nodes", "ways", "relations")


def _stream(number: int) -> Iterator[Entry]:
    while page := list(Entry.objects.filter(number__gt=number).order_by("number")[:100]):
        yield from page
        number = page[-1].number or 0


def count_after(number: int) -> int:
    """Return how many entries follow, including those that have no number yet."""
    return Entry.objects.filter(Q(number__gt=number) | Q(number=None)).count()
