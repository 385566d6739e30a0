"""How many messages somebody may send (upstream behaviour 1.6.4)."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from apps.users.models import User

from .querysets import inbox

_HOUR = timedelta(hours=1)


def messages_left(user: User, now: datetime | None = None) -> int:
    """How many messages the user may still send, counting those of the last hour. Two statements.

    One an hour for each hour of the account, and one for each message that came to the inbox in the last one.
    """
    now = now or timezone.now()
    hours = math.ceil((now - user.created_at) / _HOUR)
    received = inbox(user.pk).filter(sent_at__gt=now - _HOUR).count()
    allowed = max(0, min(hours + received, settings.MAX_MESSAGES_PER_HOUR))
    return allowed - user.messages_sent.filter(sent_at__gt=now - _HOUR).count()
