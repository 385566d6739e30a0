"""Changes that people make to their own account."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CASCADE, ForeignObjectRel, Max, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.notifications.mail import send_mail

from .mails import link, mail_existing_owner, may_mail
from .models import User
from .names import check_display_name, check_email_format, users_with_email
from .rate_limits import MAILS_PER_ACCOUNT, OWN_PASSWORDS_PER_ACCOUNT
from .registration import lock_names_and_emails
from .sessions import end_all_access, end_sessions
from .tokens import make_token, user_of_token

_ERASED = {
    "description": "",
    "company": None,
    "home_lat": None,
    "home_lon": None,
    "home_zoom": 3,
    "home_location_name": None,
    "languages": None,
    "preferred_editor": None,
    "image_use_gravatar": False,
    "new_email": None,
    "email_valid": False,
    "creation_address": None,
    "last_login": None,
}
"""What a deleted account's fields contain."""
_KEPT = {"users.UserBlock", "users.UserRole", "oauth.Application"}
"""Models whose rows stay with a deleted account: the moderators' record, and applications that others use."""


class DeletionTooEarlyError(Exception):
    """The last changeset is still open or was closed too recently."""


def check_own_password(user: User, *, password: str) -> None:
    """Raise ValidationError unless this is the password: a logged-in browser is not enough to change credentials."""
    if not OWN_PASSWORDS_PER_ACCOUNT.hit(user.pk):
        raise ValidationError(_("Too many attempts. Please try again in 15 minutes."))
    if not user.check_password(password):
        raise ValidationError(_("That is not your password."))
    OWN_PASSWORDS_PER_ACCOUNT.reset(user.pk)


@transaction.atomic
def rename(user: User, *, display_name: str) -> None:
    """Change the display name. Raises ValidationError."""
    lock_names_and_emails()
    check_display_name(display_name, user_id=user.pk)
    user.display_name = display_name
    user.save(update_fields=["display_name"])


@transaction.atomic
def change_password(user: User, *, password: str, session: str | None) -> None:
    """Set a new password, end all sessions except for the one with the key `session`, and revoke all access tokens.

    Raises ValidationError.
    """
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_all_access(user, keep=session)


@transaction.atomic
def request_email_change(user: User, *, email: str) -> None:
    """Mail a link to the new address; the old one stays valid until the link is followed. Raises ValidationError.

    If the address belongs to another account, the user sees no difference, and its owner gets a mail instead; nor if
    the address has got too many such mails within the hour.
    """
    check_email_format(email)
    if not MAILS_PER_ACCOUNT.hit(user.pk):
        raise ValidationError(_("You have requested too many emails. Please try again in an hour."))
    user.new_email = email
    user.save(update_fields=["new_email"])
    owner = users_with_email(email).exclude(pk=user.pk).first()
    if owner is not None:
        mail_existing_owner(owner)
        return
    if not may_mail(email):
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
    """Replace the old address by the new one and end all sessions. Returns None if the link is invalid, expired, used or superseded."""
    lock_names_and_emails()
    user = user_of_token(token, "new-email")
    if user is None or not user.new_email or users_with_email(user.new_email).exclude(pk=user.pk).exists():
        return None
    user.email, user.new_email, user.email_valid = user.new_email, None, True
    user.save(update_fields=["email", "new_email", "email_valid"])
    end_sessions(user)
    return user


def go_public(user: User) -> None:
    """Show the user's name on all their edits. This cannot be undone."""
    user.data_public = True
    user.save(update_fields=["data_public"])


def respond_to_terms(user: User, *, agree: bool, consider_pd: bool = False) -> None:
    """Record that the user has seen the contributor terms, and agreed or not. Agreement cannot be withdrawn."""
    user.terms_seen = True
    if agree and user.terms_agreed is None:
        user.terms_agreed = user.tou_agreed = timezone.now()
    user.consider_pd = user.consider_pd or (agree and consider_pd)
    user.save(update_fields=["terms_seen", "terms_agreed", "tou_agreed", "consider_pd"])


def declare_public_domain(user: User) -> None:
    """Declare the user's edits to be in the public domain. This cannot be undone."""
    user.consider_pd = True
    user.save(update_fields=["consider_pd"])


def may_delete_account(user: User) -> bool:
    """Return whether the last changeset was closed long enough ago."""
    delay = settings.USER_ACCOUNT_DELETION_DELAY
    if delay is None:
        return True
    last = user.changesets.aggregate(last=Max("closed_at"))["last"]
    return last is None or last + timedelta(hours=delay) <= timezone.now()


@transaction.atomic
def delete_account(user: User) -> None:
    """Free the name and erase all personal data; the edits stay, attributed to `user_<id>`.

    The email address and the password's hash are retained so that nobody can use the address for another account, and
    an administrator can restore this one. Raises DeletionTooEarlyError.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not may_delete_account(user):
        raise DeletionTooEarlyError
    erase_account(user)


def erase_account(user: User) -> None:
    """Delete the account however recent its edits are. The caller has locked the user."""
    for name, value in _ERASED.items():
        setattr(user, name, value)
    user.status = User.Status.DELETED
    user.display_name = f"user_{user.pk}"
    user.save()
    end_all_access(user)
    for model, field in _personal_relations():
        model._default_manager.filter(**{field: user}).delete()


def _personal_relations() -> Iterator[tuple[type[Model], str]]:
    """Yield all models whose rows belong to an account, with the name of the field that says to which.

    These are the rows that would be deleted with the row of the user (preferences, links, follows, subscriptions,
    notices, tokens, second factors, ...), whichever app they are in. Contributions are protected from that.
    """
    for relation in User._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.on_delete is CASCADE:
            model = relation.related_model
            if model._meta.label not in _KEPT:
                yield model, relation.field.name
