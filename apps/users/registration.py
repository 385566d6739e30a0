"""Actions of people who are not logged in: sign up, confirm the email address, reset the password."""

import logging

from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from . import tasks
from .actions import create_user
from .mails import mail_confirmation, mail_existing_owner, mail_password_reset
from .models import User
from .names import check_display_name, check_email_format, users_with_email
from .rate_limits import MAILS_PER_ADDRESS, network_of
from .sessions import end_all_access
from .tokens import user_of_token

logger = logging.getLogger(__name__)

_SIGN_UPS = 0x7369676E
"""The advisory lock that serialises sign-ups, as names and email addresses are unique except for case."""


@transaction.atomic
def sign_up(
    name: str,
    *,
    email: str,
    password: str,
    consider_pd: bool = False,
    address: str | None = None,
    languages: str | None = None,
    referer: str | None = None,
) -> User:
    """Create a pending account that has agreed to the terms, and mail the confirmation link.

    If the email address belongs to an account already, mail its owner instead. The new account has no address then,
    so that nobody can ever confirm it; but it has the name and the password, and the person signing up sees no
    difference, neither here nor when logging in, nor in the time it takes. It is removed after a while, as all
    accounts that nobody confirms (unconfirmed.py). Raises ValidationError.
    """
    check_display_name(name)
    check_email_format(email)
    validate_password(password, User(display_name=name, email=email))
    lock_names_and_emails()
    owner = users_with_email(email).first()
    user = create_user(name, email=None if owner else email, password=password, status=User.Status.PENDING)
    user.consider_pd = consider_pd
    user.creation_address = address
    user.languages = languages
    user.save(update_fields=["consider_pd", "creation_address", "languages"])
    if owner is not None:
        mail_existing_owner(owner)
    else:
        mail_confirmation(user, referer=referer)
    return user


@transaction.atomic
def confirm_sign_up(token: str) -> User | None:
    """Activate the account of a confirmation link. Returns None if the link is invalid, expired or used."""
    user = user_of_token(token, "sign-up")
    if user is None or user.status != User.Status.PENDING:
        return None
    user.status = User.Status.ACTIVE
    user.email_valid = True
    user.save(update_fields=["status", "email_valid"])
    return user


def resend_confirmation(user: User | None, *, address: str | None, referer: str | None = None) -> None:
    """Mail the confirmation link again, if there is an account to confirm. Raises TooManyRequestsError."""
    MAILS_PER_ADDRESS.take(network_of(address))
    if user is not None:
        mail_confirmation(user, referer=referer)


def request_password_reset(email: str, *, address: str | None = None) -> None:
    """Have a worker mail a link to the account with that address, if there is one.

    The person asking does not learn which, not even from the time it takes. Raises TooManyRequestsError.
    """
    MAILS_PER_ADDRESS.take(network_of(address))
    try:
        tasks.mail_password_reset.apply_async((email,), retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("the broker does not accept a password reset, so it is done at once: %s", error)
        mail_password_reset(email)


@transaction.atomic
def reset_password(token: str, *, password: str) -> User | None:
    """Set the password by a link from a mail, which confirms the address too, and end all sessions and tokens.

    Returns None if the link is invalid, expired or used. Raises ValidationError for a weak password.
    """
    user = user_of_token(token, "password")
    if user is None:
        return None
    validate_password(password, user)
    user.set_password(password)
    user.email_valid = True
    if user.status == User.Status.PENDING:
        user.status = User.Status.ACTIVE
    user.save(update_fields=["password", "email_valid", "status"])
    end_all_access(user)
    return user


def lock_names_and_emails() -> None:
    """Prevent others from taking names and email addresses until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SIGN_UPS])
