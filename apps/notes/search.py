"""Searches of notes by place, age, words and author (upstream behaviour 1.15.3, 1.15.7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from apps.changesets.recency import by_time, in_index_order
from apps.osm.bbox import BBox
from apps.users.models import User

from .models import Note, NoteComment
from .querysets import shown_comments

Status = Note.Status
_LONGEST_DAYS = 36_500
_ALL = 2**31
"""A limit that only prevents PostgreSQL from merging a subquery with the query around it."""


def within(bbox: BBox, prefix: str = "") -> Func:
    """Return the condition that a note lies in the bbox, sides included, in the form that uses the index of positions.

    `prefix` is the path to the note, such as `note__`.
    """
    position = _point(F(f"{prefix}lon"), F(f"{prefix}lat"))
    area = Func(
        _point(Value(bbox.min_lon), Value(bbox.min_lat)),
        _point(Value(bbox.max_lon), Value(bbox.max_lat)),
        function="box",
    )
    return Func(position, area, template="%(expressions)s", arg_joiner=" <@ ", output_field=BooleanField())


def in_bboxes(notes: QuerySet[Note], bboxes: Sequence[BBox]) -> QuerySet[Note]:
    """Return the notes in any of the bboxes."""
    inside = Q()
    for bbox in bboxes:
        inside |= Q(within(bbox))
    return notes.filter(inside)


def not_long_closed(days: int, now: datetime, prefix: str = "") -> Q:
    """Return the condition that a note is open, or was closed within so many days.

    With 0 days it is only open ones, and with a negative count all that are not hidden.
    """
    status = f"{prefix}status"
    if days < 0:
        return Q(**{f"{status}__in": [Status.OPEN, Status.CLOSED]})
    still_open = Q(**{status: Status.OPEN})
    if days == 0:
        return still_open
    since = now - timedelta(days=min(days, _LONGEST_DAYS))
    return still_open | Q(**{status: Status.CLOSED, f"{prefix}closed_at__gt": since})


LONGEST_QUERY = 4000
"""Characters of words that are searched for; PostgreSQL refuses tens of thousands of words, as too deep a query."""


def with_words(notes: QuerySet[Note], words: str, *, words_first: bool) -> QuerySet[Note]:
    """Return the notes with a comment that contains all the words, in any English inflection.

    `words_first` makes PostgreSQL use the index of words first. That is for notes in a bbox: it estimates every bbox to
    be nearly empty, and would read all comments in it one by one.
    """
    # The expression has to be the one of the index, or PostgreSQL reads every comment.
    commented = shown_comments().annotate(words=SearchVector("body", config="english"))
    query = SearchQuery(words[:LONGEST_QUERY].replace("\0", " "), config="english")
    found = commented.filter(words=query).order_by().values("note")
    return notes.filter(pk__in=found[:_ALL] if words_first else found)


def touched_by(notes: QuerySet[Note], user: User) -> QuerySet[Note]:
    """Return the notes with a visible comment or other event by the user."""
    return notes.filter(pk__in=shown_comments().filter(author=user).order_by().values("note"))


def _point(x: F | Value, y: F | Value) -> Func:
    return Func(x, y, function="point")


def find_notes(
    now: datetime,
    *,
    limit: int,
    days_closed: int,
    bbox: BBox | None = None,
    user: User | None = None,
    words: str = "",
    period: tuple[datetime, datetime] | None = None,
    period_of: str = "created_at",
    order: str = "-updated_at",
) -> list[Note]:
    """Return the notes that meet all conditions.

    `period` is about the time `period_of`; `order` is `created_at` or `updated_at`, with a minus for newest first.
    """
    notes = Note.objects.filter(not_long_closed(days_closed, now))
    if bbox is not None:
        notes = notes.filter(within(bbox))
    if user is not None:
        notes = touched_by(notes, user)
    if words:
        notes = with_words(notes, words, words_first=bbox is not None)
    if period is not None:
        notes = notes.filter(**{f"{period_of}__range": period})
    oldest_first = not order.startswith("-")
    by_number = "id" if oldest_first else "-id"
    if bbox is None or user is not None or words:
        return list(notes.order_by(order, by_number)[:limit])
    with in_index_order():
        in_area = by_time(order.removeprefix("-"), oldest_first=oldest_first)
        return list(notes.order_by(in_area, by_number)[:limit])


def find_comments(
    now: datetime, *, limit: int, days_closed: int, bbox: BBox | None = None
) -> list[NoteComment]:
    """Return the latest visible comments on notes, newest first, each with its note. Usually two statements.

    A note changes with each of its comments, so the latest comments are on the notes that changed last: there is no
    need to read those of all notes.
    """
    notes = Note.objects.filter(not_long_closed(days_closed, now))
    if bbox is not None:
        notes = notes.filter(within(bbox))
    count = limit
    while True:
        changed = _last_changed(notes, count, in_area=bbox is not None)
        comments = list(shown_comments().filter(note__in=changed).order_by("-created_at", "-id")[:limit])
        oldest = min((note.updated_at for note in changed.values()), default=now)
        # The latest comment on a note may be hidden, or by a user who is.
        if len(changed) < count or (len(comments) == limit and comments[-1].created_at >= oldest):
            break
        count *= 4
    for comment in comments:
        comment.note = changed[comment.note_id]
    return comments


def _last_changed(notes: QuerySet[Note], count: int, *, in_area: bool) -> dict[int, Note]:
    if not in_area:
        return {note.pk: note for note in notes.order_by("-updated_at", "-id")[:count]}
    with in_index_order():
        return {note.pk: note for note in notes.order_by(by_time("updated_at"), "-id")[:count]}
