"""The counters and the bbox that a changeset should have, computed from the files by the rules of the API page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.mapper import Ref

from .plan import Change
from .world import Use, World

Position = tuple[int, int]


@dataclass
class Tally:
    """Counts by action and kind, and the corners of the bbox, as (lat, lon)."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    low: Position | None = None
    high: Position | None = None

    def add(self, change: Change, before: World) -> None:
        """Count a change, given the elements before it."""
        self.counts[change.action, change.ref.kind] += 1
        for lat, lon in _touched(change, before):
            self.low = (min(self.low[0], lat), min(self.low[1], lon)) if self.low else (lat, lon)
            self.high = (max(self.high[0], lat), max(self.high[1], lon)) if self.high else (lat, lon)

    @property
    def bbox(self) -> dict[str, str]:
        """Return the bbox as attributes of a changeset, with seven decimals; empty if nothing has a position."""
        if self.low is None or self.high is None:
            return {}
        sides = {
            "min_lat": self.low[0],
            "min_lon": self.low[1],
            "max_lat": self.high[0],
            "max_lon": self.high[1],
        }
        return {name: degrees(value) for name, value in sides.items()}


def degrees(value: int) -> str:
    return f"{value / 10_000_000:.7f}"


def _touched(change: Change, before: World) -> list[Position]:
    old, new = before.get(change.ref), change.content
    if change.ref.kind == "node":
        return [content.position for content in (old, new) if content and content.position]
    if change.ref.kind == "way":
        return _positions([use.ref for content in (old, new) if content for use in content.uses], before)
    was, becomes = (Counter(content.uses if content else ()) for content in (old, new))
    uses: set[Use] = set((was - becomes) | (becomes - was))
    tags_differ = old is None or new is None or old.tags != new.tags
    if new is not None and (tags_differ or any(use.ref.kind == "relation" for use in uses)):
        uses = set(new.uses)
    return _positions((use.ref for use in uses), before)


def _positions(refs: Iterable[Ref], world: World) -> list[Position]:
    """Return the positions of nodes, and of the nodes of ways; relations in relations do not count."""
    found = []
    for ref in refs:
        content = world.get(ref)
        if content is None or ref.kind == "relation":
            continue
        if content.position:
            found.append(content.position)
        else:
            found += _positions((use.ref for use in content.uses), world)
    return found
