"""Actions of people who have no session yet: sign up, confirm, set a forgotten password."""

from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from apps.notifications.mail import send_mail

from .actions import create_user
from .backends import find_account
from .models import User
from .names import check_display_name, check_email_format, users_with_email
from .rate_limits import MAILS_PER_ACCOUNT
from .tokens import make_token, user_of_token

_SIGN_UPS = 0x7369676E
"""The advisory lock that makes sign-ups queue: names and addresses are unique but for capitals."""


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
    """Makes a pending account that has agreed to the terms, and mails the link that confirms it.

    Where the address belongs to an account, its owner is told so by mail and None returned: the person who
    asked learns the same in both cases. Raises ValidationError.
    """
    check_display_name(name)
    check_email_format(email)
    validate_password(password, User(display_name=name, email=email))
    lock_names_and_emails()
    known = users_with_email(email).first()
    if known is not None:
        # The hash is most of the work for a new one; without it, the time would tell them apart.
        User().set_password(password)
        mail_existing_owner(known)
        return None
    user = create_user(name, email=email, password=password, status=User.Status.PENDING)
    user.consider_pd = consider_pd
    user.creation_address = address
    user.languages = languages
    user.save(update_fields=["consider_pd", "creation_address", "languages"])
    mail_confirmation(user, referer=referer)
    return user


def mail_confirmation(user: User, *, referer: str | None = None) -> None:
    """Sends the link of the sign-up, again if need be; no more than a few an hour."""
    if user.status != User.Status.PENDING or user.email is None or not MAILS_PER_ACCOUNT.hit(user.pk):
        return
    query = {"confirm_string": make_token(user, "sign-up"), **({"referer": referer} if referer else {})}
    send_mail(
        user.email,
        template="confirm_sign_up",
        subject=gettext_noop("Welcome to OpenStreetMap"),
        context={
            "name": user.display_name,
            "link": link(f"/user/{quote(user.display_name, safe='')}/confirm", query),
        },
        languages=user.languages,
    )


@transaction.atomic
def confirm_sign_up(token: str) -> User | None:
    """Makes the account of a confirmation link active; None where the link is wrong, old or used."""
    user = user_of_token(token, "sign-up")
    if user is None or user.status != User.Status.PENDING:
        return None
    user.status = User.Status.ACTIVE
    user.email_valid = True
    user.save(update_fields=["status", "email_valid"])
    return user


def request_password_reset(email: str) -> None:
    """Mails a link to the owner of that address, if there is one: the person who asks does not learn it."""
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
    """Sets the password by a link from a mail, which confirms the address too; None for a link that is dead.

    Raises ValidationError where the password is too easy.
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
    return user


def lock_names_and_emails() -> None:
    """Until the end of the transaction, nobody else takes a name or an address."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SIGN_UPS])


def link(path: str, query: dict[str, str]) -> str:
    return f"{settings.PUBLIC_URL}{path}?{urlencode(query)}"


def _reset_link(user: User) -> str:
    return link("/user/reset-password", {"token": make_token(user, "password")})


def mail_existing_owner(user: User) -> None:
    """Somebody wanted an account with the address of this one."""
    if user.email is None or not user.is_visible or not MAILS_PER_ACCOUNT.hit(user.pk):
        return
    send_mail(
        user.email,
        template="already_known",
        subject=gettext_noop("You have an account already"),
        context={"name": user.display_name, "link": _reset_link(user)},
        languages=user.languages,
    )
