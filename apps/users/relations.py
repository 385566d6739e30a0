"""Following and muting other users (upstream behaviour 2.10)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.notifications.notices import notify
from apps.osm.errors import NotFoundError

from .errors import TooManyFollowsError
from .limits import HOUR, allowed_per_hour, seconds_until_past
from .models import Follow, User, UserMute
from .paths import profile_path
from .permissions import ACTIVE, check
from .rate_limits import FOLLOWS_PER_ACCOUNT
from .recipients import recipients_among

NEW_FOLLOWER = "new_follower"


@transaction.atomic
def follow(user: User, *, other: User) -> bool:
    """Follow another user, who is notified. Returns False if the user already follows them.

    Raises TooManyFollowsError, NotPermittedError, NotFoundError for an account that is not active.
    """
    check(user, ACTIVE)
    if not other.is_active:
        raise NotFoundError
    User.objects.select_for_update().get(pk=user.pk)
    if Follow.objects.filter(follower=user, following=other).exists():
        return False
    _check_rate(user)
    Follow.objects.create(follower=user, following=other)
    _notify(user, other=other)
    return True


def _check_rate(user: User) -> None:
    """Raise TooManyFollowsError unless the user may follow another one.

    Follows that the user has undone count too, because each of them may have sent a mail.
    """
    now = timezone.now()
    allowed = follows_per_hour(user)
    recent = Follow.objects.filter(follower=user, created_at__gt=now - HOUR).order_by("created_at")
    times = list(recent.values_list("created_at", flat=True))
    if len(times) >= allowed:
        freed = times[len(times) - allowed] if allowed else None
        raise TooManyFollowsError(seconds_until_past(freed, now=now))
    if not FOLLOWS_PER_ACCOUNT.hit(user.pk):
        raise TooManyFollowsError(FOLLOWS_PER_ACCOUNT.seconds_left(user.pk))


def unfollow(user: User, *, other: User) -> bool:
    """Stop following. Returns False if the user did not follow them. Raises NotActiveError."""
    check(user, ACTIVE)
    deleted, _rows = Follow.objects.filter(follower=user, following=other).delete()
    return bool(deleted)


def follows_per_hour(user: User) -> int:
    """Return how many others the user may follow per hour; more for accounts that others follow. One statement."""
    now = timezone.now()
    gained = Follow.objects.filter(following=user, created_at__gt=now - HOUR).count()
    return allowed_per_hour(user.created_at, now=now, received=gained, most=settings.MAX_FOLLOWS_PER_HOUR)


def mute(user: User, *, other: User) -> None:
    """Hide messages from another user. Raises NotActiveError, ValidationError."""
    check(user, ACTIVE)
    if user.pk == other.pk:
        raise ValidationError(_("You cannot mute yourself."))
    UserMute.objects.get_or_create(owner=user, subject=other)


def unmute(user: User, *, other: User) -> None:
    """Stop hiding messages from another user. Raises NotActiveError."""
    check(user, ACTIVE)
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
