"""By how much changes enlarge the bbox of a changeset (API page, "Bounding box computation"; upstream behaviour 1.8.9).

A node counts with its old and new position; a way with all its old and new nodes; a relation with the members that were
added or removed, or with all of them if its tags or a member relation changed.
"""

from collections import Counter
from collections.abc import Iterable

from apps.osm.bbox import BBox
from apps.osm.elements import ElementRef, ElementType, Member

from .change_applier import AppliedChange, ChangeApplier, ElementState


class ChangedBBox:
    """The bbox of the positions in memory, and the ids of nodes and ways whose positions have to be looked up."""

    def __init__(self, applier: ChangeApplier) -> None:
        self._applier = applier
        self._lats: list[int] = []
        self._lons: list[int] = []
        self.nodes: set[int] = set()
        self.ways: set[int] = set()
        for applied in applier.applied:
            self._add(applied)

    @property
    def bbox(self) -> BBox | None:
        if not self._lats:
            return None
        return BBox(min(self._lons), min(self._lats), max(self._lons), max(self._lats))

    def _add(self, applied: AppliedChange) -> None:
        before, after = applied.before, applied.after
        kind = after.ref.type
        if kind is ElementType.NODE:
            for state in (before, after):
                if state is not None:
                    self._add_position(state)
        elif kind is ElementType.WAY:
            self._add_nodes(before.nodes if before else [])
            self._add_nodes(after.nodes)
        else:
            self._add_members(_changed_members(before, after))

    def _add_position(self, node: ElementState) -> None:
        if not node.visible and node.lat == node.lon == 0:
            # It was imported as deleted, without a position.
            return
        self._lats.append(node.lat)
        self._lons.append(node.lon)

    def _add_nodes(self, nodes: Iterable[int]) -> None:
        for node in nodes:
            known = self._applier.current(ElementRef(ElementType.NODE, node))
            if known is None:
                self.nodes.add(node)
            else:
                self._add_position(known)

    def _add_members(self, members: Iterable[Member]) -> None:
        for member in members:
            if member.type is ElementType.NODE:
                self._add_nodes([member.ref])
            elif member.type is ElementType.WAY:
                self.ways.add(member.ref)


def _changed_members(before: ElementState | None, after: ElementState) -> set[Member]:
    """Return the members that a change of a relation affects; their order does not matter."""
    old = Counter(before.members if before else ())
    new = Counter(after.members)
    changed = set((old - new) | (new - old))
    tags_differ = before is None or before.tags != after.tags
    if after.visible and (tags_differ or any(member.type is ElementType.RELATION for member in changed)):
        return set(new)
    return changed
