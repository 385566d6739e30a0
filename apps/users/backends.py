"""Authentication by password, and the lookup of a session's user."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from .models import User
from .names import users_with_email, users_with_similar_name

_HAS_SESSION = [User.Status.ACTIVE, User.Status.CONFIRMED, User.Status.SUSPENDED]


class NameOrEmail(BaseBackend):
    """Authenticates by display name or email address, and password. The caller checks the account's status."""

    def authenticate(
        self, request: Any, username: str = "", password: str = "", **_kwargs: Any
    ) -> User | None:
        user = find_account(username)
        if user is None:
            # Takes as long as for a known name, so that timing does not reveal which names exist.
            User().set_password(password)
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, status__in=_HAS_SESSION).first()


def find_account(name_or_email: str) -> User | None:
    """Return the account with exactly this name or address, else the only one that matches case-insensitively."""
    given = name_or_email.strip()
    if not given or "\0" in given:
        return None
    accounts = User.objects.exclude(status=User.Status.DELETED)
    for by in ({"email": given}, {"display_name": name_or_email}, {"display_name": given}):
        exact = accounts.filter(**by).first()
        if exact:
            return exact
    for alike in (users_with_email(given), users_with_similar_name(given)):
        found = list(alike.exclude(status=User.Status.DELETED)[:2])
        if len(found) == 1:
            return found[0]
    return None
