"""How much a user may change: by role, and for mappers by how long they have been at it (upstream behaviour 1.6).

A mapper's limit grows with the time since the first changeset, or since the first after the latest block: who is
blocked begins anew. What is not there: upstream halves a limit for each open report against the mapper, down to
MIN_CHANGES_PER_HOUR and MIN_SIZE_LIMIT. Nobody can be reported here yet.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Sum
from django.utils import timezone

from apps.users.models import User, UserRole

from .models import Changeset, ChangesetComment

_HOUR = timedelta(hours=1)


def changes_left(user: User, now: datetime | None = None) -> int:
    """How many changes the user may still make, counting those in changesets opened within the last hour."""
    now = now or timezone.now()
    opened = Changeset.objects.filter(user=user, created_at__gt=now - _HOUR)
    recent: int | None = opened.aggregate(number=Sum("num_changes"))["number"]
    limit = _limit(
        user,
        now,
        moderator=settings.MODERATOR_CHANGES_PER_HOUR,
        importer=settings.IMPORTER_CHANGES_PER_HOUR,
        initial=settings.INITIAL_CHANGES_PER_HOUR,
        most=settings.MAX_CHANGES_PER_HOUR,
        days=settings.DAYS_TO_MAX_CHANGES,
    )
    return limit - (recent or 0)


def size_limit(user: User, now: datetime) -> int:
    """Width and height together that a changeset's box may have, in 1e-7 degrees."""
    return _limit(
        user,
        now,
        moderator=settings.MODERATOR_SIZE_LIMIT,
        importer=settings.IMPORTER_SIZE_LIMIT,
        initial=settings.INITIAL_SIZE_LIMIT,
        most=settings.MAX_SIZE_LIMIT,
        days=settings.DAYS_TO_MAX_SIZE_LIMIT,
    )


def _limit(
    user: User,
    now: datetime,
    *,
    moderator: int,
    importer: int,
    initial: int,
    most: int,
    days: int,
) -> int:
    """By role; for mappers a parabola from `initial` to `most`, which is reached after so many days."""
    if user.has_role(UserRole.Role.MODERATOR):
        return moderator
    if user.has_role(UserRole.Role.IMPORTER):
        return importer
    experience = max(now - _beginning(user, now), timedelta()) / timedelta(days=days)
    return int(min(max(most * experience**2, initial), most))


def comments_left(user: User, now: datetime | None = None) -> int:
    """How many comments the user may still write, counting those of the last hour (upstream behaviour 1.6.4)."""
    recent = ChangesetComment.objects.filter(author=user, created_at__gt=(now or timezone.now()) - _HOUR)
    return _comments_per_hour(user) - recent.count()


def _comments_per_hour(user: User) -> int:
    if user.has_role(UserRole.Role.MODERATOR):
        return settings.MODERATOR_CHANGESET_COMMENTS_PER_HOUR
    enough = settings.COMMENTS_TO_MAX_CHANGESET_COMMENTS
    written = ChangesetComment.objects.filter(author=user)[:enough].count()
    grown = written * settings.MAX_CHANGESET_COMMENTS_PER_HOUR // enough
    return min(
        max(grown, settings.INITIAL_CHANGESET_COMMENTS_PER_HOUR), settings.MAX_CHANGESET_COMMENTS_PER_HOUR
    )


def _beginning(user: User, now: datetime) -> datetime:
    """When the first changeset that counts was opened; now where there is none."""
    changesets = Changeset.objects.filter(user=user)
    if (last_block := user.blocks.order_by("-created_at").first()) is not None:
        changesets = changesets.filter(created_at__gt=last_block.created_at)
    first: datetime | None = changesets.aggregate(first=Min("created_at"))["first"]
    return first or now
