"""The visibilities that a trace can have."""

from django.conf import settings

from .models import Trace

VISIBILITY_PREFERENCE = "gps.trace.visibility"
"""The preference that stores the user's last choice."""
LEGACY = [Trace.Visibility.PRIVATE, Trace.Visibility.PUBLIC]
"""The visibilities that openstreetmap.org no longer accepts for new traces."""


def allowed_visibilities(before: str | None = None) -> list[Trace.Visibility]:
    """Return the visibilities that a trace can get: all four of the API page.

    With the setting RESTRICT_TRACE_VISIBILITY they are only the two of openstreetmap.org, unless the trace was private
    or public `before`.
    """
    if settings.RESTRICT_TRACE_VISIBILITY and before not in LEGACY:
        return [value for value in Trace.Visibility if value not in LEGACY]
    return list(Trace.Visibility)
