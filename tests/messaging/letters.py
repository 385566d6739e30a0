"""Messages for tests that are not about sending."""

from typing import Any

from apps.messaging.models import Message
from apps.users.models import User


def letter(sender: User, recipient: User, title: str = "Hello", **fields: Any) -> Message:
    """Create a message, ignoring the rate limit."""
    return Message.objects.create(
        sender=sender, recipient=recipient, title=title, body=fields.pop("body", f"About {title}"), **fields
    )
