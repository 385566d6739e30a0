"""What the pages read about changesets. Each function is one statement, whatever the size of what it reads."""

from typing import Any

from django.db.models import BooleanField, Count, F, FloatField, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from apps.osm.bbox import BBox
from apps.osm.elements import MAX_ID
from apps.osm.errors import NotFoundError
from apps.users.cursors import Page, page_of
from apps.users.models import User

from .models import Changeset, ChangesetComment


class _Overlaps(Func):
    """Whether the changeset's box and another touch: what the index answers."""

    template = "%(expressions)s"
    arg_joiner = " && "
    output_field = BooleanField()

    @classmethod
    def of(cls, box: BBox) -> "_Overlaps":
        sides = [Cast(Value(float(side)), FloatField()) for side in box]
        own = [F("min_lon"), F("min_lat"), F("max_lon"), F("max_lat")]
        return cls(_box(*own), _box(*sides))


def _box(min_lon: Any, min_lat: Any, max_lon: Any, max_lat: Any) -> Func:
    corners = (Func(min_lon, min_lat, function="point"), Func(max_lon, max_lat, function="point"))
    return Func(*corners, function="box")


def _strictly(box: BBox) -> Q:
    """More than an edge in common."""
    return Q(
        min_lon__lt=box.max_lon, max_lon__gt=box.min_lon, min_lat__lt=box.max_lat, max_lat__gt=box.min_lat
    )


def changeset_page(
    *,
    user: User | None = None,
    boxes: list[BBox] | None = None,
    before: int | None = None,
    after: int | None = None,
) -> Page[Changeset]:
    """At most 20 changesets that are not empty: the newest, those before an id, or those that follow one."""
    return page_of(listed(user=user, boxes=boxes), before=before, after=after)


def listed(*, user: User | None = None, boxes: list[BBox] | None = None) -> QuerySet[Changeset]:
    """The changesets that lists and feeds show, with their users and the number of their comments.

    Those of users whose edits are not public belong to no user's list.
    """
    found = Changeset.objects.filter(num_changes__gt=0).select_related("user")
    comments = ChangesetComment.objects.filter(changeset=OuterRef("pk"), visible=True).order_by()
    number = comments.values("changeset").annotate(number=Count("pk")).values("number")
    found = found.annotate(comments_count=Coalesce(Subquery(number), 0))
    if user is not None:
        found = found.filter(user=user) if user.data_public else found.none()
    if boxes is not None:
        overlapping = Q()
        for box in boxes:
            overlapping |= Q(_Overlaps.of(box)) & _strictly(box)
        found = found.filter(overlapping)
    return found


def access_changeset(changeset_id: int) -> Changeset:
    """The changeset with its user; NotFoundError where there is none."""
    found = Changeset.objects.select_related("user").filter(pk=min(changeset_id, MAX_ID)).first()
    if found is None:
        raise NotFoundError
    return found


def discussion(changeset: Changeset) -> list[ChangesetComment]:
    """The visible comments, oldest first, with their authors."""
    comments = changeset.comments.filter(visible=True).select_related("author")
    return list(comments.order_by("created_at", "id"))


def recent_comments(limit: int, changeset: Changeset | None = None) -> list[ChangesetComment]:
    """The newest visible comments, of one changeset or of all, with their authors and changesets' users."""
    comments = ChangesetComment.objects.filter(visible=True).select_related("author", "changeset__user")
    if changeset is not None:
        comments = comments.filter(changeset=changeset)
    return list(comments.order_by("-created_at", "-id")[:limit])


def neighbours_of(changeset: Changeset) -> tuple[int | None, int | None]:
    """Ids of the same user's (previous, next) changeset that is not empty; none of a user who is not public."""
    user = changeset.user
    if not (user.is_active and user.data_public):
        return None, None
    others = Changeset.objects.filter(user=user, num_changes__gt=0).order_by().values_list("id")
    previous = others.filter(id__lt=changeset.pk).order_by("-id")[:1]
    following = others.filter(id__gt=changeset.pk).order_by("id")[:1]
    ids = [row[0] for row in previous.union(following, all=True)]
    return (
        next((pk for pk in ids if pk < changeset.pk), None),
        next((pk for pk in ids if pk > changeset.pk), None),
    )


def parse_boxes(text: str) -> list[BBox] | None:
    """The boxes of a list's `bbox` parameter in degrees: two where it crosses the antimeridian, None for no
    limit (as wide as the world, and upright); ValueError where it is not four numbers."""
    min_lon, min_lat, max_lon, max_lat = (float(side) for side in text.split(","))
    if not all(abs(side) < 1e6 for side in (min_lon, min_lat, max_lon, max_lat)):
        raise ValueError(text)
    min_lat, max_lat = max(min_lat, -90), min(max_lat, 90)
    if max_lon - min_lon >= 360:
        return None if (min_lat, max_lat) == (-90, 90) else [BBox.from_degrees(-180, min_lat, 180, max_lat)]
    west = (min_lon + 180) % 360 - 180
    east = west + (max_lon - min_lon)
    if east <= 180:
        return [BBox.from_degrees(west, min_lat, east, max_lat)]
    return [
        BBox.from_degrees(west, min_lat, 180, max_lat),
        BBox.from_degrees(-180, min_lat, east - 360, max_lat),
    ]
