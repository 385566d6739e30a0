"""Reads of traces, and who may see which (upstream behaviour 1.14, 2.7)."""

from django.db.models import Q, QuerySet

from apps.osm.elements import MAX_ID
from apps.osm.errors import AccessDeniedError, NotFoundError
from apps.users.models import User

from .models import PUBLIC, Trace


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
