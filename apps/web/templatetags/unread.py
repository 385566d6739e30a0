"""The numbers at the user's menu."""

from dataclasses import dataclass

from django import template

from apps.messaging.querysets import MAX_COUNTED, unread_counts

register = template.Library()


@dataclass(frozen=True)
class Badges:
    """`3`, or `99+`; empty where all is read."""

    all: str
    notices: str
    messages: str


@register.filter
def unread(user_id: int) -> Badges:
    """How much somebody has not read. One statement."""
    found = unread_counts(user_id)
    return Badges(_badge(found.notices + found.messages), _badge(found.notices), _badge(found.messages))


def _badge(number: int) -> str:
    return f"{MAX_COUNTED - 1}+" if number >= MAX_COUNTED else str(number or "")
