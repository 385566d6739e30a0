"""The rules of editing, for uploads of any size and for single elements.

Changes are applied in memory, in the order of the document, to the elements that the database holds; `writing.py`
stores the outcome. The three types share the rules, and differ only in their `children`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from apps.osm.edit_errors import (
    AlreadyDeletedError,
    ChangesetMismatchError,
    MissingReferencesError,
    PlaceholderError,
    StillUsedError,
    VersionMismatchError,
)
from apps.osm.elements import ElementRef, ElementType, Member
from apps.osm.errors import NotFoundError
from apps.osm.osmchange import Action, Change
from apps.osm.osmxml import DiffResultLine


@dataclass(slots=True)
class ElementState:
    """One version of an element in memory. A deleted node keeps its position."""

    ref: ElementRef
    version: int
    visible: bool
    lat: int = 0
    lon: int = 0
    tags: dict[str, str] = field(default_factory=dict)
    nodes: list[int] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    @property
    def children(self) -> set[ElementRef]:
        """The elements that this one refers to."""
        if self.ref.type is ElementType.WAY:
            return {ElementRef(ElementType.NODE, node) for node in self.nodes}
        return {ElementRef(member.type, member.ref) for member in self.members}


@dataclass(slots=True)
class AppliedChange:
    """A change with the element before it (None if it was created) and after it."""

    action: Action
    before: ElementState | None
    after: ElementState


class ChangeApplier:
    """Applies the changes of one changeset.

    `known` has every existing element that the changes name by a positive id, `referrers` the elements that refer to
    those that the changes delete, and `new_ids` enough ids for the new elements of each type.
    """

    def __init__(
        self,
        changeset_id: int,
        known: Mapping[ElementRef, ElementState],
        referrers: Mapping[ElementRef, set[ElementRef]],
        new_ids: Mapping[ElementType, Iterator[int]],
    ) -> None:
        self._changeset_id = changeset_id
        self._known = known
        self._referrers = referrers
        self._new_ids = new_ids
        self._placeholders: dict[ElementRef, int] = {}
        self._changed: dict[ElementRef, ElementState] = {}
        self._new_referrers: dict[ElementRef, set[ElementRef]] = {}
        self.applied: list[AppliedChange] = []
        self.results: list[DiffResultLine] = []

    def apply(self, changes: Iterable[Change]) -> None:
        """Apply the changes in order. Raises the error of the first broken rule; the outcome is unusable then."""
        for (action, kind), run in groupby(changes, key=lambda change: (change.action, change.type)):
            if action is Action.DELETE:
                self._delete(kind, list(run))
            else:
                step = self._create if action is Action.CREATE else self._modify
                for change in run:
                    self._check_changeset(change)
                    step(change)

    def current(self, ref: ElementRef) -> ElementState | None:
        """Return the element after the changes applied so far."""
        return self._changed.get(ref) or self._known.get(ref)

    @property
    def final_states(self) -> Iterable[ElementState]:
        """The last version of each changed element."""
        return self._changed.values()

    def _check_changeset(self, change: Change) -> None:
        if change.changeset != self._changeset_id:
            raise ChangesetMismatchError(change.changeset, self._changeset_id)

    def _create(self, change: Change) -> None:
        placeholder = ElementRef(change.type, change.id)
        if placeholder in self._placeholders:
            raise PlaceholderError("Placeholder IDs must be unique for created elements.")
        created = self._state_after(change, ElementRef(change.type, next(self._new_ids[change.type])), 1)
        self._placeholders[placeholder] = created.ref.id
        self._put(Action.CREATE, None, created)
        self.results.append(DiffResultLine(change.type, change.id, created.ref.id, 1))

    def _modify(self, change: Change) -> None:
        before = self._target(change)
        if before.version != change.version:
            raise VersionMismatchError(change.version, before.version, before.ref)
        after = self._state_after(change, before.ref, before.version + 1)
        self._put(Action.MODIFY, before, after)
        self.results.append(DiffResultLine(change.type, change.id, after.ref.id, after.version))

    def _state_after(self, change: Change, ref: ElementRef, version: int) -> ElementState:
        """Return the element as the change leaves it, with placeholders resolved and children checked."""
        nodes, members = self._resolved(change)
        state = ElementState(
            ref, version, True, change.lat or 0, change.lon or 0, change.tags, nodes, members
        )
        self._check_children(change, state)
        return state

    def _delete(self, kind: ElementType, run: list[Change]) -> None:
        """Apply consecutive deletes: relations among them may refer to each other."""
        leaving = self._deletable_relations(run) if kind is ElementType.RELATION else set()
        for change in run:
            self._check_changeset(change)
            before = self._target(change)
            if not before.visible:
                if not change.if_unused:
                    raise AlreadyDeletedError(before.ref)
                self._skip(change, before)
                continue
            if before.version != change.version:
                raise VersionMismatchError(change.version, before.version, before.ref)
            referrers = self._referrers_of(before.ref) - leaving - {before.ref}
            if referrers:
                if not change.if_unused:
                    raise _still_used(before.ref, referrers)
                self._skip(change, before)
                continue
            after = ElementState(before.ref, before.version + 1, False, before.lat, before.lon)
            self._put(Action.DELETE, before, after)
            self.results.append(DiffResultLine(change.type, change.id))

    def _deletable_relations(self, run: list[Change]) -> set[ElementRef]:
        """Return the relations of consecutive deletes that only relations refer to which are deletable too."""
        deletable = {self._real_ref(change) for change in run}
        while used := {ref for ref in deletable if self._referrers_of(ref) - deletable}:
            deletable -= used
        return deletable

    def _skip(self, change: Change, current: ElementState) -> None:
        """Leave the element as it is (`if-unused`), and report its current version."""
        self.results.append(DiffResultLine(change.type, change.id, current.ref.id, current.version))

    def _real_ref(self, change: Change) -> ElementRef:
        ref = ElementRef(change.type, change.id)
        if change.id > 0:
            return ref
        if ref not in self._placeholders:
            raise PlaceholderError(f"Placeholder id not found for {change.type.label} reference {change.id}")
        return ElementRef(change.type, self._placeholders[ref])

    def _target(self, change: Change) -> ElementState:
        current = self.current(self._real_ref(change))
        if current is None:
            raise NotFoundError
        return current

    def _resolved(self, change: Change) -> tuple[list[int], list[Member]]:
        """Return the nodes and members with placeholders replaced by ids."""
        nodes = [node if node > 0 else self._resolve(ElementType.NODE, node, change) for node in change.nodes]
        members = [
            member if member.ref > 0 else member._replace(ref=self._resolve(member.type, member.ref, change))
            for member in change.members
        ]
        return nodes, members

    def _resolve(self, kind: ElementType, placeholder: int, change: Change) -> int:
        found = self._placeholders.get(ElementRef(kind, placeholder))
        if found is None:
            raise PlaceholderError(
                f"Placeholder {kind.label} not found for reference {placeholder} in {change.type.label} {change.id}"
            )
        return found

    def _check_children(self, change: Change, state: ElementState) -> None:
        missing: dict[ElementType, set[int]] = {}
        for child in state.children:
            current = self.current(child)
            if current is None or not current.visible:
                missing.setdefault(child.type, set()).add(child.id)
        for kind in sorted(missing):
            raise MissingReferencesError(ElementRef(change.type, change.id), kind, missing[kind])

    def _referrers_of(self, ref: ElementRef) -> set[ElementRef]:
        """Return the visible elements that refer to an element, after the changes applied so far."""
        stored = {referrer for referrer in self._referrers.get(ref, ()) if referrer not in self._changed}
        return stored | self._new_referrers.get(ref, set())

    def _put(self, action: Action, before: ElementState | None, after: ElementState) -> None:
        if after.ref.type is not ElementType.NODE:
            if before is not None:
                for child in before.children:
                    self._new_referrers.get(child, set()).discard(after.ref)
            for child in after.children:
                self._new_referrers.setdefault(child, set()).add(after.ref)
        self._changed[after.ref] = after
        self.applied.append(AppliedChange(action, before, after))


def _still_used(ref: ElementRef, referrers: set[ElementRef]) -> StillUsedError:
    """Return the error, which names referrers of one type: the ways, if there are any."""
    kind = min(referrer.type for referrer in referrers)
    return StillUsedError(ref, kind, [referrer.id for referrer in referrers if referrer.type is kind])
