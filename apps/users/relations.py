"""Following and muting other users (upstream behaviour 2.10)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.notifications.notices import notify

from .limits import HOUR, allowed_per_hour
from .models import Follow, User, UserMute
from .paths import profile_path
from .permissions import ACTIVE, check
from .recipients import recipients_among

NEW_FOLLOWER = "new_follower"


@transaction.atomic
def follow(user: User, *, other: User) -> bool:
    """Follow another user, who is notified. Returns False if the user already follows them.

    Raises ValidationError above the limit, NotPermittedError.
    """
    check(user, ACTIVE)
    User.objects.select_for_update().get(pk=user.pk)
    if Follow.objects.filter(follower=user, following=other).exists():
        return False
    recent = Follow.objects.filter(follower=user, created_at__gt=timezone.now() - HOUR)
    if recent.count() >= follows_per_hour(user):
        raise ValidationError(
            _(
                "You have followed a lot of people recently. Please wait a while before trying to follow any more."
            )
        )
    Follow.objects.create(follower=user, following=other)
    _notify(user, other=other)
    return True


def unfollow(user: User, *, other: User) -> bool:
    """Stop following. Returns False if the user did not follow them."""
    deleted, _rows = Follow.objects.filter(follower=user, following=other).delete()
    return bool(deleted)


def follows_per_hour(user: User) -> int:
    """Return how many others the user may follow per hour; more for accounts that others follow. One statement."""
    now = timezone.now()
    gained = Follow.objects.filter(following=user, created_at__gt=now - HOUR).count()
    return allowed_per_hour(user.created_at, now=now, received=gained, most=settings.MAX_FOLLOWS_PER_HOUR)


def mute(user: User, *, other: User) -> None:
    """Hide messages from another user. Raises ValidationError."""
    if user.pk == other.pk:
        raise ValidationError(_("You cannot mute yourself."))
    UserMute.objects.get_or_create(owner=user, subject=other)


def unmute(user: User, *, other: User) -> None:
    """Stop hiding messages from another user."""
    UserMute.objects.filter(owner=user, subject=other).delete()


def _notify(follower: User, *, other: User) -> None:
    notify(
        recipients_among(User.objects.filter(pk=other.pk), event=NEW_FOLLOWER),
        event=NEW_FOLLOWER,
        subject=gettext_noop("{user} followed you"),
        values={"user": follower.display_name},
        url_path=profile_path(follower.display_name),
        context={"follower": follower.display_name},
    )
