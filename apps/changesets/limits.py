"""How much a user may change: by role, and for mappers by how long they have been at it (upstream behaviour 1.6)."""

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
    recent = Changeset.objects.filter(user=user, created_at__gt=now - _HOUR).aggregate(n=Sum("num_changes"))[
        "n"
    ]
    return _changes_per_hour(user, now) - (recent or 0)


def _changes_per_hour(user: User, now: datetime) -> int:
    if user.has_role(UserRole.Role.MODERATOR):
        return settings.MODERATOR_CHANGES_PER_HOUR
    if user.has_role(UserRole.Role.IMPORTER):
        return settings.IMPORTER_CHANGES_PER_HOUR
    grown = settings.MAX_CHANGES_PER_HOUR * _experience(user, now, settings.DAYS_TO_MAX_CHANGES)
    return int(min(max(grown, settings.INITIAL_CHANGES_PER_HOUR), settings.MAX_CHANGES_PER_HOUR))


def size_limit(user: User, now: datetime) -> int:
    """Width and height together that a changeset's box may have, in 1e-7 degrees."""
    if user.has_role(UserRole.Role.MODERATOR):
        return settings.MODERATOR_SIZE_LIMIT
    if user.has_role(UserRole.Role.IMPORTER):
        return settings.IMPORTER_SIZE_LIMIT
    grown = settings.MAX_SIZE_LIMIT * _experience(user, now, settings.DAYS_TO_MAX_SIZE_LIMIT)
    return int(min(max(grown, settings.INITIAL_SIZE_LIMIT), settings.MAX_SIZE_LIMIT))


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


def _experience(user: User, now: datetime, days: int) -> float:
    """The square of the share of days since the first changeset, or the first after the last block."""
    changesets = Changeset.objects.filter(user=user)
    if (last_block := user.blocks.order_by("-created_at").first()) is not None:
        changesets = changesets.filter(created_at__gt=last_block.created_at)
    first = changesets.aggregate(first=Min("created_at"))["first"] or now
    return float((max(now - first, timedelta()) / timedelta(days=days)) ** 2)
