"""What can go wrong when the map is edited: changesets, their documents, and elements.

BadRequestError
  BadXmlError, DuplicateTagsError, IdMismatchError  the document of a changeset or of a single element is wrong
  BadDocumentError                       an osmChange document cannot be read; says where
  PlaceholderError                       a placeholder is not unique, or nothing was created under it
  TooManyWayNodesError, TooManyMembersError
ConflictError
  NoChangesetError, NotOwnerError, ChangesetClosedError, ChangesetNotClosedError, ChangesetMismatchError
  VersionMismatchError
  KeyReusedError                         an idempotency key came with another document
GoneError
  AlreadyDeletedError
PreconditionError
  NoNodesError, MissingReferencesError, StillUsedError            of uploads
  InvalidWayError, CannotBeSavedError, RelationStillUsedError     of calls for a single element
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from .elements import ElementRef, ElementType
from .errors import BadRequestError, ConflictError, GoneError, PreconditionError


class BadXmlError(BadRequestError):
    """The document of a changeset or a single element cannot be read; the text quotes it."""

    def __init__(self, model: str, xml: str, detail: str) -> None:
        super().__init__(f"Cannot parse valid {model} from xml string {xml}. {detail}")


class DuplicateTagsError(BadRequestError):
    def __init__(self, element: str, key: str) -> None:
        super().__init__(f"Element {element} has duplicate tags with key {key}")


class IdMismatchError(BadRequestError):
    def __init__(self, in_url: int, in_xml: int) -> None:
        super().__init__(f"The id in the url ({in_url}) is not the same as provided in the xml ({in_xml})")


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


class NoChangesetError(ConflictError):
    def __str__(self) -> str:
        return "You need to supply a changeset to be able to make a change"


class NotOwnerError(ConflictError):
    def __str__(self) -> str:
        return "The user doesn't own that changeset"


class ChangesetClosedError(ConflictError):
    def __init__(self, changeset: int, closed_at: datetime) -> None:
        super().__init__(
            f"The changeset {changeset} was closed at {closed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S UTC}"
        )


class ChangesetNotClosedError(ConflictError):
    def __init__(self, changeset: int) -> None:
        super().__init__(f"The changeset {changeset} is not yet closed.")


class ChangesetMismatchError(ConflictError):
    def __init__(self, given: int, allowed: int) -> None:
        super().__init__(f"Changeset mismatch: Provided {given} but only {allowed} is allowed")


class VersionMismatchError(ConflictError):
    def __init__(self, given: int, latest: int, element: ElementRef) -> None:
        name = element.type.label.capitalize()
        super().__init__(f"Version mismatch: Provided {given}, server had: {latest} of {name} {element.id}")


class KeyReusedError(ConflictError):
    def __init__(self, key: str) -> None:
        super().__init__(f"The Idempotency-Key {key} was sent with another document before")


class AlreadyDeletedError(GoneError):
    def __init__(self, element: ElementRef) -> None:
        super().__init__(f"The {element.type.label} with the id {element.id} has already been deleted")


class NoNodesError(PreconditionError):
    def __init__(self, way: int) -> None:
        super().__init__(f"Way {way} must have at least one node")


class MissingReferencesError(PreconditionError):
    """An element of an upload refers to elements that do not exist or are deleted."""

    def __init__(self, element: ElementRef, kind: ElementType, missing: Iterable[int]) -> None:
        self.kind, self.missing = kind, sorted(missing)
        name, ids = element.type.label.capitalize(), ",".join(map(str, self.missing))
        super().__init__(
            f"{name} {element.id} requires the {kind.plural} with id in {ids}, which either do not exist, "
            "or are not visible."
        )


class StillUsedError(PreconditionError):
    """An element cannot be deleted because ways or relations use it."""

    def __init__(self, element: ElementRef, kind: ElementType, referrers: Iterable[int]) -> None:
        self.referrers = sorted(referrers)
        name, ids = element.type.label.capitalize(), ",".join(map(str, self.referrers))
        if element.type is ElementType.RELATION:
            super().__init__(f"The relation {element.id} is used in relations {ids}.")
        else:
            super().__init__(f"{name} {element.id} is still used by {kind.plural} {ids}.")


class InvalidWayError(PreconditionError):
    """A way has no nodes; `way` is None for a new one."""

    def __init__(self, way: int | None) -> None:
        super().__init__(
            f"Cannot update way {way}: data is invalid." if way else "Cannot create way: data is invalid."
        )


class CannotBeSavedError(PreconditionError):
    """`MissingReferencesError` in the words of the single-element calls; `element_id` is empty for a new element."""

    def __init__(self, kind: ElementType, element_id: int | str, cause: MissingReferencesError) -> None:
        if kind is ElementType.WAY:
            ids = ",".join(map(str, cause.missing))
            super().__init__(
                f"Way {element_id} requires the nodes with id in ({ids}), which either do not exist, or are not visible."
            )
        else:
            missing = f"{cause.kind.label.capitalize()} with id {cause.missing[0]}"
            super().__init__(f"Relation with id {element_id} cannot be saved due to {missing}")


class RelationStillUsedError(PreconditionError):
    """`StillUsedError` in the words of the single-element calls, which name one referrer."""

    def __init__(self, relation: int, referrer: int) -> None:
        super().__init__(f"The relation {relation} is used in relation {referrer}.")
