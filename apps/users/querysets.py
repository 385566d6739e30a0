"""Reads of accounts."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.users.models import User


def user_named(name: str) -> User:
    """The user of exactly this display name. Raises ValidationError where there is none."""
    try:
        return User.objects.get(display_name=name)
    except User.DoesNotExist:
        raise ValidationError(_("There is no user %(name)s."), params={"name": name}) from None
