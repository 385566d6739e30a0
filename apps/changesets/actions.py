"""What is done with changesets: opened, described, filled, closed."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from apps.osm.bbox import BBox
from apps.osm.edit_errors import ChangesetClosedError, NotOwnerError
from apps.osm.errors import NotFoundError, TooLargeError, TooManyChangesError
from apps.users.models import User

from . import limits
from .models import IDLE_TIME, LONGEST_TIME, Changeset, ChangesetSubscription


def access_changeset(changeset_id: int) -> Changeset:
    """The changeset; NotFoundError where there is none."""
    changeset = Changeset.objects.filter(id=changeset_id).first()
    if changeset is None:
        raise NotFoundError
    return changeset


def open_changeset(user: User, *, tags: dict[str, str]) -> Changeset:
    """A new changeset, which its owner follows."""
    with transaction.atomic():
        now = timezone.now()
        changeset = Changeset.objects.create(user=user, created_at=now, closed_at=now + IDLE_TIME, tags=tags)
        ChangesetSubscription.objects.create(changeset=changeset, user=user)
        User.objects.filter(id=user.id).update(changesets_count=F("changesets_count") + 1)
    return changeset


def describe(user: User, *, changeset_id: int, tags: dict[str, str]) -> Changeset:
    """Replace the tags. Raises NotFoundError, NotOwnerError, ChangesetClosedError."""
    with transaction.atomic():
        changeset = check_open(lock_changeset(user, changeset_id), for_changes=False)
        changeset.row.tags = tags
        changeset.row.closed_at = _next_end(changeset.row, changeset.now)
        changeset.row.save(update_fields=["tags", "closed_at"])
    return changeset.row


def close(user: User, *, changeset_id: int) -> None:
    """Raises NotFoundError, NotOwnerError, ChangesetClosedError."""
    with transaction.atomic():
        changeset = check_open(lock_changeset(user, changeset_id), for_changes=False)
        changeset.row.closed_at = changeset.now
        changeset.row.save(update_fields=["closed_at"])


@dataclass(frozen=True)
class OpenChangeset:
    """A changeset that is held until the end of the transaction, and the time by the database's clock."""

    row: Changeset
    now: datetime

    @property
    def id(self) -> int:
        return self.row.pk


def lock_changeset(user: User, changeset_id: int) -> Changeset:
    """Hold a changeset of the user's; others who want it wait. Raises NotFoundError, NotOwnerError."""
    row = Changeset.objects.select_for_update().filter(id=changeset_id).first()
    if row is None:
        raise NotFoundError
    if row.user_id != user.id:
        raise NotOwnerError
    return row


def check_open(row: Changeset, *, for_changes: bool = True) -> OpenChangeset:
    """That a held changeset is open. `for_changes`: and does not have as many changes as it may have.

    Raises ChangesetClosedError.
    """
    now = _database_time()
    if row.closed_at <= now:
        raise ChangesetClosedError(row.pk, row.closed_at)
    if for_changes and row.num_changes >= settings.MAX_CHANGESET_ELEMENTS:
        raise ChangesetClosedError(row.pk, now)
    return OpenChangeset(row, now)


def _database_time() -> datetime:
    """The time now, not when the transaction began: it may have waited for the changeset."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def record_changes(user: User, changeset: OpenChangeset, counts: dict[str, int], extent: BBox | None) -> None:
    """Add up counters, box and life time after changes; the limits of the changeset and of the user are checked.

    Raises ChangesetClosedError, TooManyChangesError, TooLargeError: nothing of the transaction may stay then.
    """
    row, number = changeset.row, sum(counts.values())
    if row.num_changes + number > settings.MAX_CHANGESET_ELEMENTS:
        raise ChangesetClosedError(row.pk, changeset.now)
    limit = limits.limits_of(user, changeset.now)
    if number > limit.changes_per_hour - limits.recent_changes(user, changeset.now):
        raise TooManyChangesError("Upload has been blocked due to rate limiting. Please try again later.")
    row.num_changes += number
    for name, count in counts.items():
        setattr(row, name, getattr(row, name) + count)
    box = row.bbox.joined(extent) if row.bbox and extent else row.bbox or extent
    if box is not None:
        width, height = box.max_lon - box.min_lon, box.max_lat - box.min_lat
        if width + height > limit.size:
            raise TooLargeError("Changeset bounding box size limit exceeded.")
        row.min_lon, row.min_lat, row.max_lon, row.max_lat = box
    row.closed_at = _next_end(row, changeset.now)
    row.save(update_fields=["num_changes", *counts, "min_lon", "min_lat", "max_lon", "max_lat", "closed_at"])


def _next_end(row: Changeset, now: datetime) -> datetime:
    """An hour from now, but no more than a day after it was opened (API page, "Changesets")."""
    if row.closed_at - row.created_at > LONGEST_TIME - IDLE_TIME:
        return row.created_at + LONGEST_TIME
    return now + IDLE_TIME
