"""The query for changesets: each condition narrows the answer down (upstream behaviour 1.8.3)."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

from django.db.models import Func, Q

from apps.osm.bbox import BBox
from apps.users.models import User

from .models import LONGEST_TIME, Changeset, open_for_longer
from .querysets import described_changesets, overlaps, still_open
from .recency import by_time, in_index_order

_BEFORE_ALL = datetime(1000, 1, 1, tzinfo=UTC)
_SHORT = timedelta(days=3)
"""Changesets of an area that were created in a shorter period are looked for by time."""


def find_changesets(
    now: datetime,
    *,
    limit: int,
    bbox: BBox | None = None,
    user: User | None = None,
    closed_since: datetime | None = None,
    created_until: datetime | None = None,
    created: tuple[datetime, datetime] | None = None,
    open_only: bool = False,
    closed_only: bool = False,
    ids: Sequence[int] | None = None,
    oldest_first: bool = False,
) -> list[Changeset]:
    """Return the changesets that meet all conditions, with their users, the newest first or the oldest.

    One statement, and one more with `closed_since` or `open_only`. Each walks an index in the order of the answer.
    """
    condition = Q()
    if user is not None:
        condition &= Q(user=user)
    if closed_since is not None:
        condition &= Q(closed_at__gte=closed_since)
    if open_only:
        condition &= still_open(now)
    if ids is not None:
        condition &= Q(id__in=ids)
    if closed_only:
        condition &= ~still_open(now)
    since, until = created or (None, None)
    until = min(filter(None, (until, created_until)), default=None)

    def is_long(since: datetime | None) -> bool:
        return since is None or (until or now) - since > _SHORT

    # The changesets of a user and those that are named are fewer than those of an area, and so are those of a short
    # period.
    has_area = bbox is not None and user is None and ids is None

    def is_at_the_end(since: datetime | None) -> bool:
        """Return whether the index of areas has the answer at one end of its order."""
        return has_area and is_long(since) and (since is None if oldest_first else until is None)

    def first(since: datetime | None, until: datetime | None, more: Q, *, in_area: bool) -> list[Changeset]:
        found = described_changesets().filter(condition & more & _created(since, until))
        order: str | Func = "created_at" if oldest_first else "-created_at"
        if bbox is not None:
            found = found.filter(overlaps(bbox))
        if in_area:
            order = by_time("created_at", oldest_first=oldest_first)
        # In the middle of an area's history, PostgreSQL's own estimate is the better guide.
        is_free = ids is not None or (has_area and not in_area and is_long(since))
        with nullcontext() if is_free else in_index_order():
            return list(found.order_by(order, "id" if oldest_first else "-id")[:limit])

    if open_only:
        closed_since = max(filter(None, (closed_since, now)))
    if closed_since is None:
        return first(since, until, Q(), in_area=is_at_the_end(since))
    # A changeset is closed within a day: the walk can end a day before `closed_since`, instead of at the oldest
    # changeset. The few exceptions have an index of their own.
    bound = max(closed_since, _BEFORE_ALL) - LONGEST_TIME
    latest = max(since, bound) if since else bound
    short = first(latest, until, Q(), in_area=is_at_the_end(latest))
    long = first(since, until, Q(created_at__lt=bound) & open_for_longer(), in_area=False)
    return sorted(short + long, key=_place, reverse=not oldest_first)[:limit]


def _place(changeset: Changeset) -> tuple[datetime, int]:
    return changeset.created_at, changeset.pk


def _created(since: datetime | None, until: datetime | None) -> Q:
    condition = Q() if since is None else Q(created_at__gte=since)
    return condition if until is None else condition & Q(created_at__lte=until)
