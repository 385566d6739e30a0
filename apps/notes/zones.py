"""Moderation zones, where anonymous visitors cannot create notes (upstream behaviour 2.14)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.osm.elements import MAX_ID, UNWRITABLE
from apps.osm.errors import ObjectNotFoundError
from apps.users.models import User
from apps.users.permissions import MODERATE, check

from .models import ModerationZone

Outline = list[list[float]]
FEWEST_CORNERS, MOST_CORNERS = 3, 500
LONGEST_REASON = 10_000


def protects(lat: float, lon: float) -> bool:
    """Return whether the position (degrees) lies in an active zone. One statement."""
    outlines = ModerationZone.objects.filter(ends_at__gt=timezone.now()).values_list("outline", flat=True)
    return any(inside(outline, lat, lon) for outline in outlines)


def inside(ring: Sequence[Sequence[float]], lat: float, lon: float) -> bool:
    """Return whether the position lies within a ring of [longitude, latitude]."""
    # It does if a ray to the east crosses an odd number of sides.
    crossings = 0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def create_zone(moderator: User, *, name: str, reason: str, outline: Outline, hours: int) -> ModerationZone:
    """Create a zone that is active for some hours from now.

    Raises ValidationError and the errors of `permissions.check`.
    """
    check(moderator, MODERATE)
    _check_fields(name, reason, outline)
    return ModerationZone.objects.create(
        name=name, reason=reason, outline=outline, ends_at=_end_after(hours), creator=moderator
    )


@transaction.atomic
def change_zone(
    moderator: User, *, zone_id: int, name: str, reason: str, outline: Outline, hours: int | None = None
) -> ModerationZone:
    """Change the texts and the outline of a zone and, while it is active, its period, which starts now.

    Only the moderator who created the zone may do this, and the one who ended it, if someone did. A zone that has ended
    cannot be made active again. Raises ObjectNotFoundError, ValidationError and the errors of `permissions.check`.
    """
    check(moderator, MODERATE)
    zone = _lock(zone_id)
    if not may_change(moderator, zone):
        raise ValidationError(
            _("Only the moderator who created this zone can change it, but you can end it.")
        )
    if hours is not None and not zone.is_active:
        raise ValidationError(_("This zone has ended and cannot be made active again."))
    _check_fields(name, reason, outline)
    zone.name, zone.reason, zone.outline = name, reason, outline
    if hours is not None:
        zone.ends_at = _end_after(hours)
    zone.save(update_fields=["name", "reason", "outline", "ends_at", "updated_at"])
    return zone


@transaction.atomic
def end_zone(moderator: User, *, zone_id: int) -> ModerationZone:
    """End a zone now, as any moderator may.

    Raises ObjectNotFoundError, ValidationError and the errors of `permissions.check`.
    """
    check(moderator, MODERATE)
    zone = _lock(zone_id)
    if not zone.is_active:
        raise ValidationError(_("This zone has already ended."))
    zone.ends_at, zone.revoker = timezone.now(), moderator
    zone.save(update_fields=["ends_at", "revoker", "updated_at"])
    return zone


def may_change(moderator: User, zone: ModerationZone) -> bool:
    """Return whether this moderator may change the zone rather than only end it."""
    return moderator.pk == zone.creator_id or (not zone.is_active and moderator.pk == zone.revoker_id)


def listed_zones() -> QuerySet[ModerationZone]:
    """Return all zones with their creators and revokers, those that end last first."""
    return ModerationZone.objects.select_related("creator", "revoker").order_by("-ends_at", "-id")


def access_zone(zone_id: int) -> ModerationZone:
    """Return the zone with its creator and revoker. Raises ObjectNotFoundError."""
    found = listed_zones().filter(pk=min(zone_id, MAX_ID)).first()
    if found is None:
        raise ObjectNotFoundError
    return found


def _lock(zone_id: int) -> ModerationZone:
    zone = ModerationZone.objects.select_for_update().filter(pk=min(zone_id, MAX_ID)).first()
    if zone is None:
        raise ObjectNotFoundError
    return zone


def _end_after(hours: int) -> datetime:
    if hours <= 0:
        raise ValidationError(_("Choose a period of at least one hour."))
    return timezone.now() + timedelta(hours=hours)


def _check_fields(name: str, reason: str, outline: Outline) -> None:
    for text in (name, reason):
        if not text.strip() or UNWRITABLE.search(text):
            raise ValidationError(_("Name and reason must not be empty or contain invalid characters."))
    if not FEWEST_CORNERS <= len(outline) <= MOST_CORNERS:
        raise ValidationError(
            _("The outline needs %(fewest)s to %(most)s corners."),
            params={"fewest": FEWEST_CORNERS, "most": MOST_CORNERS},
        )
    if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in outline):
        raise ValidationError(_("The outline must not extend beyond the map."))
