"""The rules of editing, for uploads of any size and for single elements: changes are applied in the order of the
document to what the database holds, in memory. Nothing is written here.

One rule serves the three types; what differs stands in `_children`.
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


@dataclass(slots=True)
class Version:
    """An element as it is after some change. A deleted node keeps its position."""

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
        """What the element refers to."""
        if self.ref.type is ElementType.WAY:
            return {ElementRef(ElementType.NODE, node) for node in self.nodes}
        return {ElementRef(member.type, member.ref) for member in self.members}


@dataclass(slots=True)
class Result:
    """A line of the diffResult; new_id and new_version are None for what was deleted."""

    type: ElementType
    old_id: int
    new_id: int | None = None
    new_version: int | None = None


@dataclass(slots=True)
class Applied:
    """A change that was made: the version before it (None for creates) and the one after it."""

    action: Action
    before: Version | None
    after: Version


class ChangeApplier:
    """Applies changes to the elements of one changeset.

    `known` holds every element that the changes name by a positive id and that exists, `users` what refers to those
    that are to be deleted, `new_ids` an endless supply of ids for each type.
    """

    def __init__(
        self,
        changeset_id: int,
        known: Mapping[ElementRef, Version],
        users: Mapping[ElementRef, set[ElementRef]],
        new_ids: Mapping[ElementType, Iterator[int]],
    ) -> None:
        self._changeset_id = changeset_id
        self._known = known
        self._users = users
        self._new_ids = new_ids
        self._placeholders: dict[ElementRef, int] = {}
        self._changed: dict[ElementRef, Version] = {}
        self._new_users: dict[ElementRef, set[ElementRef]] = {}
        self.applied: list[Applied] = []
        self.results: list[Result] = []

    def apply(self, changes: Iterable[Change]) -> None:
        """All of them, in order. Raises the error of the first rule that is broken; what was applied before it
        counts for nothing."""
        for (action, kind), run in groupby(changes, key=lambda change: (change.action, change.type)):
            if action is Action.DELETE:
                self._delete(kind, list(run))
            else:
                step = self._create if action is Action.CREATE else self._modify
                for change in run:
                    self._check_changeset(change)
                    step(change)

    def current(self, ref: ElementRef) -> Version | None:
        """The element after what has been applied so far."""
        return self._changed.get(ref) or self._known.get(ref)

    @property
    def final(self) -> Iterable[Version]:
        """The last version of each changed element."""
        return self._changed.values()

    def _check_changeset(self, change: Change) -> None:
        if change.changeset != self._changeset_id:
            raise ChangesetMismatchError(change.changeset, self._changeset_id)

    def _create(self, change: Change) -> None:
        placeholder = ElementRef(change.type, change.id)
        if placeholder in self._placeholders:
            raise PlaceholderError("Placeholder IDs must be unique for created elements.")
        nodes, members = self._resolved(change)
        version = Version(
            ElementRef(change.type, next(self._new_ids[change.type])),
            1,
            True,
            change.lat or 0,
            change.lon or 0,
            change.tags,
            nodes,
            members,
        )
        self._check_children(change, version)
        self._placeholders[placeholder] = version.ref.id
        self._put(Action.CREATE, None, version)
        self.results.append(Result(change.type, change.id, version.ref.id, 1))

    def _modify(self, change: Change) -> None:
        before = self._target(change)
        if before.version != change.version:
            raise VersionMismatchError(change.version, before.version, before.ref)
        nodes, members = self._resolved(change)
        after = Version(
            before.ref,
            before.version + 1,
            True,
            change.lat or 0,
            change.lon or 0,
            change.tags,
            nodes,
            members,
        )
        self._check_children(change, after)
        self._put(Action.MODIFY, before, after)
        self.results.append(Result(change.type, change.id, after.ref.id, after.version))

    def _delete(self, kind: ElementType, run: list[Change]) -> None:
        """Deletes that stand one after the other: relations among them may refer to each other."""
        kept = self._kept_relations(run) if kind is ElementType.RELATION else set()
        leaving = {self._real_ref(change) for change in run} - kept if kind is ElementType.RELATION else set()
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
            users = self._users_of(before.ref) - leaving - {before.ref}
            if users:
                if not change.if_unused:
                    raise _still_used(before.ref, users)
                self._skip(change, before)
                continue
            after = Version(before.ref, before.version + 1, False, before.lat, before.lon)
            self._put(Action.DELETE, before, after)
            self.results.append(Result(change.type, change.id))

    def _kept_relations(self, run: list[Change]) -> set[ElementRef]:
        """The relations of a run of deletes that something outside of it uses, and what these refer to within."""
        candidates = {self._real_ref(change) for change in run}
        kept: set[ElementRef] = set()
        while more := {ref for ref in candidates - kept if self._users_of(ref) - (candidates - kept)}:
            kept |= more
        return kept

    def _skip(self, change: Change, current: Version) -> None:
        """`if-unused`: nothing happens, and the answer says how the element is."""
        self.results.append(Result(change.type, change.id, current.ref.id, current.version))

    def _real_ref(self, change: Change) -> ElementRef:
        ref = ElementRef(change.type, change.id)
        if change.id > 0:
            return ref
        if ref not in self._placeholders:
            raise PlaceholderError(f"Placeholder id not found for {change.type.label} reference {change.id}")
        return ElementRef(change.type, self._placeholders[ref])

    def _target(self, change: Change) -> Version:
        current = self.current(self._real_ref(change))
        if current is None:
            raise NotFoundError
        return current

    def _resolved(self, change: Change) -> tuple[list[int], list[Member]]:
        """Nodes and members with the ids that their placeholders stand for."""
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

    def _check_children(self, change: Change, version: Version) -> None:
        missing: dict[ElementType, set[int]] = {}
        for child in version.children:
            current = self.current(child)
            if current is None or not current.visible:
                missing.setdefault(child.type, set()).add(child.id)
        for kind in sorted(missing):
            raise MissingReferencesError(ElementRef(change.type, change.id), kind, missing[kind])

    def _users_of(self, ref: ElementRef) -> set[ElementRef]:
        """The visible elements that refer to one, after what has been applied so far."""
        stored = {user for user in self._users.get(ref, ()) if user not in self._changed}
        return stored | self._new_users.get(ref, set())

    def _put(self, action: Action, before: Version | None, after: Version) -> None:
        if after.ref.type is not ElementType.NODE:
            if before is not None:
                for child in before.children:
                    self._new_users.get(child, set()).discard(after.ref)
            for child in after.children:
                self._new_users.setdefault(child, set()).add(after.ref)
        self._changed[after.ref] = after
        self.applied.append(Applied(action, before, after))


def _still_used(ref: ElementRef, users: set[ElementRef]) -> StillUsedError:
    """Ways come first, as a client learns of one kind at a time."""
    kind = min(user.type for user in users)
    return StillUsedError(ref, kind, [user.id for user in users if user.type is kind])
