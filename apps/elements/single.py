"""Creates, updates and deletes of single elements (upstream behaviour 1.11 and 1.22).

The rules are those of uploads; these calls check them in an order of their own, and have texts of their own.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.changesets import limits
from apps.changesets.actions import check_open, lock_changeset
from apps.osm.edit_errors import (
    AlreadyDeletedError,
    CannotBeSavedError,
    IdMismatchError,
    InvalidWayError,
    MissingReferencesError,
    NoChangesetError,
    RelationStillUsedError,
    StillUsedError,
    TooManyMembersError,
    TooManyWayNodesError,
    VersionMismatchError,
)
from apps.osm.elements import ElementRef, ElementType
from apps.osm.errors import BadRequestError, NotFoundError, TooLargeError, TooManyChangesError
from apps.osm.osmchange import Action, Change
from apps.osm.osmxml import DiffResultLine
from apps.users.models import User
from apps.users.permissions import EDIT_MAP, check

from .models import CURRENT
from .upload import apply_changes, retrying

_PLACEHOLDER = -1


def check_rate(user: User) -> None:
    """Check that the user may make one more change, before the document is read. Raises TooManyChangesError."""
    now = timezone.now()
    if limits.changes_left(user, now) < 1:
        raise TooManyChangesError("Rate limit exceeded", limits.seconds_until_changes(user, now=now))


def access_element(ref: ElementRef) -> None:
    """Check that the element exists, deleted or not. Raises NotFoundError."""
    if not CURRENT[ref.type]._default_manager.filter(pk=ref.id).exists():
        raise NotFoundError


def create(user: User, *, change: Change) -> int:
    """Create an element, and return its id."""
    change.id = _PLACEHOLDER
    result = _apply(user, change)
    assert result.new_id is not None  # noqa: S101 (for the type checker)
    return result.new_id


def update(user: User, *, ref: ElementRef, change: Change) -> int:
    """Change an element, and return its new version. Raises IdMismatchError."""
    if change.id != ref.id:
        raise IdMismatchError(ref.id, change.id)
    _apply(user, change)
    return change.version + 1


def delete(user: User, *, ref: ElementRef, change: Change) -> int:
    """Delete an element, and return its new version.

    Raises IdMismatchError for nodes, and a BadRequestError without a text for ways and relations, as upstream does.
    """
    if change.id != ref.id:
        raise IdMismatchError(ref.id, change.id) if ref.type is ElementType.NODE else BadRequestError
    _apply(user, change)
    return change.version + 1


def _apply(user: User, change: Change) -> DiffResultLine:
    """Apply one change. Raises the errors of `permissions.check`, of the changeset and of the rules of editing."""
    check(user, EDIT_MAP)

    def attempt() -> DiffResultLine:
        with transaction.atomic():
            if change.action is not Action.CREATE:
                _check_version(change)
            try:
                row = lock_changeset(user, change.changeset)
            except NotFoundError:
                raise NoChangesetError from None
            changeset = check_open(row)
            _check_size(change)
            _check_references(change)
            (result,) = apply_changes(user, changeset, [change])
            return result

    try:
        return retrying(attempt)
    except MissingReferencesError as error:
        element_id = "" if change.action is Action.CREATE else change.id
        raise CannotBeSavedError(change.type, element_id, error) from None
    except StillUsedError as error:
        if change.type is ElementType.RELATION:
            raise RelationStillUsedError(change.id, error.referrers[0]) from None
        raise
    except TooLargeError:
        raise TooLargeError("Size limit exceeded") from None


def _check_version(change: Change) -> None:
    """Check the version of the element before the changeset is checked.

    The element is not locked yet: a change in the meantime is noticed when the change is applied.
    """
    manager = CURRENT[change.type]._default_manager
    found = manager.filter(pk=change.id).values_list("version", "visible").first()
    if found is None:
        raise NotFoundError
    ref = ElementRef(change.type, change.id)
    if change.action is Action.DELETE and not found[1]:
        raise AlreadyDeletedError(ref)
    if found[0] != change.version:
        raise VersionMismatchError(change.version, found[0], ref)


def _check_size(change: Change) -> None:
    if change.action is Action.DELETE:
        return
    element_id = None if change.action is Action.CREATE else change.id
    if change.type is ElementType.WAY:
        if not change.nodes:
            raise InvalidWayError(element_id)
        if len(change.nodes) > settings.MAX_NUMBER_OF_WAY_NODES:
            raise TooManyWayNodesError(len(change.nodes), element_id or "", settings.MAX_NUMBER_OF_WAY_NODES)
    elif len(change.members) > settings.MAX_NUMBER_OF_RELATION_MEMBERS:
        raise TooManyMembersError(
            len(change.members), element_id or "", settings.MAX_NUMBER_OF_RELATION_MEMBERS
        )


def _check_references(change: Change) -> None:
    """Check that all references are ids of elements: these calls have no placeholders."""
    named = [(ElementType.NODE, node) for node in change.nodes]
    named += [(member.type, member.ref) for member in change.members]
    for kind, ref in named:
        if ref < 1:
            raise MissingReferencesError(ElementRef(change.type, change.id), kind, [ref])
