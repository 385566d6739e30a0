"""What can go wrong with notes, one class per rule (see `apps/osm/errors.py`)."""

from datetime import UTC, datetime

from apps.osm.errors import AccessDeniedError, BadRequestError, ConflictError, GoneError, NotFoundError


class NoSuchNoteError(NotFoundError):
    """The same as NotFoundError, for the calls that respond with a text."""

    def __init__(self, note: int) -> None:
        super().__init__(f"Note {note} not found.")


class NoteHiddenError(GoneError):
    def __init__(self, note: int) -> None:
        super().__init__(f"The note with the id {note} has already been deleted")


class NoteClosedError(ConflictError):
    def __init__(self, note: int, closed_at: datetime) -> None:
        super().__init__(f"The note {note} was closed at {closed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S UTC}")


class NoteOpenError(ConflictError):
    def __init__(self, note: int) -> None:
        super().__init__(f"The note {note} is already open")


class OutsideWorldError(BadRequestError):
    def __str__(self) -> str:
        return "The note is outside this world"


class ZoneError(AccessDeniedError):
    """A moderation zone, where anonymous visitors cannot create notes."""

    def __str__(self) -> str:
        return (
            "You don't have permissions to make changes in this zone, "
            "as it is currently protected by moderators"
        )
