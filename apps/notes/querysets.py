"""Reads of notes. The number of statements does not grow with what is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from apps.osm.elements import MAX_ID
from apps.osm.errors import NotFoundError
from apps.users.models import User

from .models import Note, NoteComment, NoteSubscription

ACTIVE = [User.Status.ACTIVE, User.Status.CONFIRMED]
_SHOWN = ["note", "event", "body", "created_at", "visible"]
_SHOWN += ["author__display_name", "author__data_public", "author__status"]


def shown_comments() -> QuerySet[NoteComment]:
    """What is shown of discussions, the oldest first: nothing hidden, nothing by people whose account may not be
    used (upstream behaviour 1.15.1). Of their authors it reads no more than it takes to name them."""
    shown = Q(author=None) | Q(author__status__in=ACTIVE)
    comments = NoteComment.objects.filter(shown, visible=True).select_related("author")
    return comments.only(*_SHOWN).order_by("created_at", "id")


def described_notes() -> QuerySet[Note]:
    """Notes, hidden ones too, with the comments that are shown, as `shown`. Two statements."""
    return Note.objects.prefetch_related(Prefetch("comments", shown_comments(), to_attr="shown"))


def latest_comments() -> QuerySet[NoteComment]:
    """What is shown of discussions, the newest first, each with its note as `described_notes` reads it. Three
    statements."""
    return (
        shown_comments().order_by("-created_at", "-id").prefetch_related(Prefetch("note", described_notes()))
    )


PAGE_SIZE = 10
FRESHLY_CLOSED = timedelta(days=7)
"""So long a note is still on the map after it was closed."""
Event = NoteComment.Event


@dataclass(frozen=True)
class Discussion:
    """A note and what is shown of it.

    `description` is what opened it, None where that is not shown: `is_orphaned` says that its author is gone.
    """

    note: Note
    description: NoteComment | None
    is_orphaned: bool
    comments: list[NoteComment]

    @property
    def last_event(self) -> NoteComment | None:
        """What closed the note, or hid it."""
        return next((c for c in reversed(self.comments) if c.event == self.note.status), None)

    @property
    def has_anonymous(self) -> bool:
        written = [self.description, *self.comments] if self.description else self.comments
        return any(comment.author is None for comment in written)

    @property
    def disappears_at(self) -> datetime | None:
        """When a freshly closed note will be gone from the map."""
        if self.note.status != Note.Status.CLOSED or self.note.closed_at is None:
            return None
        moment = self.note.closed_at + FRESHLY_CLOSED
        return moment if moment > timezone.now() else None


def access_discussion(note_id: int, *, show_hidden: bool = False) -> Discussion:
    """The note with what is shown of its discussion; NotFoundError where there is none, or it is hidden.

    Two statements, and one more where what opened it is not shown.
    """
    found = described_notes().filter(pk=min(note_id, MAX_ID)).first()
    if found is None or (found.is_hidden and not show_hidden):
        raise NotFoundError
    shown: list[NoteComment] = found.shown  # type: ignore[attr-defined]
    description = next((comment for comment in shown if comment.event == Event.OPENED), None)
    is_orphaned = description is None and found.comments.filter(event=Event.OPENED).exists()
    return Discussion(found, description, is_orphaned, [c for c in shown if c is not description])


def latest_comment(note: Note, author: User) -> int | None:
    """The id of what somebody did last to a note."""
    return note.comments.filter(author=author).order_by("-id").values_list("id", flat=True).first()


def is_followed(note: Note, user: User) -> bool:
    """Whether the user hears of comments on the note."""
    return NoteSubscription.objects.filter(note=note, user=user).exists()


@dataclass(frozen=True)
class NotePage:
    """Some notes, each with what opened it as `openings` (none or one), and whether others follow."""

    rows: Sequence[Note]
    number: int
    has_more: bool


def note_page(found: QuerySet[Note], number: int) -> NotePage:
    """At most ten notes, those that changed last first. Two statements."""
    openings = Prefetch("comments", shown_comments().filter(event=Event.OPENED), to_attr="openings")
    start = (number - 1) * PAGE_SIZE
    rows = list(found.order_by("-updated_at", "id").prefetch_related(openings)[start : start + PAGE_SIZE + 1])
    return NotePage(rows[:PAGE_SIZE], number, has_more=len(rows) > PAGE_SIZE)


def listed_notes(*, show_hidden: bool = False, status: str = "all") -> QuerySet[Note]:
    """Notes of a status, `open` or `closed`, or of each."""
    found = Note.objects.all() if show_hidden else Note.objects.exclude(status=Note.Status.HIDDEN)
    return found.filter(status=status) if status in {Note.Status.OPEN, Note.Status.CLOSED} else found


def access_described_note(note_id: int) -> Note:
    """Return the note, hidden or not, with the comments that are shown. Raises NotFoundError."""
    note = described_notes().filter(pk=note_id).first()
    if note is None:
        raise NotFoundError
    return note
