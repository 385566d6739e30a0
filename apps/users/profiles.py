"""What the pages read about users."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from apps.osm.errors import NotFoundError

from .models import ANONYMOUS_AUTHOR_ID, User
from .permissions import is_administrator


def access_profile(display_name: str, *, viewer: User | None = None) -> User:
    """The user of that name if everybody, or this viewer, may see the profile; else NotFoundError.

    Administrators see those of suspended and deleted accounts too (upstream behaviour 2.9.7).
    """
    if "\x00" in display_name:
        raise NotFoundError
    user = User.objects.filter(display_name=display_name).exclude(pk=ANONYMOUS_AUTHOR_ID).first()
    if user is None or not (user.is_visible or is_administrator(viewer)):
        raise NotFoundError
    return user


def access_mapper(display_name: str) -> User:
    """The user of that name if the account may map; else NotFoundError."""
    user = access_profile(display_name)
    if not user.is_active:
        raise NotFoundError
    return user


@dataclass(frozen=True)
class Activity:
    """What a user has done here."""

    changesets: int
    last_edit: datetime | None
    comments: int
    notes: int


def activity_of(user: User) -> Activity:
    """Counts for the profile; the notes are those that the user opened or had to do with. Three statements."""
    edits = user.changesets.aggregate(number=Count("id"), last=Max("created_at"))
    comments = user.changeset_comments.filter(visible=True).count()
    on_notes = user.note_comments.exclude(note__status="hidden")
    notes = on_notes.aggregate(number=Count("note", distinct=True))["number"]
    return Activity(edits["number"], edits["last"], comments, notes)
