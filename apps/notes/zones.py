"""Where anonymous visitors leave no notes for now."""

from collections.abc import Sequence

from django.utils import timezone

from .models import ModerationZone


def protects(lat: float, lon: float) -> bool:
    """Whether the position (degrees) lies in a zone that is active now. One statement."""
    outlines = ModerationZone.objects.filter(ends_at__gt=timezone.now()).values_list("outline", flat=True)
    return any(inside(outline, lat, lon) for outline in outlines)


def inside(ring: Sequence[Sequence[float]], lat: float, lon: float) -> bool:
    """Whether the position lies within a ring of [longitude, latitude]: an odd number of its sides is crossed on
    the way east."""
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1
