"""What the pages read about traces. Each function is one statement, or two where tags are shown."""

from typing import Any

from django.db.models import QuerySet

from apps.osm.elements import MAX_ID
from apps.osm.errors import NotFoundError
from apps.users.cursors import Page, page_of
from apps.users.models import User

from . import points
from .actions import VISIBILITY_PREFERENCE
from .models import Trace
from .querysets import described_traces, listed_traces
from .visibility import allowed_visibilities

MOST_POINTS = 5000
"""Of the line that the map draws, whatever the size of the trace."""
UNFINISHED = (Trace.State.WAITING, Trace.State.RUNNING)


def trace_page(
    *,
    viewer: User | None,
    owner: User | None = None,
    tag: str | None = None,
    before: int | None = None,
    after: int | None = None,
) -> Page[Trace]:
    """At most 20 traces that the viewer may see in a list: of everybody or of one user, with a tag."""
    return page_of(_listed(viewer, owner=owner, tag=tag), before=before, after=after)


def newest(*, owner: User | None = None, tag: str | None = None) -> list[Trace]:
    """The 20 traces that a feed shows."""
    return list(_listed(None, owner=owner, tag=tag).order_by("-created_at", "-pk")[:20])


def _listed(viewer: User | None, *, owner: User | None, tag: str | None) -> QuerySet[Trace]:
    found = listed_traces(viewer)
    if owner is not None:
        found = found.filter(user=owner)
    if tag is not None:
        found = found.filter(tags__tag=tag).distinct() if "\x00" not in tag else found.none()
    return found


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
