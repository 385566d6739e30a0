"""How many messages a user may send (upstream behaviour 1.6.4)."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from apps.users.limits import HOUR, allowed_per_hour, seconds_until_past
from apps.users.models import User

from .errors import TooManyMessagesError
from .querysets import inbox


def check_messages(user: User, now: datetime | None = None) -> None:
    """Raise TooManyMessagesError unless the user may send another message."""
    now = now or timezone.now()
    left = messages_left(user, now)
    if left < 1:
        recent = user.messages_sent.filter(sent_at__gt=now - HOUR).order_by("sent_at")
        times = list(recent.values_list("sent_at", flat=True)[-left : 1 - left])
        raise TooManyMessagesError(seconds_until_past(times[0] if times else None, now=now))


def messages_left(user: User, now: datetime | None = None) -> int:
    """Return how many more messages the user may send within the hour. Two statements."""
    now = now or timezone.now()
    received = inbox(user.pk).filter(sent_at__gt=now - HOUR).count()
    allowed = allowed_per_hour(
        user.created_at, now=now, received=received, most=settings.MAX_MESSAGES_PER_HOUR
    )
    return allowed - user.messages_sent.filter(sent_at__gt=now - HOUR).count()
