"""Reads of accounts."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.users.models import User, UserBlock


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


def find_user(*, name: str | None = None, user_id: int | None = None) -> User | None:
    """Return the user of exactly this display name, else the one with this id, None if there is none."""
    if name is not None:
        return None if "\0" in name else User.objects.filter(display_name=name).first()
    return User.objects.filter(id=user_id).first() if user_id is not None else None


def described_user(user_id: int) -> User | None:
    """Return the user as the API describes them, None if there is none."""
    return described_users().filter(id=user_id).first()


def described_users_by_id(user_ids: Sequence[int]) -> list[User]:
    """Return the visible users among the ids, in the order of the ids."""
    found = {user.id: user for user in described_users().filter(id__in=user_ids) if user.is_visible}
    return [found[user_id] for user_id in user_ids if user_id in found]
