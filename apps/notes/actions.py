"""Actions on notes: create, comment, close, reopen, hide and subscribe (upstream behaviour 1.15)."""

from django.db import transaction
from django.utils import timezone

from apps.osm.elements import COORDINATE_SCALE
from apps.osm.errors import (
    AlreadySubscribedError,
    NoTextError,
    NotFoundError,
    NotSubscribedError,
    ObjectNotFoundError,
)
from apps.text.rules import check_text
from apps.users.models import User
from apps.users.permissions import ACCOUNT, ACTIVE, MODERATE, check, is_moderator

from . import followers, limits, zones
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
    """Create a note, to which its author is subscribed. Without an author it is an anonymous visitor's.

    The position is in degrees, `address` is the visitor's IP address. Raises the errors of `permissions.check`,
    NoTextError, ZoneError, OutsideWorldError, InvalidTextError, TextTooLongError, TooManyRequestsError.
    """
    if author is not None:
        check(author, ACCOUNT)
    if not text.strip():
        raise NoTextError
    if author is None and zones.protects(lat, lon):
        raise ZoneError
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise OutsideWorldError
    check_text("NoteComment", "body", text, longest=LONGEST_COMMENT)
    limits.take_note(author, address=address)
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
    """Comment on an open note.

    Raises the errors of `permissions.check`, NoTextError, NotFoundError, NoteHiddenError, NoteClosedError,
    InvalidTextError, TextTooLongError, TooManyRequestsError.
    """
    check(author, ACCOUNT)
    if not text.strip():
        raise NoTextError
    with transaction.atomic():
        note = _lock(note_id)
        _check_open(note)
        return _write(note, author, Event.COMMENTED, text)


def close(author: User, *, note_id: int, text: str = "") -> Note:
    """Close an open note.

    Raises the errors of `permissions.check`, ObjectNotFoundError, NoteHiddenError, NoteClosedError, InvalidTextError,
    TextTooLongError, TooManyRequestsError.
    """
    check(author, ACCOUNT)
    with transaction.atomic():
        note = _lock(note_id, ObjectNotFoundError)
        _check_open(note)
        note.status, note.closed_at = Status.CLOSED, timezone.now()
        return _write(note, author, Event.CLOSED, text)


def reopen(author: User, *, note_id: int, text: str = "") -> Note:
    """Reopen a closed note; moderators can also reopen hidden ones, which shows them again.

    Raises the errors of `permissions.check`, ObjectNotFoundError, NoteHiddenError, NoteOpenError, InvalidTextError,
    TextTooLongError, TooManyRequestsError.
    """
    check(author, ACCOUNT)
    with transaction.atomic():
        note = _lock(note_id, ObjectNotFoundError)
        if note.is_hidden and not is_moderator(author):
            raise NoteHiddenError(note.pk)
        if note.status == Status.OPEN:
            raise NoteOpenError(note.pk)
        note.status, note.closed_at = Status.OPEN, None
        return _write(note, author, Event.REOPENED, text)


def hide(moderator: User, *, note_id: int, text: str = "") -> Note:
    """Hide a note from everyone but moderators, without notifying its followers.

    Raises the errors of `permissions.check`, NotFoundError, NoteHiddenError, InvalidTextError, TextTooLongError.
    """
    check(moderator, MODERATE)
    with transaction.atomic():
        note = _lock(note_id)
        if note.is_hidden:
            raise NoteHiddenError(note.pk)
        note.status = Status.HIDDEN
        return _write(note, moderator, Event.HIDDEN, text)


def subscribe(user: User, *, note_id: int) -> None:
    """Subscribe the user to the comments. Raises NotActiveError, NoSuchNoteError, AlreadySubscribedError."""
    check(user, ACTIVE)
    _subscription, is_new = NoteSubscription.objects.get_or_create(note=_visible_note(note_id), user=user)
    if not is_new:
        raise AlreadySubscribedError("note", note_id)


def unsubscribe(user: User, *, note_id: int) -> None:
    """Unsubscribe the user from the comments. Raises NotActiveError, NoSuchNoteError, NotSubscribedError."""
    check(user, ACTIVE)
    count, _by_model = NoteSubscription.objects.filter(note=_visible_note(note_id), user=user).delete()
    if not count:
        raise NotSubscribedError("note", note_id)


def _visible_note(note_id: int) -> Note:
    """Return a note that is not hidden. Raises NoSuchNoteError."""
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


def _write(note: Note, author: User, event: NoteComment.Event, text: str) -> Note:
    """Store the event with its text, notify the followers of the note, and subscribe the author to it."""
    check_text("NoteComment", "body", text, longest=LONGEST_COMMENT)
    if event is not Event.HIDDEN:
        limits.take_comment(author)
    note.updated_at = timezone.now()
    note.save(update_fields=["status", "closed_at", "updated_at"])
    written = NoteComment.objects.create(
        note=note, author=author, event=event, body=text, created_at=note.updated_at
    )
    if event is not Event.HIDDEN:
        followers.notify_of(written)
    NoteSubscription.objects.get_or_create(note=note, user=author)
    return note
