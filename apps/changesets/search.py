"""The query for changesets: each condition narrows the answer down (upstream behaviour 1.8.3)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from apps.osm.bbox import BBox
from apps.users.models import User

from .models import Changeset
from .querysets import described_changesets, overlaps, still_open

Found = QuerySet[Changeset]


def find_changesets(
    now: datetime,
    *,
    bbox: BBox | None = None,
    user: User | None = None,
    closed_since: datetime | None = None,
    created_until: datetime | None = None,
    created: tuple[datetime, datetime] | None = None,
    open_only: bool = False,
    closed_only: bool = False,
    ids: Sequence[int] | None = None,
    oldest_first: bool = False,
) -> Found:
    """Return the changesets that meet all conditions, with their users, the newest first or the oldest."""
    condition = overlaps(bbox) if bbox is not None else Q()
    if user is not None:
        condition &= Q(user=user)
    if closed_since is not None:
        condition &= Q(closed_at__gte=closed_since)
    if created_until is not None:
        condition &= Q(created_at__lte=created_until)
    if created is not None:
        condition &= Q(created_at__range=created)
    if open_only:
        condition &= still_open(now)
    if ids is not None:
        condition &= Q(id__in=ids)
    changesets = described_changesets().filter(condition)
    if closed_only:
        changesets = changesets.exclude(still_open(now))
    return changesets.order_by(*(("created_at", "id") if oldest_first else ("-created_at", "-id")))
