"""Mails with links that confirm an account or reset its password, a few per hour to each address at most."""

from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext_noop

from apps.notifications.mail import send_mail

from .models import User
from .names import users_with_email
from .paths import profile_path
from .rate_limits import MAILS_PER_RECIPIENT
from .tokens import make_token


def mail_confirmation(user: User, *, referer: str | None = None) -> None:
    """Mail the confirmation link of a sign-up."""
    if user.status != User.Status.PENDING or user.email is None or not may_mail(user.email):
        return
    query = {"confirm_string": make_token(user, "sign-up"), **({"referer": referer} if referer else {})}
    send_mail(
        user.email,
        template="confirm_sign_up",
        subject=gettext_noop("Welcome to {site}"),
        values={"site": settings.SITE_NAME},
        context={
            "name": user.display_name,
            "link": link(f"{profile_path(user.display_name)}/confirm", query),
        },
        languages=user.languages,
    )


def mail_password_reset(email: str) -> None:
    """Mail a link to the account with that address, if there is one."""
    user = _account_with(email.strip())
    if user is not None:
        _mail_reset_link(user, template="reset_password", subject=gettext_noop("Password reset request"))


def mail_existing_owner(user: User) -> None:
    """Tell the owner of an account that someone tried to sign up with its email address."""
    _mail_reset_link(user, template="already_known", subject=gettext_noop("You already have an account"))


def may_mail(email: str) -> bool:
    """Count a mail to the address, and return whether it is within the limit."""
    return MAILS_PER_RECIPIENT.hit(email.casefold())


def link(path: str, query: dict[str, str]) -> str:
    return f"{settings.PUBLIC_URL}{path}?{urlencode(query)}"


def _mail_reset_link(user: User, *, template: str, subject: str) -> None:
    if user.email is None or not user.is_visible or not may_mail(user.email):
        return
    target = link("/user/reset-password", {"token": make_token(user, "password")})
    context = {"name": user.display_name, "link": target}
    send_mail(user.email, template=template, subject=subject, context=context, languages=user.languages)


def _account_with(email: str) -> User | None:
    """Return the account with exactly this address, else the only one that matches case-insensitively."""
    if "\0" in email:
        return None
    found = list(users_with_email(email).exclude(status=User.Status.DELETED)[:100])
    exact = [user for user in found if user.email == email]
    if exact:
        return exact[0]
    return found[0] if len(found) == 1 else None
