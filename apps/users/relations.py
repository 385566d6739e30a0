"""Whom people follow, and whom they want to hear nothing from (upstream behaviour 2.10)."""

from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.notifications.notices import notify
from apps.users.limits import HOUR, allowed_per_hour
from apps.users.models import Follow, User, UserMute
from apps.users.permissions import ACTIVE, check
from apps.users.recipients import recipients_among

NEW_FOLLOWER = "new_follower"


@dataclass(frozen=True)
class Relation:
    """How one user stands to another."""

    follows: bool
    mutes: bool


def relation_of(user: User, *, other: User) -> Relation:
    """Two statements."""
    return Relation(
        Follow.objects.filter(follower=user, following=other).exists(),
        UserMute.objects.filter(owner=user, subject=other).exists(),
    )


@transaction.atomic
def follow(user: User, *, other: User) -> bool:
    """Follows and tells the other; False where it was so already. Raises ValidationError above the limit."""
    check(user, ACTIVE)
    User.objects.select_for_update().get(pk=user.pk)
    if Follow.objects.filter(follower=user, following=other).exists():
        return False
    recent = Follow.objects.filter(follower=user, created_at__gt=timezone.now() - HOUR)
    if recent.count() >= follows_per_hour(user):
        raise ValidationError(
            _("You have followed a lot of people lately. Please wait before you follow others.")
        )
    Follow.objects.create(follower=user, following=other)
    _tell(user, other=other)
    return True


def unfollow(user: User, *, other: User) -> bool:
    """Follows no more; False where it was so already."""
    taken, _rows = Follow.objects.filter(follower=user, following=other).delete()
    return bool(taken)


def follows_per_hour(user: User) -> int:
    """Return how many others the user may follow per hour; more for accounts that others follow. One statement."""
    now = timezone.now()
    gained = Follow.objects.filter(following=user, created_at__gt=now - HOUR).count()
    return allowed_per_hour(user.created_at, now=now, received=gained, most=settings.MAX_FOLLOWS_PER_HOUR)


def mute(user: User, *, other: User) -> None:
    """What the other writes goes unseen from now on. Raises ValidationError."""
    if user.pk == other.pk:
        raise ValidationError(_("You cannot mute yourself."))
    UserMute.objects.get_or_create(owner=user, subject=other)


def unmute(user: User, *, other: User) -> None:
    """What the other writes is seen again."""
    UserMute.objects.filter(owner=user, subject=other).delete()


def muted_by(user: User) -> QuerySet[UserMute]:
    """Whom a user has muted, with their accounts, the oldest first. One statement."""
    return UserMute.objects.filter(owner=user).select_related("subject").order_by("pk")


def _tell(follower: User, *, other: User) -> None:
    notify(
        recipients_among(User.objects.filter(pk=other.pk), event=NEW_FOLLOWER),
        event=NEW_FOLLOWER,
        subject=gettext_noop("{user} followed you"),
        values={"user": follower.display_name},
        url_path=f"/user/{quote(follower.display_name, safe='')}",
        context={"follower": follower.display_name},
    )
