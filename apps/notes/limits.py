"""How many notes and comments on notes one account or one network may write (openstreetmap.org has no such limits)."""

from django.conf import settings

from apps.osm.errors import TooManyRequestsError
from apps.users import rate_limits
from apps.users.limits import clamp
from apps.users.models import User
from apps.users.permissions import is_moderator
from apps.users.rate_limits import RateLimit, network_of

from .models import NoteComment

ANONYMOUS_NOTES = RateLimit(
    "anonymous-notes", lambda: settings.MAX_ANONYMOUS_NOTES_PER_HOUR, rate_limits.HOUR
)
NOTES = RateLimit("notes", lambda: settings.MAX_NOTES_PER_HOUR, rate_limits.HOUR)
COMMENTS = RateLimit("note-comments", lambda: settings.MAX_NOTE_COMMENTS_PER_HOUR, rate_limits.HOUR)
"""Comments, and changes of the status: each of them may send a mail to every follower of the note."""


def take_note(author: User | None, *, address: str | None) -> None:
    """Count a new note, of an account or of a visitor's network. Raises TooManyRequestsError."""
    if author is None:
        ANONYMOUS_NOTES.take(network_of(address))
    else:
        NOTES.take(author.pk)


def take_comment(author: User) -> None:
    """Count a comment or a change of the status; moderators have no limit. Raises TooManyRequestsError."""
    count = COMMENTS.count(author.pk)
    if count <= settings.INITIAL_NOTE_COMMENTS_PER_HOUR or is_moderator(author):
        return
    if count > comments_per_hour(author):
        raise TooManyRequestsError(COMMENTS.seconds_left(author.pk))


def comments_per_hour(author: User) -> int:
    """Return how many comments the user may write per hour: the more they have written, the more. One statement."""
    enough = settings.MAX_NOTE_COMMENTS_PER_HOUR
    written = NoteComment.objects.filter(author=author)[:enough].count()
    return clamp(written, least=settings.INITIAL_NOTE_COMMENTS_PER_HOUR, most=enough)
