"""Authentication by password, and the lookup of a session's user."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Q

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
    """Return the account with exactly this name or address, else the only one that matches case-insensitively.

    An address that has not been confirmed finds no account: otherwise whoever signs up with an address would learn by
    logging in whether it had an account before.
    """
    given = name_or_email.strip()
    if not given or "\0" in given:
        return None
    accounts = User.objects.exclude(status=User.Status.DELETED)
    unconfirmed = Q(status=User.Status.PENDING, email_valid=False)
    # All are looked for, whatever is found: the time it takes does not tell either.
    exact = [
        accounts.filter(by).first()
        for by in (
            Q(email=given) & ~unconfirmed,
            Q(display_name=name_or_email),
            Q(display_name=given),
        )
    ]
    alike = [
        list(found.exclude(status=User.Status.DELETED)[:2])
        for found in (users_with_email(given).exclude(unconfirmed), users_with_similar_name(given))
    ]
    candidates = [*exact, *[found[0] for found in alike if len(found) == 1]]
    return next((account for account in candidates if account), None)
