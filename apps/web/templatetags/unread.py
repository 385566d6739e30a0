"""The unread counts in the user menu."""

from dataclasses import dataclass

from django import template

from apps.messaging.querysets import MAX_COUNTED, unread_counts

register = template.Library()


@dataclass(frozen=True)
class Badges:
    """Unread counts as text: `3` or `99+`, or empty if everything has been read."""

    all: str
    notices: str
    messages: str


@register.filter
def unread(user_id: int) -> Badges:
    """Return the unread counts of a user. One statement."""
    found = unread_counts(user_id)
    return Badges(_badge(found.notices + found.messages), _badge(found.notices), _badge(found.messages))


def _badge(count: int) -> str:
    return f"{MAX_COUNTED - 1}+" if count >= MAX_COUNTED else str(count or "")
