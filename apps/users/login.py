"""Logging in: the rules before there is a session."""

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _

from .backends import find_account
from .models import User
from .rate_limits import LOGINS_PER_ACCOUNT, LOGINS_PER_ADDRESS, network_of


class LoginRefusedError(Exception):
    """No session; the text is for the person, and does not tell whether there is such an account."""


class WrongPasswordError(LoginRefusedError):
    def __str__(self) -> str:
        return _("There is no account of that name or e-mail address with that password.")


class TooManyLoginsError(LoginRefusedError):
    def __str__(self) -> str:
        return _("There were too many attempts to log in. Please wait a quarter of an hour.")


def check_login(username: str, *, password: str, address: str | None) -> User:
    """The account of that name or e-mail address and password, whatever its status.

    Raises LoginRefusedError. Attempts are counted before the password is looked at, so that many at once
    do not get more guesses than one after the other.
    """
    known = find_account(username)
    account = known.pk if known else username.strip().casefold()
    network = network_of(address)
    if not (LOGINS_PER_ADDRESS.hit(network) and LOGINS_PER_ACCOUNT.hit(account)):
        raise TooManyLoginsError
    user = authenticate(None, username=username, password=password)
    if not isinstance(user, User):
        raise WrongPasswordError
    LOGINS_PER_ADDRESS.undo(network)
    LOGINS_PER_ACCOUNT.reset(account)
    return user
