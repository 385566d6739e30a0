"""Single creates, updates and deletes: the rules of uploads for one change, in the order and the words of the
single calls (upstream behaviour 1.11 and 1.22)."""

from django.conf import settings
from django.db import transaction

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
from apps.users.models import User

from .change_applier import Result
from .models import CURRENT
from .upload import apply_changes, retrying

_PLACEHOLDER = -1


def check_rate(user: User) -> None:
    """That the user may make one more change. Comes before the document is read. Raises TooManyChangesError."""
    if limits.changes_left(user) < 1:
        raise TooManyChangesError("Rate limit exceeded")


def access_element(ref: ElementRef) -> None:
    """That there is such an element, deleted or not. Raises NotFoundError."""
    if not CURRENT[ref.type]._default_manager.filter(pk=ref.id).exists():
        raise NotFoundError


def create(user: User, *, change: Change) -> int:
    """A new element; its id."""
    change.id = _PLACEHOLDER
    result = _apply(user, change)
    assert result.new_id is not None  # noqa: S101 (of a create)
    return result.new_id


def update(user: User, *, ref: ElementRef, change: Change) -> int:
    """A new version of an element; its number. Raises IdMismatchError."""
    if change.id != ref.id:
        raise IdMismatchError(ref.id, change.id)
    _apply(user, change)
    return change.version + 1


def delete(user: User, *, ref: ElementRef, change: Change) -> int:
    """The number of the version in which the element is no longer visible.

    Raises IdMismatchError; for ways and relations without a word, as upstream.
    """
    if change.id != ref.id:
        raise IdMismatchError(ref.id, change.id) if ref.type is ElementType.NODE else BadRequestError
    _apply(user, change)
    return change.version + 1


def _apply(user: User, change: Change) -> Result:
    def attempt() -> Result:
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
        number = "" if change.action is Action.CREATE else change.id
        raise CannotBeSavedError(change.type, number, error) from None
    except StillUsedError as error:
        if change.type is ElementType.RELATION:
            raise RelationStillUsedError(change.id, error.users[0]) from None
        raise
    except TooLargeError:
        raise TooLargeError("Size limit exceeded") from None


def _check_version(change: Change) -> None:
    """What the client knows of the element comes before what it says of the changeset. The element is held later;
    whoever changes it meanwhile is noticed then."""
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
    number = None if change.action is Action.CREATE else change.id
    if change.type is ElementType.WAY:
        if not change.nodes:
            raise InvalidWayError(number)
        if len(change.nodes) > settings.MAX_NUMBER_OF_WAY_NODES:
            raise TooManyWayNodesError(len(change.nodes), number or "", settings.MAX_NUMBER_OF_WAY_NODES)
    elif len(change.members) > settings.MAX_NUMBER_OF_RELATION_MEMBERS:
        raise TooManyMembersError(len(change.members), number or "", settings.MAX_NUMBER_OF_RELATION_MEMBERS)


def _check_references(change: Change) -> None:
    """There are no placeholders here: what is below 1 is no element."""
    named = [(ElementType.NODE, node) for node in change.nodes]
    named += [(member.type, member.ref) for member in change.members]
    for kind, ref in named:
        if ref < 1:
            raise MissingReferencesError(ElementRef(change.type, change.id), kind, [ref])
