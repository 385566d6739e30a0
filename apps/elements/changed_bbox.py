"""How far the box of a changeset grows (API page, "Bounding box computation"; upstream behaviour 1.8.9).

A node counts where it was and where it is; a way with all its nodes, old and new; a relation with the members that
came or went, or with all its members when its tags or a member that is a relation changed.
"""

from collections import Counter
from collections.abc import Iterable

from apps.osm.bbox import BBox
from apps.osm.elements import ElementRef, ElementType, Member

from .change_applier import Applied, ChangeApplier, Version


class ChangedBBox:
    """The box of what is known in memory, and the ids of nodes and ways whose positions only the database knows."""

    def __init__(self, applier: ChangeApplier) -> None:
        self._editor = applier
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

    def _add(self, applied: Applied) -> None:
        before, after = applied.before, applied.after
        kind = after.ref.type
        if kind is ElementType.NODE:
            for version in (before, after):
                if version is not None:
                    self._add_position(version)
        elif kind is ElementType.WAY:
            self._add_nodes(before.nodes if before else [])
            self._add_nodes(after.nodes)
        else:
            self._add_members(_changed_members(before, after))

    def _add_position(self, node: Version) -> None:
        if not node.visible and node.lat == node.lon == 0:
            # Imported as deleted, without a position.
            return
        self._lats.append(node.lat)
        self._lons.append(node.lon)

    def _add_nodes(self, nodes: Iterable[int]) -> None:
        for node in nodes:
            known = self._editor.current(ElementRef(ElementType.NODE, node))
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


def _changed_members(before: Version | None, after: Version) -> set[Member]:
    """The members that a change of a relation concerns; the order of members alone is no change."""
    old = Counter(before.members if before else ())
    new = Counter(after.members)
    changed = set((old - new) | (new - old))
    tags_differ = before is None or before.tags != after.tags
    if after.visible and (tags_differ or any(member.type is ElementType.RELATION for member in changed)):
        return set(new)
    return changed
