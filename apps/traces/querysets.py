"""Reads of traces, and access to them (upstream behaviour 1.14, 2.7)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from apps.osm.elements import MAX_ID
from apps.osm.errors import AccessDeniedError, NotFoundError
from apps.users.models import User

from . import points
from .models import PUBLIC, Trace, TraceTag
from .visibility import VISIBILITY_PREFERENCE, allowed_visibilities

MOST_POINTS = 5000
"""The size of the line on the map, whatever the size of the trace."""
UNFINISHED = (Trace.State.WAITING, Trace.State.RUNNING)


def described_traces() -> QuerySet[Trace]:
    """Return traces that are not deleted, with their owners and tags. Two statements."""
    return Trace.objects.filter(visible=True).select_related("user").prefetch_related("tags")


def access_any_trace(trace_id: int) -> Trace:
    """Return a trace that is not deleted, whatever its visibility. Raises NotFoundError."""
    trace = described_traces().filter(pk=trace_id).first() if 0 <= trace_id <= MAX_ID else None
    if trace is None:
        raise NotFoundError
    return trace


def access_trace(trace_id: int, viewer: User | None) -> Trace:
    """Return a trace that is public or the viewer's own; a failed one exists only for its owner.

    Raises NotFoundError, AccessDeniedError.
    """
    trace = access_any_trace(trace_id)
    if trace.state == Trace.State.FAILED and trace.user != viewer:
        raise NotFoundError
    if not trace.is_public and trace.user != viewer:
        raise AccessDeniedError
    return trace


def access_own_trace(trace_id: int, owner: User) -> Trace:
    """Return one of the user's own traces. Raises NotFoundError, AccessDeniedError."""
    trace = access_trace(trace_id, owner)
    if trace.user != owner:
        raise AccessDeniedError
    return trace


def listed_traces(
    viewer: User | None, *, owner: User | None = None, tag: str | None = None
) -> QuerySet[Trace]:
    """Return the traces in the lists that the viewer sees: public and identifiable ones, and the viewer's own.

    `owner` and `tag` narrow them down.
    """
    public = Q(visibility__in=PUBLIC) & ~Q(state=Trace.State.FAILED)
    found = described_traces().filter(public | Q(user=viewer) if viewer else public)
    if owner is not None:
        found = found.filter(user=owner)
    if tag is not None:
        tagged = TraceTag.objects.filter(tag=tag).values("trace")
        found = found.filter(pk__in=tagged) if "\x00" not in tag else found.none()
    return found


def newest_traces(*, owner: User | None = None, tag: str | None = None) -> list[Trace]:
    """Return the 20 traces that a feed shows."""
    return list(listed_traces(None, owner=owner, tag=tag).order_by("-created_at", "-pk")[:20])


def titles_of_traces(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of these traces, by id; none for deleted ones. For their owners: it ignores visibility."""
    return dict(Trace.objects.filter(pk__in=list(ids), visible=True).values_list("pk", "name"))


def unfinished_count(user: User) -> int:
    """Return the count of the user's traces that are waiting or being imported."""
    return Trace.objects.filter(user=user, visible=True, state__in=UNFINISHED).count()


def default_visibility(user: User) -> str:
    """Return the visibility that the user chose last, if it is still allowed."""
    chosen = user.preferences.filter(k=VISIBILITY_PREFERENCE).values_list("v", flat=True).first()
    return chosen if chosen in allowed_visibilities() else Trace.Visibility.TRACKABLE


def track_of(trace: Trace) -> dict[str, Any]:
    """Return the track as a GeoJSON feature, one line per segment, thinned out to some thousand points."""
    # A line of GeoJSON has at least two points, but a segment may have only one.
    lines = [line if len(line) > 1 else line * 2 for line in points.lines(trace.pk, MOST_POINTS)]
    geometry = {"type": "MultiLineString", "coordinates": lines}
    return {"type": "Feature", "properties": {"name": trace.name}, "geometry": geometry}


def own_traces(owner: User) -> QuerySet[Trace]:
    """Return the user's own traces in the order of their ids, without those that failed."""
    return described_traces().filter(user=owner).exclude(state=Trace.State.FAILED).order_by("pk")
