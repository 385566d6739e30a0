"""The number at the user's menu."""

from django import template

from apps.notifications.notices import MOST_COUNTED, unread_count

register = template.Library()


@register.filter
def unread_notices(user_id: int) -> str:
    """`3`, or `99+`; empty where all are read. One statement."""
    number = unread_count(user_id)
    return f"{MOST_COUNTED - 1}+" if number >= MOST_COUNTED else str(number or "")
