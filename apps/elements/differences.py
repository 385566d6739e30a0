"""The differences between two versions of an element."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from apps.osm.elements import COORDINATE_SCALE

from .querysets import ElementVersion

_EARTH_RADIUS = 6_371_008.8


@dataclass(frozen=True)
class TagChange:
    key: str
    value: str | None
    old: str | None

    @property
    def mark(self) -> str:
        """`added`, `removed`, `changed` or `same`."""
        if self.old is None:
            return "added"
        if self.value is None:
            return "removed"
        return "same" if self.old == self.value else "changed"


@dataclass(frozen=True)
class Difference:
    """The tags of both versions by key; counts of nodes or members added and removed; metres that a node moved."""

    tags: list[TagChange]
    added: int
    removed: int
    reordered: bool
    moved: float
    was_deleted: bool

    @property
    def is_empty(self) -> bool:
        return not (
            self.added
            or self.removed
            or self.reordered
            or self.moved
            or any(t.mark != "same" for t in self.tags)
        )


def difference(older: ElementVersion, newer: ElementVersion) -> Difference:
    """Return what `newer` changed."""
    keys = sorted(older.tags.keys() | newer.tags.keys())
    before: list[object] = [*older.nodes, *older.members]
    after: list[object] = [*newer.nodes, *newer.members]
    added, removed = _counts(before, after)
    return Difference(
        tags=[TagChange(key, newer.tags.get(key), older.tags.get(key)) for key in keys],
        added=added,
        removed=removed,
        reordered=before != after and not added and not removed,
        moved=_distance(older, newer),
        was_deleted=older.visible and not newer.visible,
    )


def _counts(before: list[object], after: list[object]) -> tuple[int, int]:
    """Return the counts of items (added, removed); moving an item is neither."""
    counts: dict[object, int] = {}
    for item in after:
        counts[item] = counts.get(item, 0) + 1
    for item in before:
        counts[item] = counts.get(item, 0) - 1
    return sum(n for n in counts.values() if n > 0), -sum(n for n in counts.values() if n < 0)


def _distance(older: ElementVersion, newer: ElementVersion) -> float:
    if not (older.position and newer.position) or (older.lat, older.lon) == (newer.lat, newer.lon):
        return 0.0
    lat1, lon1, lat2, lon2 = (
        radians((value or 0) / COORDINATE_SCALE) for value in (older.lat, older.lon, newer.lat, newer.lon)
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(sqrt(half))
