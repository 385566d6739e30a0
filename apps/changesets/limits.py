"""Rate limits of changes and comments: by role, and for mappers by experience (upstream behaviour 1.6).

A mapper's limit grows with the time since the first changeset, or since the first one after the latest block: a block
resets it. Not implemented, because users cannot be reported yet: upstream halves a limit for each open report against
the mapper, down to MIN_CHANGES_PER_HOUR and MIN_SIZE_LIMIT.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Min, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.osm.errors import TooManyCommentsError, TooManyRequestsError
from apps.users import rate_limits
from apps.users.limits import HOUR, clamp, grown, seconds_until_past
from apps.users.models import User, UserRole
from apps.users.permissions import has_role

from .models import Changeset, ChangesetComment

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
OPENED = rate_limits.RateLimit(
    "changesets", lambda: settings.MAX_CHANGESETS_PER_HOUR, period=rate_limits.HOUR
)
"""Changesets that a mapper opens. Moderators and importers have no limit."""


class Limits(NamedTuple):
    """The limits of a user."""

    changes_per_hour: int
    size: int
    """The largest sum of width and height of a changeset's bbox, in 1e-7 degrees."""


def limits_of(user: User, now: datetime) -> Limits:
    """Return the limits of a user. Two statements, one for moderators and importers."""
    if has_role(user, UserRole.Role.MODERATOR):
        return Limits(settings.MODERATOR_CHANGES_PER_HOUR, settings.MODERATOR_SIZE_LIMIT)
    if has_role(user, UserRole.Role.IMPORTER):
        return Limits(settings.IMPORTER_CHANGES_PER_HOUR, settings.IMPORTER_SIZE_LIMIT)
    mapping_for = max(now - _first_changeset_time(user, now), timedelta()) / timedelta(days=1)
    return Limits(
        grown(
            mapping_for / settings.DAYS_TO_MAX_CHANGES,
            initial=settings.INITIAL_CHANGES_PER_HOUR,
            most=settings.MAX_CHANGES_PER_HOUR,
        ),
        grown(
            mapping_for / settings.DAYS_TO_MAX_SIZE_LIMIT,
            initial=settings.INITIAL_SIZE_LIMIT,
            most=settings.MAX_SIZE_LIMIT,
        ),
    )


def _first_changeset_time(user: User, now: datetime) -> datetime:
    """Return when the first changeset after the latest block was opened; now if there is none."""
    last_block = user.blocks.order_by("-created_at").values("created_at")[:1]
    since_then = Changeset.objects.filter(
        user=user, created_at__gt=Coalesce(Subquery(last_block), Value(_BEFORE_ALL))
    )
    first: datetime | None = since_then.aggregate(first=Min("created_at"))["first"]
    return first or now


def recent_changes(user: User, now: datetime) -> int:
    """Return the count of the user's changes in changesets that were opened within the last hour."""
    opened = Changeset.objects.filter(user=user, created_at__gt=now - HOUR)
    count: int | None = opened.aggregate(count=Sum("num_changes"))["count"]
    return count or 0


def changes_left(user: User, now: datetime | None = None) -> int:
    """Return how many changes the user may still make within the hour."""
    now = now or timezone.now()
    return limits_of(user, now).changes_per_hour - recent_changes(user, now)


def seconds_until_changes(user: User, *, now: datetime, wanted: int = 1) -> int:
    """Return in how many seconds the user may make as many changes: when enough of the recent ones are an hour ago."""
    missing = wanted - changes_left(user, now)
    opened = Changeset.objects.filter(user=user, created_at__gt=now - HOUR).order_by("created_at")
    last: datetime | None = None
    for created_at, changes in opened.values_list("created_at", "num_changes"):
        if missing <= 0:
            break
        last, missing = created_at, missing - changes
    return seconds_until_past(last if missing <= 0 else None, now=now)


def take_changeset(user: User) -> None:
    """Count a changeset that the user opens. Raises TooManyRequestsError."""
    within = OPENED.hit(user.pk)
    if not (within or has_role(user, UserRole.Role.MODERATOR) or has_role(user, UserRole.Role.IMPORTER)):
        raise TooManyRequestsError(OPENED.seconds_left(user.pk))


def check_comments(user: User, now: datetime | None = None) -> None:
    """Raise TooManyCommentsError unless the user may write another comment (upstream behaviour 1.6.4)."""
    now = now or timezone.now()
    left = comments_left(user, now)
    if left < 1:
        recent = ChangesetComment.objects.filter(author=user, created_at__gt=now - HOUR).order_by(
            "created_at"
        )
        times = list(recent.values_list("created_at", flat=True)[-left : 1 - left])
        raise TooManyCommentsError(seconds_until_past(times[0] if times else None, now=now))


def comments_left(user: User, now: datetime | None = None) -> int:
    """Return how many comments the user may still write within the hour (upstream behaviour 1.6.4)."""
    recent = ChangesetComment.objects.filter(author=user, created_at__gt=(now or timezone.now()) - HOUR)
    return _comments_per_hour(user) - recent.count()


def _comments_per_hour(user: User) -> int:
    if has_role(user, UserRole.Role.MODERATOR):
        return settings.MODERATOR_CHANGESET_COMMENTS_PER_HOUR
    enough = settings.COMMENTS_TO_MAX_CHANGESET_COMMENTS
    written = ChangesetComment.objects.filter(author=user)[:enough].count()
    return clamp(
        written * settings.MAX_CHANGESET_COMMENTS_PER_HOUR // enough,
        least=settings.INITIAL_CHANGESET_COMMENTS_PER_HOUR,
        most=settings.MAX_CHANGESET_COMMENTS_PER_HOUR,
    )
