"""Uploads of changes to the map. The count of statements does not depend on the count of changes.

All uploads lock rows in the same order: the changeset, then the elements that change or are referred to, by type and
id. If two of them are deadlocked all the same, PostgreSQL aborts one, which is retried.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import psycopg
from django.db import OperationalError, connection, transaction

from apps.changesets.actions import OpenChangeset, check_open, lock_changeset, record_changes
from apps.osm.elements import ElementRef, ElementType
from apps.osm.osmchange import Action, Change, Limits, parse
from apps.osm.osmxml import DiffResultLine
from apps.users.models import User
from apps.users.permissions import EDIT_MAP, check

from . import idempotency, writing
from .change_applier import ChangeApplier, ElementState
from .changed_bbox import ChangedBBox
from .signals import elements_changed

_TRIES = 6
T = TypeVar("T")


def upload(
    user: User, *, changeset_id: int, document: bytes, limits: Limits, key: str | None = None
) -> list[DiffResultLine]:
    """Apply the changes of an osmChange document, all or none.

    The changeset is locked and checked before the document is read. Raises the errors of `permissions.check`, of the
    changeset, of the document and of the rules of editing.

    A document that was already applied to this changeset gives the same results again, and changes nothing: the client
    repeats it because it lost the response. `key` is the client's idempotency key; if there is one, only a document
    with the same key is a repetition.
    """
    check(user, EDIT_MAP)

    def attempt() -> list[DiffResultLine]:
        with transaction.atomic():
            row = lock_changeset(user, changeset_id)
            if (known := idempotency.find(row, document, key)) is not None:
                return known
            results = apply_changes(user, check_open(row), parse([document], limits))
            idempotency.store(row, document, key, results)
            return results

    return retrying(attempt)


def retrying(attempt: Callable[[], T]) -> T:
    """Call `attempt` again if the database had to abort its transaction because of another one."""
    for number in range(1, _TRIES):
        try:
            return attempt()
        except OperationalError as error:
            if not isinstance(
                error.__cause__, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure
            ):
                raise
            time.sleep(random.uniform(0, 0.05 * number))  # noqa: S311 (not a secret)
    return attempt()


def apply_changes(user: User, changeset: OpenChangeset, changes: Sequence[Change]) -> list[DiffResultLine]:
    """Apply changes to a locked changeset, within a transaction."""
    if not changes:
        return []
    changed, deleted, referenced = _named(changes)
    with connection.cursor() as cursor:
        writing.prepare(cursor)
        known: dict[ElementRef, ElementState] = {}
        for kind in ElementType:
            known |= writing.lock(
                cursor, kind, changed=changed[kind], deleted=deleted[kind], referenced=referenced[kind]
            )
        referrers = writing.find_referrers(cursor, deleted)
        new_ids = writing.new_ids(cursor, changes)
        applier = ChangeApplier(changeset.id, known, referrers, new_ids)
        applier.apply(changes)
        writing.write(cursor, applier, known, changeset.id, changeset.now)
        changed_bbox = ChangedBBox(applier)
        stored = writing.find_bbox(cursor, changed_bbox.nodes, changed_bbox.ways)
    in_memory = changed_bbox.bbox
    bbox = in_memory.joined(stored) if in_memory and stored else in_memory or stored
    record_changes(user, changeset, _counts(applier), bbox)
    elements_changed.send(None, changeset_id=changeset.id, touched=_touched(applier))
    return applier.results


def _named(changes: Iterable[Change]) -> tuple[dict[ElementType, set[int]], ...]:
    """Return the ids of the existing elements that are changed, that are deleted, and that are referred to."""
    changed, deleted, referenced = ({kind: set[int]() for kind in ElementType} for _ in range(3))
    for change in changes:
        if change.id > 0 and change.action is not Action.CREATE:
            changed[change.type].add(change.id)
            if change.action is Action.DELETE:
                deleted[change.type].add(change.id)
        referenced[ElementType.NODE].update(node for node in change.nodes if node > 0)
        for member in change.members:
            if member.ref > 0:
                referenced[member.type].add(member.ref)
    return changed, deleted, referenced


def _touched(applier: ChangeApplier) -> dict[ElementType, list[int]]:
    """Return the ids of the changed elements by type."""
    touched: dict[ElementType, list[int]] = {kind: [] for kind in ElementType}
    for state in applier.final_states:
        touched[state.ref.type].append(state.ref.id)
    return touched


def _counts(applier: ChangeApplier) -> dict[str, int]:
    """Return by how much the changeset's counters grow, by name (`num_created_nodes`)."""
    past = {Action.CREATE: "created", Action.MODIFY: "modified", Action.DELETE: "deleted"}
    counts: dict[str, int] = {}
    for applied in applier.applied:
        name = f"num_{past[applied.action]}_{applied.after.ref.type.plural}"
        counts[name] = counts.get(name, 0) + 1
    return counts
