"""How many messages a user may send (upstream behaviour 1.6.4)."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from apps.users.limits import HOUR, allowed_per_hour
from apps.users.models import User

from .querysets import inbox


def messages_left(user: User, now: datetime | None = None) -> int:
    """Return how many more messages the user may send within the hour. Two statements."""
    now = now or timezone.now()
    received = inbox(user.pk).filter(sent_at__gt=now - HOUR).count()
    allowed = allowed_per_hour(
        user.created_at, now=now, received=received, most=settings.MAX_MESSAGES_PER_HOUR
    )
    return allowed - user.messages_sent.filter(sent_at__gt=now - HOUR).count()
