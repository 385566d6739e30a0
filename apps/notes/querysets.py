"""Reads of notes."""

from django.db.models import Prefetch, Q, QuerySet

from apps.users.models import User

from .models import Note, NoteComment

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
