"""Creation of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.instance.sequences import advance_sequence

from .models import User
from .names import check_display_name, check_email


@dataclass(frozen=True)
class Terms:
    """Whether a user has seen, and agreed to, the contributor terms."""

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
    email: str | None,
    password: str,
    roles: Sequence[str] = (),
    terms: Terms = TERMS["agreed"],
    status: str = User.Status.ACTIVE,
    created_at: datetime | None = None,
    data_public: bool = True,
) -> User:
    """Create an account on behalf of a person; without an email address nobody can confirm it. Raises ValidationError."""
    check_display_name(name)
    if email is not None:
        check_email(email)
    if not password:
        raise ValidationError(_("The password must not be empty."))
    created_at = created_at or timezone.now()
    agreed_at = created_at if terms.agreed else None
    # Imported users have their own ids, which the sequence does not know about.
    advance_sequence(User._meta.db_table)
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
