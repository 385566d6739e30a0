"""The rules for logging in."""

from django.contrib.auth import authenticate
from django.utils.translation import gettext as _

from .backends import find_account
from .models import User
from .rate_limits import LOGINS_PER_ACCOUNT, LOGINS_PER_ADDRESS, network_of


class LoginRefusedError(Exception):
    """The login failed; the text is for the person and does not reveal whether the account exists."""


class WrongPasswordError(LoginRefusedError):
    def __str__(self) -> str:
        return _("No account has this name or email address and this password.")


class TooManyLoginsError(LoginRefusedError):
    def __str__(self) -> str:
        return _("Too many login attempts. Please try again in 15 minutes.")


def check_login(username: str, *, password: str, address: str | None) -> User:
    """Return the account with that name or email address and password, whatever its status.

    Raises LoginRefusedError. Attempts are counted before the password is checked, so that concurrent attempts do not
    allow more guesses than sequential ones.
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
