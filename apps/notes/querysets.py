"""Reads of notes. The count of statements does not depend on how much they read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from apps.osm.elements import MAX_ID
from apps.osm.errors import NotFoundError
from apps.users.models import User

from .models import Note, NoteComment, NoteSubscription

PAGE_SIZE = 10
SHOWN_AFTER_CLOSING = timedelta(days=7)
"""How long a closed note stays on the map."""
Event = NoteComment.Event
ACTIVE = [User.Status.ACTIVE, User.Status.CONFIRMED]
_SHOWN = ["note", "event", "body", "created_at", "visible"]
_SHOWN += ["author__display_name", "author__data_public", "author__status"]


def shown_comments() -> QuerySet[NoteComment]:
    """Return the comments that everyone may see, oldest first: not hidden, and not by suspended or deleted users.

    Their authors come with the fields that are necessary to name them (upstream behaviour 1.15.1).
    """
    shown = Q(author=None) | Q(author__status__in=ACTIVE)
    comments = NoteComment.objects.filter(shown, visible=True).select_related("author")
    return comments.only(*_SHOWN).order_by("created_at", "id")


def described_notes() -> QuerySet[Note]:
    """Return notes, including hidden ones, with their visible comments as `shown`. Two statements."""
    return Note.objects.prefetch_related(Prefetch("comments", shown_comments(), to_attr="shown"))


def latest_comments() -> QuerySet[NoteComment]:
    """Return visible comments, newest first, each with its note as in `described_notes`. Three statements."""
    return (
        shown_comments().order_by("-created_at", "-id").prefetch_related(Prefetch("note", described_notes()))
    )


@dataclass(frozen=True)
class Discussion:
    """A note and its visible comments.

    `description` is the comment that opened it. If it is not visible, it is None, and `is_orphaned` says whether that
    is because its author's account is gone.
    """

    note: Note
    description: NoteComment | None
    is_orphaned: bool
    comments: list[NoteComment]

    @property
    def last_event(self) -> NoteComment | None:
        """The event that closed or hid the note."""
        return next((c for c in reversed(self.comments) if c.event == self.note.status), None)

    @property
    def has_anonymous(self) -> bool:
        written = [self.description, *self.comments] if self.description else self.comments
        return any(comment.author is None for comment in written)

    @property
    def disappears_at(self) -> datetime | None:
        """When a recently closed note disappears from the map."""
        if self.note.status != Note.Status.CLOSED or self.note.closed_at is None:
            return None
        end = self.note.closed_at + SHOWN_AFTER_CLOSING
        return end if end > timezone.now() else None


def access_discussion(note_id: int, *, show_hidden: bool = False) -> Discussion:
    """Return the note with its visible comments. Raises NotFoundError, also for a hidden note.

    Two statements, and one more if the comment that opened it is not visible.
    """
    found = described_notes().filter(pk=min(note_id, MAX_ID)).first()
    if found is None or (found.is_hidden and not show_hidden):
        raise NotFoundError
    shown: list[NoteComment] = found.shown  # type: ignore[attr-defined]
    description = next((comment for comment in shown if comment.event == Event.OPENED), None)
    is_orphaned = description is None and found.comments.filter(event=Event.OPENED).exists()
    return Discussion(found, description, is_orphaned, [c for c in shown if c is not description])


def titles_of_notes(ids: Iterable[int]) -> dict[int, str]:
    """Return the texts with which these notes were opened, by id; none for hidden notes. One statement."""
    openings = shown_comments().filter(note__in=list(ids), event=Event.OPENED)
    return {comment.note_id: comment.body for comment in openings.exclude(note__status=Note.Status.HIDDEN)}


def latest_comment_id(note: Note, author: User) -> int | None:
    """Return the id of the author's latest comment on a note."""
    return note.comments.filter(author=author).order_by("-id").values_list("id", flat=True).first()


def is_followed(note: Note, user: User) -> bool:
    """Return whether the user is notified of comments on the note."""
    return NoteSubscription.objects.filter(note=note, user=user).exists()


@dataclass(frozen=True)
class NotePage:
    """A page of notes, each with the comment that opened it as `openings` (none or one)."""

    rows: Sequence[Note]
    number: int
    has_more: bool


def note_page(found: QuerySet[Note], number: int) -> NotePage:
    """Return a page of ten notes, recently updated ones first. Two statements."""
    openings = Prefetch("comments", shown_comments().filter(event=Event.OPENED), to_attr="openings")
    start = (number - 1) * PAGE_SIZE
    rows = list(found.order_by("-updated_at", "id").prefetch_related(openings)[start : start + PAGE_SIZE + 1])
    return NotePage(rows[:PAGE_SIZE], number, has_more=len(rows) > PAGE_SIZE)


def listed_notes(*, show_hidden: bool = False, status: str = "all") -> QuerySet[Note]:
    """Return notes with the status `open` or `closed`, or with any status."""
    found = Note.objects.all() if show_hidden else Note.objects.exclude(status=Note.Status.HIDDEN)
    return found.filter(status=status) if status in {Note.Status.OPEN, Note.Status.CLOSED} else found


def access_described_note(note_id: int) -> Note:
    """Return the note, hidden or not, with the comments that are shown. Raises NotFoundError."""
    note = described_notes().filter(pk=note_id).first()
    if note is None:
        raise NotFoundError
    return note
