"""What people change about their own account."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model

from apps.notifications.mail import send_mail

from .models import User
from .names import check_display_name, check_email_format, users_with_email
from .rate_limits import LOGINS_PER_ACCOUNT, MAILS_PER_ACCOUNT
from .registration import link, lock_names_and_emails, mail_existing_owner
from .tokens import make_token, user_of_token


class DeletionTooEarlyError(Exception):
    """The last changeset is open, or was closed a moment ago."""


def check_own_password(user: User, *, password: str) -> None:
    """Raises ValidationError: what opens an account is not changed by who only found its browser open."""
    if not LOGINS_PER_ACCOUNT.hit(user.pk):
        raise ValidationError(_("There were too many attempts. Please wait a quarter of an hour."))
    if not user.check_password(password):
        raise ValidationError(_("This is not your password."))
    LOGINS_PER_ACCOUNT.reset(user.pk)


@transaction.atomic
def rename(user: User, *, display_name: str) -> None:
    """Gives the user another name. Raises ValidationError."""
    lock_names_and_emails()
    check_display_name(display_name, user_id=user.pk)
    user.display_name = display_name
    user.save(update_fields=["display_name"])


def change_password(user: User, *, password: str) -> None:
    """Sets a new password, which ends all other sessions. Raises ValidationError."""
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def request_email_change(user: User, *, email: str) -> None:
    """Mails a link to the new address; the old one stays until it is followed. Raises ValidationError.

    An address that belongs to another account looks the same from here: its owner gets a mail that says so.
    """
    check_email_format(email)
    if not MAILS_PER_ACCOUNT.hit(user.pk):
        raise ValidationError(_("You have asked for many mails. Please wait an hour."))
    user.new_email = email
    user.save(update_fields=["new_email"])
    owner = users_with_email(email).exclude(pk=user.pk).first()
    if owner is not None:
        mail_existing_owner(owner)
        return
    send_mail(
        email,
        template="confirm_email",
        subject=gettext_noop("Confirm your email address"),
        context={
            "name": user.display_name,
            "link": link("/user/confirm-email", {"confirm_string": make_token(user, "new-email")}),
        },
        languages=user.languages,
    )


@transaction.atomic
def confirm_email(token: str) -> User | None:
    """Puts the new address in the old one's place; None where the link is wrong, old, used or overtaken."""
    lock_names_and_emails()
    user = user_of_token(token, "new-email")
    if user is None or not user.new_email or users_with_email(user.new_email).exclude(pk=user.pk).exists():
        return None
    user.email, user.new_email, user.email_valid = user.new_email, None, True
    user.save(update_fields=["email", "new_email", "email_valid"])
    return user


def go_public(user: User) -> None:
    """Shows the user's name at all their edits; there is no way back."""
    user.data_public = True
    user.save(update_fields=["data_public"])


def respond_to_terms(user: User, *, agree: bool, consider_pd: bool = False) -> None:
    """The user has seen the contributor terms, and agrees or not. Who has agreed once stays bound."""
    user.terms_seen = True
    if agree and user.terms_agreed is None:
        user.terms_agreed = user.tou_agreed = timezone.now()
    user.consider_pd = user.consider_pd or (agree and consider_pd)
    user.save(update_fields=["terms_seen", "terms_agreed", "tou_agreed", "consider_pd"])


def declare_public_domain(user: User) -> None:
    """For good, as what is in the public domain does not come out of it."""
    user.consider_pd = True
    user.save(update_fields=["consider_pd"])


def may_delete_account(user: User) -> bool:
    """Whether the last changeset was closed long enough ago."""
    delay = settings.USER_ACCOUNT_DELETION_DELAY
    if delay is None:
        return True
    last = user.changesets.aggregate(last=Max("closed_at"))["last"]
    return last is None or last + timedelta(hours=delay) <= timezone.now()


@transaction.atomic
def delete_account(user: User) -> None:
    """Frees the name and takes away what the user said of themselves; the edits stay, by `user_<id>`.

    The address and the password's hash are kept, so that the account can be given back. Raises
    DeletionTooEarlyError.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not may_delete_account(user):
        raise DeletionTooEarlyError
    erase_account(user)


def erase_account(user: User) -> None:
    """The same without a look at the edits. The caller holds the user."""
    user.status = User.Status.DELETED
    user.display_name = f"user_{user.pk}"
    user.description = ""
    user.home_lat = user.home_lon = user.new_email = None
    user.email_valid = False
    user.save()
    for model in (get_refresh_token_model(), get_access_token_model(), get_grant_model()):
        model.objects.filter(user=user).delete()
