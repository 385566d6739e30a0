"""What changes accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.instance.sequences import move_on
from apps.users.models import User, UserBlock, UserRole
from apps.users.names import check_display_name, check_email

LONGEST_BLOCK = 87_660
"""Hours: ten years."""
LONGEST_REASON = 10_000


@dataclass(frozen=True)
class Terms:
    """Where a user stands with the contributor terms."""

    seen: bool
    agreed: bool


TERMS = {
    "agreed": Terms(seen=True, agreed=True),
    "declined": Terms(seen=True, agreed=False),
    "unseen": Terms(seen=False, agreed=False),
}


@transaction.atomic
def create_user(
    name: str,
    *,
    email: str,
    password: str,
    roles: Sequence[str] = (),
    terms: Terms = TERMS["agreed"],
    status: str = User.Status.ACTIVE,
    created_at: datetime | None = None,
    data_public: bool = True,
) -> User:
    """Makes an account for somebody, without asking them. Raises ValidationError."""
    check_display_name(name)
    check_email(email)
    if not password:
        raise ValidationError(_("The password must not be empty."))
    created_at = created_at or timezone.now()
    agreed_at = created_at if terms.agreed else None
    # Imported users bring their ids along.
    move_on(User._meta.db_table)
    user = User.objects.create_user(
        name,
        email,
        password,
        status=status,
        email_valid=status != User.Status.PENDING,
        created_at=created_at,
        data_public=data_public,
        terms_seen=terms.seen,
        terms_agreed=agreed_at,
        tou_agreed=agreed_at,
    )
    for role in dict.fromkeys(roles):
        user.roles.create(role=role)
    return user


def block_user(
    moderator: User, *, user: User, reason: str, hours: int = 24, needs_view: bool = False
) -> UserBlock:
    """Keeps a user from the API for some hours, and with `needs_view` until they have read why."""
    if not moderator.roles.filter(role=UserRole.Role.MODERATOR).exists():
        raise ValidationError(_("%(name)s is not a moderator."), params={"name": moderator.display_name})
    if not reason.strip():
        raise ValidationError(_("The reason must not be empty."))
    if len(reason) > LONGEST_REASON:
        raise ValidationError(_("The reason must not be longer than 10000 characters."))
    if not 0 <= hours <= LONGEST_BLOCK:
        raise ValidationError(_("The period must be between 0 and 87660 hours."))
    ends_at = timezone.now() + timedelta(hours=hours)
    return UserBlock.objects.create(
        user=user,
        creator=moderator,
        reason=reason,
        ends_at=ends_at,
        needs_view=needs_view,
        deactivates_at=None if needs_view else ends_at,
    )
