"""How much a user may change: by role, and for mappers by how long they have been at it (upstream behaviour 1.6).

A mapper's limit grows with the time since the first changeset, or since the first after the latest block: who is
blocked begins anew. What is not there: upstream halves a limit for each open report against the mapper, down to
MIN_CHANGES_PER_HOUR and MIN_SIZE_LIMIT. Nobody can be reported here yet.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Min, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.users.limits import HOUR, clamp, grown
from apps.users.models import User, UserRole
from apps.users.permissions import has_role

from .models import Changeset, ChangesetComment

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class Limits(NamedTuple):
    """What a user may do at a time."""

    changes_per_hour: int
    size: int
    """Width and height together that a changeset's box may have, in 1e-7 degrees."""


def limits_of(user: User, now: datetime) -> Limits:
    """Both limits of a user. Two statements, one for who has a role."""
    if has_role(user, UserRole.Role.MODERATOR):
        return Limits(settings.MODERATOR_CHANGES_PER_HOUR, settings.MODERATOR_SIZE_LIMIT)
    if has_role(user, UserRole.Role.IMPORTER):
        return Limits(settings.IMPORTER_CHANGES_PER_HOUR, settings.IMPORTER_SIZE_LIMIT)
    mapping_for = max(now - _beginning(user, now), timedelta()) / timedelta(days=1)
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


def _beginning(user: User, now: datetime) -> datetime:
    """When the first changeset that counts was opened; now where there is none."""
    last_block = user.blocks.order_by("-created_at").values("created_at")[:1]
    counting = Changeset.objects.filter(
        user=user, created_at__gt=Coalesce(Subquery(last_block), Value(_BEFORE_ALL))
    )
    first: datetime | None = counting.aggregate(first=Min("created_at"))["first"]
    return first or now


def recent_changes(user: User, now: datetime) -> int:
    """How many changes the user has made in changesets that were opened within the last hour."""
    opened = Changeset.objects.filter(user=user, created_at__gt=now - HOUR)
    number: int | None = opened.aggregate(number=Sum("num_changes"))["number"]
    return number or 0


def changes_left(user: User, now: datetime | None = None) -> int:
    """How many changes the user may still make within the hour."""
    now = now or timezone.now()
    return limits_of(user, now).changes_per_hour - recent_changes(user, now)


def comments_left(user: User, now: datetime | None = None) -> int:
    """How many comments the user may still write, counting those of the last hour (upstream behaviour 1.6.4)."""
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
