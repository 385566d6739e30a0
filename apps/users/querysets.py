"""Reads of accounts."""

from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.users.models import SocialLink, User, UserBlock


def described_users() -> QuerySet[User]:
    """Users with all that a description of them needs: roles, links, and the blocks they got and gave."""
    blocks = UserBlock.objects.order_by()
    return User.objects.annotate(
        blocks_count=_number(blocks, "user"),
        active_blocks_count=_number(blocks.active(), "user"),
        issued_blocks_count=_number(blocks, "creator"),
        active_issued_blocks_count=_number(blocks.active(), "creator"),
    ).prefetch_related("roles", "social_links")


def _number(blocks: QuerySet[UserBlock], field: str) -> Coalesce:
    """How many of the blocks name the user in that field."""
    own = blocks.filter(**{field: OuterRef("pk")})
    return Coalesce(Subquery(own.values(field).annotate(number=Count("id")).values("number")), 0)


def user_named(name: str) -> User:
    """The user of exactly this display name. Raises ValidationError where there is none."""
    try:
        return User.objects.get(display_name=name)
    except User.DoesNotExist:
        raise ValidationError(_("There is no user %(name)s."), params={"name": name}) from None


def user_with_id(user_id: int) -> User | None:
    """Return the user of this id, None if there is none."""
    return User.objects.filter(pk=user_id).first()


def social_links_of(user: User) -> QuerySet[SocialLink]:
    """Return the links of the user's profile in the order in which they were entered."""
    return user.social_links.order_by("pk")
