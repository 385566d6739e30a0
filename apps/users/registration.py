"""Actions of people who are not logged in: sign up, confirm the email address, reset the password."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from apps.notifications.mail import send_mail

from .actions import create_user
from .backends import find_account
from .models import User
from .names import check_display_name, check_email_format, users_with_email
from .paths import profile_path
from .rate_limits import MAILS_PER_ACCOUNT
from .sessions import end_all_access
from .tokens import make_token, user_of_token

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
) -> User | None:
    """Create a pending account that has agreed to the terms, and mail the confirmation link.

    If the email address belongs to an account, mail its owner instead and return None; the person signing up sees
    no difference. Raises ValidationError.
    """
    check_display_name(name)
    check_email_format(email)
    validate_password(password, User(display_name=name, email=email))
    lock_names_and_emails()
    owner = users_with_email(email).first()
    if owner is not None:
        # Hashing takes most of the time of a sign-up; without it, timing would reveal which addresses are known.
        User().set_password(password)
        mail_existing_owner(owner)
        return None
    user = create_user(name, email=email, password=password, status=User.Status.PENDING)
    user.consider_pd = consider_pd
    user.creation_address = address
    user.languages = languages
    user.save(update_fields=["consider_pd", "creation_address", "languages"])
    mail_confirmation(user, referer=referer)
    return user


def mail_confirmation(user: User, *, referer: str | None = None) -> None:
    """Mail the confirmation link of a sign-up, a few times per hour at most."""
    if user.status != User.Status.PENDING or user.email is None or not MAILS_PER_ACCOUNT.hit(user.pk):
        return
    query = {"confirm_string": make_token(user, "sign-up"), **({"referer": referer} if referer else {})}
    send_mail(
        user.email,
        template="confirm_sign_up",
        subject=gettext_noop("Welcome to OpenStreetMap"),
        context={
            "name": user.display_name,
            "link": link(f"{profile_path(user.display_name)}/confirm", query),
        },
        languages=user.languages,
    )


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


def request_password_reset(email: str) -> None:
    """Mail a link to the account with that address, if there is one; the person asking does not learn which."""
    user = find_account(email) if "@" in email else None
    if user is None or user.email is None or user.email.lower() != email.strip().lower():
        return
    if not user.is_visible or not MAILS_PER_ACCOUNT.hit(user.pk):
        return
    send_mail(
        user.email,
        template="reset_password",
        subject=gettext_noop("Password reset request"),
        context={"name": user.display_name, "link": _reset_link(user)},
        languages=user.languages,
    )


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


def link(path: str, query: dict[str, str]) -> str:
    return f"{settings.PUBLIC_URL}{path}?{urlencode(query)}"


def _reset_link(user: User) -> str:
    return link("/user/reset-password", {"token": make_token(user, "password")})


def mail_existing_owner(user: User) -> None:
    """Tell the owner of an account that someone tried to sign up with its email address."""
    if user.email is None or not user.is_visible or not MAILS_PER_ACCOUNT.hit(user.pk):
        return
    send_mail(
        user.email,
        template="already_known",
        subject=gettext_noop("You have an account already"),
        context={"name": user.display_name, "link": _reset_link(user)},
        languages=user.languages,
    )
