"""Reads of notes. The count of statements does not depend on how much they read, unless they say so."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    F,
    Func,
    IntegerField,
    Prefetch,
    Q,
    QuerySet,
    Value,
    prefetch_related_objects,
)
from django.utils import timezone

from apps.changesets.recency import by_time, in_index_order
from apps.osm.elements import MAX_ID
from apps.osm.errors import NotFoundError
from apps.users.models import User

from .models import Note, NoteComment, NoteSubscription

PAGE_SIZE = 10
COMMENTS_PER_PAGE = 100
SHOWN_AFTER_CLOSING = timedelta(days=7)
"""How long a closed note stays on the map."""
Event = NoteComment.Event
ACTIVE = [User.Status.ACTIVE, User.Status.CONFIRMED]
_NOTES_PER_STATEMENT = 100
_COMMENTS_PER_FETCH = 200
_NO_MORE: tuple[int, Iterator[NoteComment]] = (0, iter(()))
_SHOWN = ["note", "event", "body", "created_at", "visible"]
_SHOWN += ["author__display_name", "author__data_public", "author__status"]


def shown_comments() -> QuerySet[NoteComment]:
    """Return the comments that everyone may see, oldest first: not hidden, and not by suspended or deleted users.

    Their authors come with the fields that are necessary to name them (upstream behaviour 1.15.1).
    """
    shown = Q(author=None) | Q(author__status__in=ACTIVE)
    comments = NoteComment.objects.filter(shown, visible=True).select_related("author")
    return comments.only(*_SHOWN).order_by("created_at", "id")


Thread = tuple[Note, Iterator[NoteComment]]
"""A note and its visible comments, oldest first."""


def threads(notes: Sequence[Note]) -> Iterator[Thread]:
    """Yield each note with its visible comments, which are read from the database as they are consumed.

    One statement per hundred notes; however long the discussions are, a few hundred comments are in memory.
    """
    for start in range(0, len(notes), _NOTES_PER_STATEMENT):
        batch = notes[start : start + _NOTES_PER_STATEMENT]
        ids = Value([note.pk for note in batch], ArrayField(BigIntegerField()))
        place = Func(ids, F("note_id"), function="array_position", output_field=IntegerField())
        comments = shown_comments().filter(note__in=batch).order_by(place, "created_at", "id")
        groups = groupby(comments.iterator(chunk_size=_COMMENTS_PER_FETCH), key=attrgetter("note_id"))
        note_id, group = next(groups, _NO_MORE)
        for note in batch:
            if note.pk != note_id:
                yield note, iter(())
                continue
            yield note, group
            note_id, group = next(groups, _NO_MORE)


def latest_by_note(notes: Sequence[Note], most: int) -> dict[int, list[NoteComment]]:
    """Return the latest visible comments of each note, oldest first, by the note's id. One statement."""
    latest = shown_comments().order_by("-created_at", "-id")[:most]
    prefetch_related_objects(notes, Prefetch("comments", latest, to_attr="latest"))
    return {note.pk: note.latest[::-1] for note in notes}  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Discussion:
    """A note and its visible comments, the latest of them or those before a certain one.

    `description` is the comment that opened it. If it is not visible, it is None, and `is_orphaned` says whether that
    is because its author's account is gone.
    """

    note: Note
    description: NoteComment | None
    is_orphaned: bool
    comments: list[NoteComment]
    has_earlier: bool = False

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


def access_discussion(note_id: int, *, show_hidden: bool = False, before: int | None = None) -> Discussion:
    """Return the note with at most a hundred visible comments: the latest, or those before the comment of an id.

    Raises NotFoundError, also for a hidden note. Two statements, and one or two more if the comment that opened the
    note is not among these.
    """
    note = access_note(note_id)
    if note.is_hidden and not show_hidden:
        raise NotFoundError
    comments = shown_comments().filter(note=note)
    earlier = comments if before is None else comments.filter(pk__lt=min(before, MAX_ID))
    latest = list(earlier.order_by("-created_at", "-id")[: COMMENTS_PER_PAGE + 2])
    opening = next((comment for comment in latest if comment.event == Event.OPENED), None)
    if opening is None:
        opening = comments.filter(event=Event.OPENED).first()
    is_orphaned = opening is None and note.comments.filter(event=Event.OPENED).exists()
    others = [comment for comment in latest if comment != opening]
    return Discussion(
        note,
        opening,
        is_orphaned,
        others[:COMMENTS_PER_PAGE][::-1],
        has_earlier=len(others) > COMMENTS_PER_PAGE,
    )


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


def note_page(found: QuerySet[Note], number: int, *, in_area: bool = False) -> NotePage:
    """Return a page of ten notes, recently updated ones first. Two statements.

    `in_area` is for notes of an area without any other search.
    """
    openings = Prefetch("comments", shown_comments().filter(event=Event.OPENED), to_attr="openings")
    found = found.order_by(by_time("updated_at") if in_area else "-updated_at", "id")
    start = (number - 1) * PAGE_SIZE
    with in_index_order() if in_area else nullcontext():
        rows = list(found.prefetch_related(openings)[start : start + PAGE_SIZE + 1])
    return NotePage(rows[:PAGE_SIZE], number, has_more=len(rows) > PAGE_SIZE)


def listed_notes(*, show_hidden: bool = False, status: str = "all") -> QuerySet[Note]:
    """Return notes with the status `open` or `closed`, or with any status."""
    found = Note.objects.all() if show_hidden else Note.objects.exclude(status=Note.Status.HIDDEN)
    return found.filter(status=status) if status in {Note.Status.OPEN, Note.Status.CLOSED} else found


def access_note(note_id: int) -> Note:
    """Return the note, hidden or not. Raises NotFoundError."""
    note = Note.objects.filter(pk=min(note_id, MAX_ID)).first()
    if note is None:
        raise NotFoundError
    return note
