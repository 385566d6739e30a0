"""Sets of changesets."""

from datetime import datetime

from django.conf import settings
from django.db.models import BooleanField, Count, F, Func, Prefetch, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from apps.osm.bbox import BBox

from .models import Changeset, ChangesetComment


def described_changesets() -> QuerySet[Changeset]:
    """Changesets with their users and `comments_count`, the number of visible comments."""
    return Changeset.objects.select_related("user").annotate(
        comments_count=Count("comments", filter=Q(comments__visible=True))
    )


def with_discussion(changesets: QuerySet[Changeset], *, show_hidden: bool = False) -> QuerySet[Changeset]:
    """The visible comments, or all of them, with their authors, the oldest first, as `discussion`."""
    comments = ChangesetComment.objects.select_related("author").order_by("created_at", "id")
    if not show_hidden:
        comments = comments.filter(visible=True)
    return changesets.prefetch_related(Prefetch("comments", comments, to_attr="discussion"))


def still_open(now: datetime) -> Q:
    return Q(closed_at__gt=now, num_changes__lte=settings.MAX_CHANGESET_ELEMENTS)


def overlapping(changesets: QuerySet[Changeset], bbox: BBox) -> QuerySet[Changeset]:
    """Those whose boxes have an area in common with the box; edges that touch are none."""
    return changesets.filter(
        _Overlap(_box(F("min_lon"), F("min_lat"), F("max_lon"), F("max_lat")), _box(*map(Value, bbox))),
        min_lon__lt=bbox.max_lon,
        max_lon__gt=bbox.min_lon,
        min_lat__lt=bbox.max_lat,
        max_lat__gt=bbox.min_lat,
    )


class _Overlap(Func):
    """`box && box`, answered by the index changesets_box."""

    template = "%(expressions)s"
    arg_joiner = " && "
    output_field = BooleanField()


def _box(min_lon: Combinable, min_lat: Combinable, max_lon: Combinable, max_lat: Combinable) -> Func:
    return Func(
        Func(min_lon, min_lat, function="point"), Func(max_lon, max_lat, function="point"), function="box"
    )
