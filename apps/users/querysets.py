"""Reads of accounts."""

from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.users.models import User, UserBlock


def described_users() -> QuerySet[User]:
    """Users with all that a description of them needs: roles, links, and the blocks they got and gave."""
    active = Q(needs_view=True) | Q(ends_at__gt=timezone.now())
    return User.objects.annotate(
        blocks_count=_blocks("user"),
        active_blocks_count=_blocks("user", active),
        issued_blocks_count=_blocks("creator"),
        active_issued_blocks_count=_blocks("creator", active),
    ).prefetch_related("roles", "social_links")


def _blocks(field: str, condition: Q | None = None) -> Coalesce:
    """How many blocks name the user in that field."""
    blocks = UserBlock.objects.filter(condition or Q(), **{field: OuterRef("pk")}).order_by()
    return Coalesce(Subquery(blocks.values(field).annotate(number=Count("id")).values("number")), 0)


def user_named(name: str) -> User:
    """The user of exactly this display name. Raises ValidationError where there is none."""
    try:
        return User.objects.get(display_name=name)
    except User.DoesNotExist:
        raise ValidationError(_("There is no user %(name)s."), params={"name": name}) from None
