"""Writes changes to the map, in sets: the number of statements does not depend on the number of changes.

Order of locks, the same for all: the changeset's row, then the elements that change or are referred to, by type and id.
Should two uploads wait for each other even so, PostgreSQL ends one of them and it is tried again.
"""

import random
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import psycopg
from django.db import OperationalError, connection, transaction

from apps.changesets.actions import OpenChangeset, check_open, lock_changeset, note_changes
from apps.osm.elements import ElementRef, ElementType
from apps.osm.osmchange import Action, Change, Limits, parse
from apps.users.models import User

from . import idempotency, writing
from .change_applier import ChangeApplier, Result, Version
from .changed_bbox import ChangedBBox

_TRIES = 6
T = TypeVar("T")


def upload(
    user: User, *, changeset_id: int, document: bytes, limits: Limits, key: str | None = None
) -> list[Result]:
    """Apply the changes of an osmChange document, all or none.

    The changeset is checked and held before the document is read. Raises the errors of the changeset, of the document
    and of the rules of editing.

    A document that was applied to this changeset before gets the answer of that time, and changes nothing: the client
    repeats it because the answer was lost. `key` is the client's own name for this upload (`Idempotency-Key`); with
    one, only what was sent under the same name is a repetition.
    """

    def attempt() -> list[Result]:
        with transaction.atomic():
            row = lock_changeset(user, changeset_id)
            if (known := idempotency.find(row, document, key)) is not None:
                return known
            results = apply_changes(user, check_open(row), parse([document], limits))
            idempotency.keep(row, document, key, results)
            return results

    return retrying(attempt)


def retrying(attempt: Callable[[], T]) -> T:
    """Try again when the database had to end the transaction because of another one."""
    for number in range(1, _TRIES):
        try:
            return attempt()
        except OperationalError as error:
            if not isinstance(
                error.__cause__, psycopg.errors.DeadlockDetected | psycopg.errors.SerializationFailure
            ):
                raise
            time.sleep(random.uniform(0, 0.05 * number))  # noqa: S311 (no secret)
    return attempt()


def apply_changes(user: User, changeset: OpenChangeset, changes: Sequence[Change]) -> list[Result]:
    """Apply changes to a changeset that is held, within a transaction."""
    if not changes:
        return []
    changed, deleted, referenced = _named(changes)
    with connection.cursor() as cursor:
        writing.prepare(cursor)
        known: dict[ElementRef, Version] = {}
        for kind in ElementType:
            known |= writing.lock(
                cursor, kind, changed=changed[kind], deleted=deleted[kind], referenced=referenced[kind]
            )
        users = writing.users_of(cursor, deleted)
        new_ids = writing.new_ids(cursor, changes)
        applier = ChangeApplier(changeset.id, known, users, new_ids)
        applier.apply(changes)
        writing.write(cursor, applier, known, changeset.id, changeset.now)
        extent = ChangedBBox(applier)
        looked_up = writing.box_of(cursor, extent.nodes, extent.ways)
    note_changes(
        user,
        changeset,
        _counts(applier),
        extent.bbox.joined(looked_up) if extent.bbox and looked_up else extent.bbox or looked_up,
    )
    return applier.results


def _named(changes: Iterable[Change]) -> tuple[dict[ElementType, set[int]], ...]:
    """The ids of existing elements that are changed, those that are deleted, and those that are referred to."""
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


def _counts(applier: ChangeApplier) -> dict[str, int]:
    """The changeset's counters: `num_created_nodes` and so on."""
    past = {Action.CREATE: "created", Action.MODIFY: "modified", Action.DELETE: "deleted"}
    counts: dict[str, int] = {}
    for applied in applier.applied:
        name = f"num_{past[applied.action]}_{applied.after.ref.type.plural}"
        counts[name] = counts.get(name, 0) + 1
    return counts
