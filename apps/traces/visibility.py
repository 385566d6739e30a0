"""Which visibilities a trace can be given."""

from django.conf import settings

from .models import Trace

LEGACY = [Trace.Visibility.PRIVATE, Trace.Visibility.PUBLIC]
"""What openstreetmap.org takes for new traces no more."""


def allowed_visibilities(before: str | None = None) -> list[Trace.Visibility]:
    """All four of the API page; with the setting RESTRICT_TRACE_VISIBILITY the two that openstreetmap.org has left,
    and `before`, the visibility that the trace has."""
    refused = LEGACY if settings.RESTRICT_TRACE_VISIBILITY else []
    return [value for value in Trace.Visibility if value not in refused or value == before]
