"""Changesets, their comments and their subscriptions."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from apps.osm.bbox import BBox
from apps.osm.elements import ElementType

from .recency import id_point, time_point

UNKNOWN_CHANGESET_ID = 0
"""Stands for the changesets of elements that were imported without one. It has no page, and no list contains it."""
IDLE_TIME = timedelta(hours=1)
LONGEST_TIME = timedelta(hours=24)


def open_for_longer() -> Q:
    """Return the condition that a changeset was open for longer than today's rules allow, as few imported ones were."""
    return Q(GreaterThan(F("closed_at") - F("created_at"), Value(LONGEST_TIME)))


COUNTERS = [
    f"num_{change}_{kind}"
    for kind in ("nodes", "ways", "relations")
    for change in ("created", "modified", "deleted")
]


class Changeset(models.Model):
    """A group of changes by one user. Coordinates are integers of 1e-7 degrees.

    Whether it is open depends on the clock alone: there is no job that closes it.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="changesets")
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField()
    min_lat = models.IntegerField(null=True)
    max_lat = models.IntegerField(null=True)
    min_lon = models.IntegerField(null=True)
    max_lon = models.IntegerField(null=True)
    num_changes = models.IntegerField(default=0)
    num_created_nodes = models.IntegerField(default=0)
    num_modified_nodes = models.IntegerField(default=0)
    num_deleted_nodes = models.IntegerField(default=0)
    num_created_ways = models.IntegerField(default=0)
    num_modified_ways = models.IntegerField(default=0)
    num_deleted_ways = models.IntegerField(default=0)
    num_created_relations = models.IntegerField(default=0)
    num_modified_relations = models.IntegerField(default=0)
    num_deleted_relations = models.IntegerField(default=0)
    tags = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # PostgreSQL's own type `box` needs no extension. It is null for a changeset without a bbox, which is not
            # found. The two points are for the newest changesets of an area (`recency.py`).
            GistIndex(
                Func(
                    Func(F("min_lon"), F("min_lat"), function="point"),
                    Func(F("max_lon"), F("max_lat"), function="point"),
                    function="box",
                ),
                time_point("created_at"),
                id_point("id"),
                name="changesets_box",
            ),
            models.Index(fields=["created_at", "id"], name="changesets_created_at"),
            models.Index(fields=["closed_at"], name="changesets_closed_at"),
            models.Index(fields=["user", "created_at", "id"], name="changesets_user_created_at"),
            models.Index(fields=["user", "id"], name="changesets_user_id"),
            models.Index(
                fields=["created_at", "id"], condition=open_for_longer(), name="changesets_open_for_longer"
            ),
        ]

    def __str__(self) -> str:
        return f"changeset {self.pk}"

    @property
    def bbox(self) -> BBox | None:
        if self.min_lon is None or self.min_lat is None or self.max_lon is None or self.max_lat is None:
            return None
        return BBox(self.min_lon, self.min_lat, self.max_lon, self.max_lat)

    @property
    def is_described(self) -> bool:
        return is_described(self.tags, self.user.email)

    @property
    def largest_type(self) -> ElementType:
        """Return the type of the largest elements among its changes; old counters tell nothing, so any may be."""
        if self.num_created_relations or self.num_modified_relations or self.num_deleted_relations:
            return ElementType.RELATION
        return ElementType.WAY if self.count("created") is not None else ElementType.RELATION

    def is_open(self, now: datetime | None = None) -> bool:
        """Return whether it accepts more changes: it is not closed, has not timed out and is not full."""
        return (
            self.closed_at > (now or timezone.now()) and self.num_changes <= settings.MAX_CHANGESET_ELEMENTS
        )

    def count(self, change: str) -> int | None:
        """Return the count of elements `created`, `modified` or `deleted`; None if old counters do not add up."""
        counts = {name: int(getattr(self, name)) for name in COUNTERS}
        if sum(counts.values()) != self.num_changes:
            return None
        return sum(count for name, count in counts.items() if name.startswith(f"num_{change}_"))


def is_described(tags: Mapping[str, str], owner_email: str | None) -> bool:
    """Return whether more of a changeset is known than what imported elements say about it.

    Editors send tags with every changeset, and only authors of imported data have no email address.
    """
    return bool(tags) or owner_email is not None


class ChangesetComment(models.Model):
    changeset = models.ForeignKey(Changeset, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="changeset_comments"
    )
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    visible = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["changeset", "created_at"], name="changesets_comment_thread"),
            models.Index(fields=["created_at"], name="changesets_comment_created_at"),
            models.Index(fields=["author", "created_at"], name="changesets_comment_author"),
        ]

    def __str__(self) -> str:
        return self.body


class ChangesetSubscription(models.Model):
    pk = models.CompositePrimaryKey("changeset_id", "user_id")
    changeset = models.ForeignKey(Changeset, on_delete=models.CASCADE, related_name="subscriptions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.user_id} follows changeset {self.changeset_id}"
