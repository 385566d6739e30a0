"""What can go wrong, a class a rule. `str(error)` is the text that clients see: it is contract.

OsmError
  NotFoundError              what was asked for does not exist (no text: the answer is empty)
    ObjectNotFoundError      the same where upstream says so in words
    NotSubscribedError
  GoneError                  the element is deleted, the account is gone (no text)
  RedactedError              a moderator has taken this version out of sight (no text)
  NotAcceptableError         none of the formats asked for can be had
  BadRequestError            a parameter is missing or wrong, in words
    BadBoundingBoxError
    TooManyNodesError
    BadXmlError, DuplicateTagsError, IdMismatchError  a changeset or an element that was sent cannot be read
    BadDocumentError         an uploaded document cannot be read, and where
    PlaceholderError         a placeholder is not unique, or nothing was created under it
    TooManyWayNodesError, TooManyMembersError
    NoTextError, InvalidTextError, TextTooShortError, TextTooLongError  what somebody wrote is nothing, or cannot be kept
    CannotRedactError        the current version is to be put out of sight
  UnsupportedEncodingError   the body is compressed in a way that we do not know
  ConflictError              what the client knows is not what is there
    ChangesetClosedError, ChangesetMismatchError, KeyReusedError, NoChangesetError, NotOwnerError, VersionMismatchError
    AlreadySubscribedError, ChangesetNotClosedError  of discussions
  AlreadyDeletedError        deleted before
  PreconditionError          the change would break a reference
    NoNodesError, MissingReferencesError, StillUsedError     of uploads
    InvalidWayError, CannotBeSavedError, RelationStillUsedError  of single calls
  TooLargeError              the changeset's box, the document
    TooManyPreferencesError
  DuplicatePreferencesError  one key twice (406, the API page)
  TooManyChangesError        more changes an hour than the user may make
  TooManyCommentsError       more comments an hour than the user may write
  OfflineError               the status mode forbids the call
  NotAuthenticatedError      a call that needs a user came without one
  AccessDeniedError          the user may not do this
  TimedOutError              the answer took longer than the API's time-out
  AccountRefusedError               the account may not use the API now
    BlockedError
    UrgentMessageError
    TermsUnseenError
  NotPermittedError          the token's scope, or its user's role or status, does not allow the call
  PrivateEditsError          the user's edits are not public

Rules of notes, traces and messages stand in the `errors.py` of those apps, below the classes of here. Which HTTP
status each becomes stands in `apps/api06/errors.py`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from .elements import ElementRef, ElementType


class OsmError(Exception):
    """A rule was broken or a thing is not there; the text is meant for the client."""


class NotFoundError(OsmError):
    """No such thing, and nothing to say about it."""


class ObjectNotFoundError(NotFoundError):
    def __str__(self) -> str:
        return "Object not found"


class NotSubscribedError(NotFoundError):
    def __init__(self, kind: str, number: int) -> None:
        super().__init__(f"You are not subscribed to {kind} {number}.")


class GoneError(OsmError):
    """It was there once."""


class RedactedError(OsmError):
    """The version exists, but is not shown (API page, "Version", 403)."""


class NotAcceptableError(OsmError):
    def __init__(self, path: str, formats: list[str]) -> None:
        super().__init__(f"Acceptable formats for {path} are: {', '.join(formats)}")


class BadRequestError(OsmError):
    """A parameter is missing or wrong."""


class BadBoundingBoxError(BadRequestError):
    pass


class TooManyNodesError(BadRequestError):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You requested too many nodes (limit is {limit}). Either request a smaller area, or use planet.osm"
        )


class CannotRedactError(BadRequestError):
    def __str__(self) -> str:
        return "Cannot redact current version of element, only historical versions may be redacted."


class OfflineError(OsmError):
    def __str__(self) -> str:
        return "Database offline for maintenance"


class NotAuthenticatedError(OsmError):
    def __str__(self) -> str:
        return "Couldn't authenticate you"


class AccessDeniedError(OsmError):
    def __str__(self) -> str:
        return "Access denied"


class TimedOutError(OsmError):
    def __str__(self) -> str:
        return "Request timed out"


class BadDocumentError(BadRequestError):
    def __init__(self, problem: str, line: int, column: int) -> None:
        super().__init__(f"{problem} at line {line}, column {column}")


class PlaceholderError(BadRequestError):
    pass


class TooManyWayNodesError(BadRequestError):
    def __init__(self, count: int, way: int | str, limit: int) -> None:
        super().__init__(f"You tried to add {count} nodes to way {way}, however only {limit} are allowed")


class TooManyMembersError(BadRequestError):
    def __init__(self, count: int, relation: int | str, limit: int) -> None:
        super().__init__(
            f"You tried to add {count} members to relation {relation}, however only {limit} are allowed"
        )


class BadXmlError(BadRequestError):
    """A small document (a changeset, an element) cannot be read; the text begins with what was sent."""

    def __init__(self, model: str, xml: str, detail: str) -> None:
        super().__init__(f"Cannot parse valid {model} from xml string {xml}. {detail}")


class DuplicateTagsError(BadRequestError):
    def __init__(self, element: str, key: str) -> None:
        super().__init__(f"Element {element} has duplicate tags with key {key}")


class NoTextError(BadRequestError):
    def __str__(self) -> str:
        return "No text was given"


class InvalidTextError(BadRequestError):
    """Somebody wrote control characters; `model` and `field` name what was to be saved."""

    def __init__(self, model: str, field: str) -> None:
        super().__init__(f"{model} : {field}: contains invalid characters")


class TextTooShortError(BadRequestError):
    """Somebody wrote nothing where something is needed; `model` and `field` name what was to be saved."""

    def __init__(self, model: str, field: str, limit: int) -> None:
        super().__init__(f"{model} : {field}: is too short (minimum is {limit} character)")


class TextTooLongError(BadRequestError):
    """Somebody wrote a book; `model` and `field` name what was to be saved."""

    def __init__(self, model: str, field: str, limit: int) -> None:
        super().__init__(f"{model} : {field}: is too long (maximum is {limit} characters)")


class UnsupportedEncodingError(OsmError):
    def __str__(self) -> str:
        return "Supported Content-Encodings include 'gzip' and 'deflate'"


class ConflictError(OsmError):
    """What the client knows is not what is there."""


class ChangesetClosedError(ConflictError):
    def __init__(self, changeset: int, closed_at: datetime) -> None:
        super().__init__(
            f"The changeset {changeset} was closed at {closed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S UTC}"
        )


class ChangesetNotClosedError(ConflictError):
    def __init__(self, changeset: int) -> None:
        super().__init__(f"The changeset {changeset} is not yet closed.")


class AlreadySubscribedError(ConflictError):
    def __init__(self, kind: str, number: int) -> None:
        super().__init__(f"You are already subscribed to {kind} {number}.")


class ChangesetMismatchError(ConflictError):
    def __init__(self, given: int, allowed: int) -> None:
        super().__init__(f"Changeset mismatch: Provided {given} but only {allowed} is allowed")


class KeyReusedError(ConflictError):
    def __init__(self, key: str) -> None:
        super().__init__(f"The Idempotency-Key {key} was sent with another document before")


class NotOwnerError(ConflictError):
    def __str__(self) -> str:
        return "The user doesn't own that changeset"


class VersionMismatchError(ConflictError):
    def __init__(self, given: int, latest: int, element: ElementRef) -> None:
        name = element.type.label.capitalize()
        super().__init__(f"Version mismatch: Provided {given}, server had: {latest} of {name} {element.id}")


class AlreadyDeletedError(GoneError):
    def __init__(self, element: ElementRef) -> None:
        super().__init__(f"The {element.type.label} with the id {element.id} has already been deleted")


class PreconditionError(OsmError):
    def __init__(self, detail: str) -> None:
        super().__init__(f"Precondition failed: {detail}")


class NoNodesError(PreconditionError):
    def __init__(self, way: int) -> None:
        super().__init__(f"Way {way} must have at least one node")


class MissingReferencesError(PreconditionError):
    """An element of an upload refers to what is not there or not visible."""

    def __init__(self, element: ElementRef, kind: ElementType, missing: Iterable[int]) -> None:
        self.kind, self.missing = kind, sorted(missing)
        name, ids = element.type.label.capitalize(), ",".join(map(str, self.missing))
        super().__init__(
            f"{name} {element.id} requires the {kind.plural} with id in {ids}, which either do not exist, "
            "or are not visible."
        )


class CannotBeSavedError(PreconditionError):
    """The same of a single call, which has words of its own; `element_id` is empty for a new element."""

    def __init__(self, kind: ElementType, element_id: int | str, cause: MissingReferencesError) -> None:
        if kind is ElementType.WAY:
            ids = ",".join(map(str, cause.missing))
            super().__init__(
                f"Way {element_id} requires the nodes with id in ({ids}), which either do not exist, or are not visible."
            )
        else:
            missing = f"{cause.kind.label.capitalize()} with id {cause.missing[0]}"
            super().__init__(f"Relation with id {element_id} cannot be saved due to {missing}")


class InvalidWayError(PreconditionError):
    """A way of a single call has no nodes."""

    def __init__(self, way: int | None) -> None:
        super().__init__(
            f"Cannot update way {way}: data is invalid." if way else "Cannot create way: data is invalid."
        )


class StillUsedError(PreconditionError):
    """An element is to be deleted that ways or relations use."""

    def __init__(self, element: ElementRef, kind: ElementType, users: Iterable[int]) -> None:
        self.users = sorted(users)
        name, ids = element.type.label.capitalize(), ",".join(map(str, self.users))
        if element.type is ElementType.RELATION:
            super().__init__(f"The relation {element.id} is used in relations {ids}.")
        else:
            super().__init__(f"{name} {element.id} is still used by {kind.plural} {ids}.")


class RelationStillUsedError(PreconditionError):
    """The same of a single call for a relation: it names one user."""

    def __init__(self, relation: int, user: int) -> None:
        super().__init__(f"The relation {relation} is used in relation {user}.")


class NoChangesetError(ConflictError):
    def __str__(self) -> str:
        return "You need to supply a changeset to be able to make a change"


class IdMismatchError(BadRequestError):
    def __init__(self, in_url: int, in_xml: int) -> None:
        super().__init__(f"The id in the url ({in_url}) is not the same as provided in the xml ({in_xml})")


class TooLargeError(OsmError):
    """The changeset's box, or the document, is larger than is allowed."""


class DuplicatePreferencesError(OsmError):
    def __init__(self, key: str) -> None:
        super().__init__(f"Duplicate preferences with key {key}")


class TooManyPreferencesError(TooLargeError):
    def __init__(self, count: int, limit: int) -> None:
        super().__init__(f"You tried to store {count} preferences, however only {limit} are allowed at once")


class TooManyChangesError(OsmError):
    """More changes within the hour than the user may make."""


class TooManyCommentsError(OsmError):
    """More comments within the hour than the user may write."""

    def __str__(self) -> str:
        return "Rate limit exceeded"


class AccountRefusedError(OsmError):
    """The account as such may not use the API now, whatever the token allows."""


class BlockedError(AccountRefusedError):
    def __str__(self) -> str:
        return "Your access to the API has been blocked. Please log in to the web interface to find out more."


class UrgentMessageError(AccountRefusedError):
    """A block of no duration, which ends when it has been read."""

    def __str__(self) -> str:
        return (
            "You have an urgent message on the OpenStreetMap website. You need to read the message before you "
            "will be able to save your edits."
        )


class TermsUnseenError(AccountRefusedError):
    def __str__(self) -> str:
        return (
            "Your access to the API is temporarily suspended. Please log in to the web interface to view the "
            "Contributor Terms. You do not need to agree, but you must view them."
        )


class NotPermittedError(OsmError):
    """The token lacks the scope, or its user the role, the status or the agreement to the terms."""

    def __str__(self) -> str:
        return "You have not permitted the application access to this facility"


class NotActiveError(NotPermittedError):
    """The account is not active: pending, suspended or deleted."""


class TermsNotAgreedError(NotPermittedError):
    """The user has read the contributor terms and declined them."""


class RoleMissingError(NotPermittedError):
    """The user does not hold the role that this takes."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self.name, self.role = name, role


class PrivateEditsError(OsmError):
    def __str__(self) -> str:
        return "You must make your edits public to upload new data"
