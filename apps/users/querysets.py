"""Sets of users."""

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from .models import User


def described_users() -> QuerySet[User]:
    """Users with all that a description of them needs: roles, links, and how often they were blocked."""
    active = Q(blocks__needs_view=True) | Q(blocks__ends_at__gt=timezone.now())
    return User.objects.annotate(
        blocks_count=Count("blocks", distinct=True),
        active_blocks_count=Count("blocks", filter=active, distinct=True),
    ).prefetch_related("roles", "social_links")
