"""Whom people follow, and whom they want to hear nothing from (upstream behaviour 2.10)."""

import math
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.notifications.mail import send_mail
from apps.users.models import Follow, User, UserMute


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
    User.objects.select_for_update().get(pk=user.pk)
    if Follow.objects.filter(follower=user, following=other).exists():
        return False
    hour_ago = timezone.now() - timedelta(hours=1)
    if Follow.objects.filter(follower=user, created_at__gt=hour_ago).count() >= follows_per_hour(user):
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
    """How many may be followed in an hour: one for each hour of the account, and each new follower."""
    now = timezone.now()
    gained = Follow.objects.filter(following=user, created_at__gt=now - timedelta(hours=1)).count()
    hours = math.ceil((now - user.created_at) / timedelta(hours=1))
    return max(0, min(hours + gained, settings.MAX_FOLLOWS_PER_HOUR))


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
    wants = not other.preferences.filter(k="notification.new_follower.email", v="false").exists()
    if other.email and wants:
        send_mail(
            other.email,
            template="new_follower",
            subject=gettext_noop("{user} followed you").format(user=follower.display_name),
            context={
                "name": other.display_name,
                "follower": follower.display_name,
                "link": f"{settings.PUBLIC_URL}/user/{quote(follower.display_name, safe='')}",
            },
            languages=other.languages,
        )
