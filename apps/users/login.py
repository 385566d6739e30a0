"""The rules for logging in."""

import unicodedata
from collections.abc import Mapping

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _

from .backends import find_account
from .known_devices import device_of
from .models import User
from .rate_limits import GUESSES_PER_ACCOUNT, LOGINS_PER_ACCOUNT, LOGINS_PER_ADDRESS, RateLimit, network_of


class LoginRefusedError(Exception):
    """The login failed; the text is for the person and does not reveal whether the account exists."""


class WrongPasswordError(LoginRefusedError):
    def __str__(self) -> str:
        return _(
            "No account has this name or email address and this password. If you have just signed up, please follow "
            "the link in the email that we sent you first."
        )


class TooManyLoginsError(LoginRefusedError):
    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after

    def __str__(self) -> str:
        return _("Too many log-in attempts. Please try again in 15 minutes.")


def check_login(
    username: str, *, password: str, address: str | None, cookies: Mapping[str, str] | None = None
) -> User:
    """Return the account with that name or email address and password, whatever its status.

    Raises LoginRefusedError. Attempts are counted before the password is checked, so that concurrent attempts do not
    allow more guesses than sequential ones. Nobody can lock the owner of an account out: the attempts of a device
    that its `cookies` prove to be known are counted by themselves, those of others by network.
    """
    limits = _limits_of(username, address, cookies or {})
    for limit, who in limits:
        if not limit.hit(who):
            raise TooManyLoginsError(limit.seconds_left(who))
    user = authenticate(None, username=username, password=password)
    if not isinstance(user, User):
        raise WrongPasswordError
    for limit, who in limits:
        if limit is LOGINS_PER_ACCOUNT:
            limit.reset(who)
        else:
            limit.undo(who)
    return user


def _limits_of(
    username: str, address: str | None, cookies: Mapping[str, str]
) -> list[tuple[RateLimit, object]]:
    """Return the limits that an attempt counts against, each with what it counts.

    Attempts are counted by the text that was entered, not by the account: otherwise the counts would tell which name
    belongs to which email address.
    """
    account = find_account(username)
    device = device_of(account, cookies) if account else None
    if device is not None:
        return [(LOGINS_PER_ACCOUNT, device)]
    given, network = unicodedata.normalize("NFKC", username).strip().casefold(), network_of(address)
    return [
        (LOGINS_PER_ADDRESS, network),
        (LOGINS_PER_ACCOUNT, (given, network)),
        (GUESSES_PER_ACCOUNT, given),
    ]
