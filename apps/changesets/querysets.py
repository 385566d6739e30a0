"""Reads of changesets and their discussions. Each function takes one statement, however much it reads."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import (
    BooleanField,
    Count,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from apps.osm.bbox import BBox
from apps.osm.elements import MAX_ID
from apps.osm.errors import NotFoundError
from apps.users.models import User

from .models import UNKNOWN_CHANGESET_ID, Changeset, ChangesetComment, ChangesetSubscription

COMMENTS_PER_PAGE = 100
_COMMENTS_PER_FETCH = 200


def described_changesets() -> QuerySet[Changeset]:
    """Return changesets with their users and `comments_count`, the count of visible comments."""
    # A subquery, so that only the changesets that are returned have their comments counted.
    comments = ChangesetComment.objects.filter(changeset=OuterRef("pk"), visible=True).order_by()
    count = comments.values("changeset").annotate(count=Count("pk")).values("count")
    return Changeset.objects.select_related("user").annotate(comments_count=Coalesce(Subquery(count), 0))


def comments_on(changeset: Changeset, *, show_hidden: bool = False) -> Iterator[ChangesetComment]:
    """Yield the visible comments, or all of them, with their authors, oldest first, as they are consumed."""
    comments = _discussion_comments(show_hidden=show_hidden).filter(changeset=changeset)
    return comments.iterator(chunk_size=_COMMENTS_PER_FETCH)


def _discussion_comments(*, show_hidden: bool) -> QuerySet[ChangesetComment]:
    comments = ChangesetComment.objects.select_related("author").order_by("created_at", "id")
    return comments if show_hidden else comments.filter(visible=True)


def listed_changesets(
    *, user: User | None = None, reader: User | None = None, bboxes: list[BBox] | None = None
) -> QuerySet[Changeset]:
    """Return the non-empty changesets that lists and feeds show, with their users and `comments_count`.

    A user's list is empty for other readers if the user's edits are not public.
    """
    found = described_changesets().filter(num_changes__gt=0, pk__gt=UNKNOWN_CHANGESET_ID)
    if user is not None:
        found = found.filter(user=user) if user.data_public or user == reader else found.none()
    if bboxes is not None:
        condition = Q()
        for bbox in bboxes:
            condition |= overlaps(bbox)
        found = found.filter(condition)
    return found


def still_open(now: datetime) -> Q:
    """Return the condition that a changeset accepts more changes."""
    return Q(closed_at__gt=now, num_changes__lte=settings.MAX_CHANGESET_ELEMENTS)


def overlaps(bbox: BBox) -> Q:
    """Return the condition that a changeset's bbox shares an area with another; a common edge is not enough."""
    own = _box(F("min_lon"), F("min_lat"), F("max_lon"), F("max_lat"))
    shares_area = Q(
        min_lon__lt=bbox.max_lon,
        max_lon__gt=bbox.min_lon,
        min_lat__lt=bbox.max_lat,
        max_lat__gt=bbox.min_lat,
    )
    return Q(_Overlap(own, _box(*map(Value, bbox)))) & shares_area


class _Overlap(Func):
    """`box && box`, for which there is the index changesets_box."""

    template = "%(expressions)s"
    arg_joiner = " && "
    output_field = BooleanField()


def _box(min_lon: Combinable, min_lat: Combinable, max_lon: Combinable, max_lat: Combinable) -> Func:
    return Func(
        Func(min_lon, min_lat, function="point"), Func(max_lon, max_lat, function="point"), function="box"
    )


def access_changeset(changeset_id: int) -> Changeset:
    """Return the changeset with its user. Raises NotFoundError."""
    found = Changeset.objects.select_related("user").filter(pk=min(changeset_id, MAX_ID)).first()
    if found is None or found.pk == UNKNOWN_CHANGESET_ID:
        raise NotFoundError
    return found


def discussion(
    changeset: Changeset, *, show_hidden: bool = False, before: int | None = None
) -> tuple[list[ChangesetComment], bool]:
    """Return at most a hundred comments with their authors, oldest first, and whether there are earlier ones.

    They are the latest, or those before the comment of an id; hidden ones only if asked for.
    """
    comments = _discussion_comments(show_hidden=show_hidden).filter(changeset=changeset)
    if before is not None:
        comments = comments.filter(pk__lt=min(before, MAX_ID))
    latest = list(comments.order_by("-created_at", "-id")[: COMMENTS_PER_PAGE + 1])
    return latest[:COMMENTS_PER_PAGE][::-1], len(latest) > COMMENTS_PER_PAGE


def titles_of_changesets(ids: Iterable[int]) -> dict[int, str]:
    """Return the comments that the owners gave to these changesets, by id."""
    return {
        pk: str(tags.get("comment", ""))
        for pk, tags in Changeset.objects.filter(pk__in=ids).values_list("pk", "tags")
    }


def is_followed(changeset: Changeset, user: User) -> bool:
    """Return whether the user is notified of comments on the changeset."""
    return ChangesetSubscription.objects.filter(changeset=changeset, user=user).exists()


def comments_by(author: User, *, show_hidden: bool) -> QuerySet[ChangesetComment]:
    """Return a user's comments with their changesets; none if the user's edits are not public."""
    comments = author.changeset_comments.select_related("changeset")
    if not show_hidden:
        comments = comments.filter(visible=True)
    return comments if author.data_public else comments.none()


def recent_comments(limit: int, changeset: Changeset | None = None) -> Iterator[ChangesetComment]:
    """Yield the newest visible comments on one changeset or on all, with authors and changesets' users."""
    comments = ChangesetComment.objects.filter(visible=True).select_related("author", "changeset__user")
    if changeset is not None:
        comments = comments.filter(changeset=changeset)
    return comments.order_by("-created_at", "-id")[:limit].iterator(chunk_size=_COMMENTS_PER_FETCH)


def neighbours_of(changeset: Changeset) -> tuple[int | None, int | None]:
    """Return the ids of the user's (previous, next) non-empty changeset, or (None, None) if the edits are not public."""
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


def access_described_changeset(changeset_id: int) -> Changeset:
    """Return the changeset as the API describes it. Raises NotFoundError."""
    changeset = described_changesets().filter(id=changeset_id).first()
    if changeset is None:
        raise NotFoundError
    return changeset


def find_comments(
    *, author: User | None = None, created: tuple[datetime, datetime] | None = None
) -> QuerySet[ChangesetComment]:
    """Return the visible comments on all changesets with their authors, newest first."""
    comments = ChangesetComment.objects.filter(visible=True).select_related("author")
    if author is not None:
        comments = comments.filter(author=author)
    if created is not None:
        comments = comments.filter(created_at__range=created)
    return comments.order_by("-created_at", "-id")
