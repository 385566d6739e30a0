"""Notes and zones for tests."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.notes import actions
from apps.notes.models import ModerationZone, Note
from apps.users.models import User

SQUARE = [[9.0, 47.0], [10.0, 47.0], [10.0, 48.0], [9.0, 48.0]]


def leave(
    author: User | None, text: str = "The bridge is gone", *, lat: float = 47.1, lon: float = 9.505
) -> Note:
    """Create a note; without an author it is a visitor's."""
    return actions.create(author, lat=lat, lon=lon, text=text, address="192.0.2.1")


def protect(moderator: User, **values: Any) -> ModerationZone:
    """Create a zone of one degree around the notes, for a day."""
    ends_at = timezone.now() + timedelta(days=1)
    fields = {"name": "Square", "reason": "Too many", "outline": SQUARE, "ends_at": ends_at}
    return ModerationZone.objects.create(creator=moderator, **(fields | values))
