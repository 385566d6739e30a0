"""Reads of traces, and who may see which (upstream behaviour 1.14, 2.7)."""

from typing import Any

from django.db.models import Q, QuerySet

from apps.osm.elements import MAX_ID
from apps.osm.errors import AccessDeniedError, NotFoundError
from apps.users.models import User

from . import points
from .models import PUBLIC, Trace
from .visibility import VISIBILITY_PREFERENCE, allowed_visibilities

MOST_POINTS = 5000
"""Of the line that the map draws, whatever the size of the trace."""
UNFINISHED = (Trace.State.WAITING, Trace.State.RUNNING)


def described_traces() -> QuerySet[Trace]:
    """What is not deleted, with owners and tags. Two statements."""
    return Trace.objects.filter(visible=True).select_related("user").prefetch_related("tags")


def listed_traces(viewer: User | None) -> QuerySet[Trace]:
    """The traces in the lists that somebody sees: everybody's public and identifiable ones, and their own."""
    public = Q(visibility__in=PUBLIC) & ~Q(state=Trace.State.FAILED)
    return described_traces().filter(public | Q(user=viewer) if viewer else public)


def access_trace(trace_id: int, viewer: User | None) -> Trace:
    """A trace that is public or the viewer's own; of failed ones only the owner knows. Raises NotFoundError, AccessDeniedError."""
    trace = described_traces().filter(pk=trace_id).first() if 0 <= trace_id <= MAX_ID else None
    if trace is None or (trace.state == Trace.State.FAILED and trace.user != viewer):
        raise NotFoundError
    if not trace.is_public and trace.user != viewer:
        raise AccessDeniedError
    return trace


def access_own_trace(trace_id: int, owner: User) -> Trace:
    """One of the user's own traces. Raises NotFoundError, AccessDeniedError."""
    trace = access_trace(trace_id, owner)
    if trace.user != owner:
        raise AccessDeniedError
    return trace


def found_traces(
    viewer: User | None, *, owner: User | None = None, tag: str | None = None
) -> QuerySet[Trace]:
    """Return the traces that the viewer may see in a list: of everybody or of one user, with a tag or all."""
    found = listed_traces(viewer)
    if owner is not None:
        found = found.filter(user=owner)
    if tag is not None:
        found = found.filter(tags__tag=tag).distinct() if "\x00" not in tag else found.none()
    return found


def newest(*, owner: User | None = None, tag: str | None = None) -> list[Trace]:
    """Return the 20 traces that a feed shows."""
    return list(found_traces(None, owner=owner, tag=tag).order_by("-created_at", "-pk")[:20])


def unfinished_count(user: User) -> int:
    """How many of the user's traces no worker has read yet."""
    return Trace.objects.filter(user=user, visible=True, state__in=UNFINISHED).count()


def usual_visibility(user: User) -> str:
    """What the user chose the last time, where that can still be chosen."""
    chosen = user.preferences.filter(k=VISIBILITY_PREFERENCE).values_list("v", flat=True).first()
    return chosen if chosen in allowed_visibilities() else Trace.Visibility.TRACKABLE


def access_any_trace(trace_id: int) -> Trace:
    """A trace that is not deleted, whoever may see it; NotFoundError."""
    trace = described_traces().filter(pk=trace_id).first() if trace_id <= MAX_ID else None
    if trace is None:
        raise NotFoundError
    return trace


def track_of(trace: Trace) -> dict[str, Any]:
    """The line of a trace as GeoJSON, a segment a line, of some thousand points where its segments are few."""
    # A line of GeoJSON has two ends, a segment of a trace may be a single point.
    lines = [line if len(line) > 1 else line * 2 for line in points.lines(trace.pk, MOST_POINTS)]
    geometry = {"type": "MultiLineString", "coordinates": lines}
    return {"type": "Feature", "properties": {"name": trace.name}, "geometry": geometry}


def own_traces(owner: User) -> QuerySet[Trace]:
    """Return the user's own traces in the order of their ids, without those that failed."""
    return described_traces().filter(user=owner).exclude(state=Trace.State.FAILED).order_by("pk")
