"""Messages for tests that are not about sending."""

from typing import Any

from apps.messaging.models import Message
from apps.users.models import User


def letter(sender: User, recipient: User, title: str = "Hello", **fields: Any) -> Message:
    """A message as it is kept, whatever the limit says."""
    return Message.objects.create(
        sender=sender, recipient=recipient, title=title, body=fields.pop("body", f"About {title}"), **fields
    )
