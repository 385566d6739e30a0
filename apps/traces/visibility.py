"""Which visibilities a trace can be given."""

from django.conf import settings

from .models import Trace

VISIBILITY_PREFERENCE = "gps.trace.visibility"
"""The preference that remembers what the user chose last."""
LEGACY = [Trace.Visibility.PRIVATE, Trace.Visibility.PUBLIC]
"""What openstreetmap.org takes for new traces no more."""


def allowed_visibilities(before: str | None = None) -> list[Trace.Visibility]:
    """All four of the API page. The setting RESTRICT_TRACE_VISIBILITY leaves the two of openstreetmap.org, but to
    traces that were private or public `before`."""
    if settings.RESTRICT_TRACE_VISIBILITY and before not in LEGACY:
        return [value for value in Trace.Visibility if value not in LEGACY]
    return list(Trace.Visibility)
