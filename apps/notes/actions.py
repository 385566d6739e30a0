"""What is done with notes: left, commented, closed, reopened, hidden, followed (upstream behaviour 1.15)."""

from django.db import transaction
from django.utils import timezone

from apps.osm.elements import COORDINATE_SCALE, UNWRITABLE
from apps.osm.errors import (
    AlreadySubscribedError,
    InvalidTextError,
    NoTextError,
    NotFoundError,
    NotSubscribedError,
    ObjectNotFoundError,
    TextTooLongError,
)
from apps.users.models import User, UserRole
from apps.users.permissions import has_role

from . import followers, zones
from .errors import (
    NoSuchNoteError,
    NoteClosedError,
    NoteHiddenError,
    NoteOpenError,
    OutsideWorldError,
    ZoneError,
)
from .models import Note, NoteComment, NoteSubscription

LONGEST_COMMENT = 2000
Event = NoteComment.Event
Status = Note.Status


def create(author: User | None, *, lat: float, lon: float, text: str, address: str | None = None) -> Note:
    """A new note, which its author follows; without an author it is an anonymous visitor's, who has an address.

    Position in degrees. Raises NoTextError, ZoneError, OutsideWorldError, InvalidTextError, TextTooLongError.
    """
    if not text.strip():
        raise NoTextError
    if author is None and zones.protects(lat, lon):
        raise ZoneError
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise OutsideWorldError
    _check(text)
    with transaction.atomic():
        now = timezone.now()
        note = Note.objects.create(
            lat=round(lat * COORDINATE_SCALE),
            lon=round(lon * COORDINATE_SCALE),
            created_at=now,
            updated_at=now,
        )
        NoteComment.objects.create(
            note=note,
            author=author,
            author_address=None if author else address,
            event=Event.OPENED,
            body=text,
            created_at=now,
        )
        if author is not None:
            NoteSubscription.objects.create(note=note, user=author)
    return note


def comment(author: User, *, note_id: int, text: str) -> Note:
    """Raises NoTextError, NotFoundError, NoteHiddenError, NoteClosedError, InvalidTextError, TextTooLongError."""
    if not text.strip():
        raise NoTextError
    with transaction.atomic():
        note = _lock(note_id)
        _check_open(note)
        return _write(note, author, Event.COMMENTED, text)


def close(author: User, *, note_id: int, text: str = "") -> Note:
    """Raises ObjectNotFoundError, NoteHiddenError, NoteClosedError, InvalidTextError, TextTooLongError."""
    with transaction.atomic():
        note = _lock(note_id, ObjectNotFoundError)
        _check_open(note)
        note.status, note.closed_at = Status.CLOSED, timezone.now()
        return _write(note, author, Event.CLOSED, text)


def reopen(author: User, *, note_id: int, text: str = "") -> Note:
    """Open again; hidden notes are shown again by moderators.

    Raises ObjectNotFoundError, NoteHiddenError, NoteOpenError, InvalidTextError, TextTooLongError.
    """
    with transaction.atomic():
        note = _lock(note_id, ObjectNotFoundError)
        if note.is_hidden and not has_role(author, UserRole.Role.MODERATOR):
            raise NoteHiddenError(note.pk)
        if note.status == Status.OPEN:
            raise NoteOpenError(note.pk)
        note.status, note.closed_at = Status.OPEN, None
        return _write(note, author, Event.REOPENED, text)


def hide(moderator: User, *, note_id: int, text: str = "") -> Note:
    """Out of everybody's sight but the moderators'; nobody is told.

    Raises NotFoundError, NoteHiddenError, InvalidTextError, TextTooLongError.
    """
    with transaction.atomic():
        note = _lock(note_id)
        if note.is_hidden:
            raise NoteHiddenError(note.pk)
        note.status = Status.HIDDEN
        return _write(note, moderator, Event.HIDDEN, text)


def subscribe(user: User, *, note_id: int) -> None:
    """The user hears of comments. Raises NoSuchNoteError, AlreadySubscribedError."""
    _subscription, is_new = NoteSubscription.objects.get_or_create(note=_known(note_id), user=user)
    if not is_new:
        raise AlreadySubscribedError("note", note_id)


def unsubscribe(user: User, *, note_id: int) -> None:
    """The user hears no more of comments. Raises NoSuchNoteError, NotSubscribedError."""
    number, _deleted = NoteSubscription.objects.filter(note=_known(note_id), user=user).delete()
    if not number:
        raise NotSubscribedError("note", note_id)


def _known(note_id: int) -> Note:
    """A note that is not hidden: who may not read it does not follow it either."""
    note = Note.objects.filter(pk=note_id).exclude(status=Status.HIDDEN).first()
    if note is None:
        raise NoSuchNoteError(note_id)
    return note


def _lock(note_id: int, missing: type[NotFoundError] = NotFoundError) -> Note:
    note = Note.objects.select_for_update(no_key=True).filter(pk=note_id).first()
    if note is None:
        raise missing
    return note


def _check_open(note: Note) -> None:
    if note.is_hidden:
        raise NoteHiddenError(note.pk)
    if note.closed_at is not None:
        raise NoteClosedError(note.pk, note.closed_at)


def _check(text: str) -> None:
    if len(text) > LONGEST_COMMENT:
        raise TextTooLongError("NoteComment", "body", LONGEST_COMMENT)
    if UNWRITABLE.search(text):
        raise InvalidTextError("NoteComment", "body")


def _write(note: Note, author: User, event: NoteComment.Event, text: str) -> Note:
    """The event with its words; who follows the note hears of it, and its author follows it from now on."""
    _check(text)
    note.updated_at = timezone.now()
    note.save(update_fields=["status", "closed_at", "updated_at"])
    written = NoteComment.objects.create(
        note=note, author=author, event=event, body=text, created_at=note.updated_at
    )
    if event is not Event.HIDDEN:
        followers.tell_of(written)
    NoteSubscription.objects.get_or_create(note=note, user=author)
    return note
