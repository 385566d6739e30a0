"""What the menu offers to moderators and administrators."""

from django import template
from django.contrib.auth.models import AnonymousUser

from apps.users import permissions
from apps.users.models import User

register = template.Library()


@register.filter
def is_moderator(user: User | AnonymousUser) -> bool:
    """Return whether the user is a moderator. At most one statement per request, none for visitors."""
    return isinstance(user, User) and permissions.is_moderator(user)


@register.filter
def is_administrator(user: User | AnonymousUser) -> bool:
    """Return whether the user is an administrator. At most one statement per request, none for visitors."""
    return isinstance(user, User) and permissions.is_administrator(user)
