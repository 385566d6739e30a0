"""Reads of accounts."""

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.users.models import User


def described_users() -> QuerySet[User]:
    """Users with all that a description of them needs: roles, links, and how often they were blocked."""
    active = Q(blocks__needs_view=True) | Q(blocks__ends_at__gt=timezone.now())
    return User.objects.annotate(
        blocks_count=Count("blocks", distinct=True),
        active_blocks_count=Count("blocks", filter=active, distinct=True),
    ).prefetch_related("roles", "social_links")


def user_named(name: str) -> User:
    """The user of exactly this display name. Raises ValidationError where there is none."""
    try:
        return User.objects.get(display_name=name)
    except User.DoesNotExist:
        raise ValidationError(_("There is no user %(name)s."), params={"name": name}) from None
