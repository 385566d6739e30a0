"""Actions on changesets: open them, replace their tags, record changes in them, close them."""

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
from apps.users.permissions import EDIT_MAP, check

from . import limits
from .models import IDLE_TIME, LONGEST_TIME, Changeset, ChangesetSubscription


def open_changeset(user: User, *, tags: dict[str, str]) -> Changeset:
    """Create a changeset, to which its owner is subscribed.

    Raises TooManyRequestsError and the errors of `permissions.check`.
    """
    check(user, EDIT_MAP)
    limits.take_changeset(user)
    with transaction.atomic():
        now = timezone.now()
        changeset = Changeset.objects.create(user=user, created_at=now, closed_at=now + IDLE_TIME, tags=tags)
        ChangesetSubscription.objects.create(changeset=changeset, user=user)
        User.objects.filter(id=user.id).update(changesets_count=F("changesets_count") + 1)
    return changeset


def replace_tags(user: User, *, changeset_id: int, tags: dict[str, str]) -> Changeset:
    """Replace the tags. Raises NotFoundError, NotOwnerError, ChangesetClosedError, those of `permissions.check`."""
    check(user, EDIT_MAP)
    with transaction.atomic():
        changeset = check_open(lock_changeset(user, changeset_id), for_changes=False)
        changeset.row.tags = tags
        changeset.row.closed_at = _next_end(changeset.row, changeset.now)
        changeset.row.save(update_fields=["tags", "closed_at"])
    return changeset.row


def close(user: User, *, changeset_id: int) -> None:
    """Close a changeset. Raises NotFoundError, NotOwnerError, ChangesetClosedError, those of `permissions.check`."""
    check(user, EDIT_MAP)
    with transaction.atomic():
        changeset = check_open(lock_changeset(user, changeset_id), for_changes=False)
        changeset.row.closed_at = changeset.now
        changeset.row.save(update_fields=["closed_at"])


@dataclass(frozen=True)
class OpenChangeset:
    """A changeset that is locked until the end of the transaction, and the time by the database's clock."""

    row: Changeset
    now: datetime

    @property
    def id(self) -> int:
        return self.row.pk


def lock_changeset(user: User, changeset_id: int) -> Changeset:
    """Lock one of the user's changesets and return it. Raises NotFoundError, NotOwnerError."""
    row = Changeset.objects.select_for_update().filter(id=changeset_id).first()
    if row is None:
        raise NotFoundError
    if row.user_id != user.id:
        raise NotOwnerError
    return row


def check_open(row: Changeset, *, for_changes: bool = True) -> OpenChangeset:
    """Check that a locked changeset is open and, with `for_changes`, that there is room for another change in it.

    Raises ChangesetClosedError.
    """
    now = _database_time()
    if row.closed_at <= now:
        raise ChangesetClosedError(row.pk, row.closed_at)
    if for_changes and row.num_changes >= settings.MAX_CHANGESET_ELEMENTS:
        raise ChangesetClosedError(row.pk, now)
    return OpenChangeset(row, now)


def _database_time() -> datetime:
    """Return the time now rather than at the start of the transaction, which may have waited for the changeset."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


def record_changes(
    user: User, changeset: OpenChangeset, counts: dict[str, int], changed: BBox | None
) -> None:
    """Update counters, bbox and lifetime of a changeset after changes within the bbox `changed`.

    Raises ChangesetClosedError, TooManyChangesError, TooLargeError: the transaction has to be rolled back then.
    """
    row, count = changeset.row, sum(counts.values())
    if row.num_changes + count > settings.MAX_CHANGESET_ELEMENTS:
        raise ChangesetClosedError(row.pk, changeset.now)
    limit = limits.limits_of(user, changeset.now)
    if count > limit.changes_per_hour - limits.recent_changes(user, changeset.now):
        raise TooManyChangesError(
            "Upload has been blocked due to rate limiting. Please try again later.",
            limits.seconds_until_changes(user, now=changeset.now, wanted=count),
        )
    row.num_changes += count
    for name, added in counts.items():
        setattr(row, name, getattr(row, name) + added)
    bbox = row.bbox.joined(changed) if row.bbox and changed else row.bbox or changed
    if bbox is not None:
        width, height = bbox.max_lon - bbox.min_lon, bbox.max_lat - bbox.min_lat
        if width + height > limit.size:
            raise TooLargeError("Changeset bounding box size limit exceeded.")
        row.min_lon, row.min_lat, row.max_lon, row.max_lat = bbox
    row.closed_at = _next_end(row, changeset.now)
    row.save(update_fields=["num_changes", *counts, "min_lon", "min_lat", "max_lon", "max_lat", "closed_at"])


def _next_end(row: Changeset, now: datetime) -> datetime:
    """Return when an idle changeset closes: in an hour, but within a day of its opening (API page, "Changesets")."""
    if row.closed_at - row.created_at > LONGEST_TIME - IDLE_TIME:
        return row.created_at + LONGEST_TIME
    return now + IDLE_TIME
