"""Forms of moderation zones."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.notes.models import ModerationZone
from apps.notes.zones import FEWEST_CORNERS, LONGEST_REASON, MOST_CORNERS, Outline
from apps.osm.numbers import format_degrees
from apps.web.forms import SiteForm

from .blocks import period_text

_LONGEST_LINE = 60
_DAY = 24


class OutlineField(forms.CharField):
    """A polygon, entered with one `latitude, longitude` per line and cleaned to a list of [longitude, latitude]."""

    def clean(self, value: Any) -> Outline:
        corners = [_corner(line) for line in super().clean(value).splitlines() if line.strip()]
        if len(corners) > 1 and corners[0] == corners[-1]:
            corners.pop()
        if not FEWEST_CORNERS <= len(corners) <= MOST_CORNERS:
            raise ValidationError(
                _("The outline needs %(fewest)s to %(most)s corners."),
                params={"fewest": FEWEST_CORNERS, "most": MOST_CORNERS},
            )
        return corners

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{format_degrees(lat)}, {format_degrees(lon)}" for lon, lat in value)


def _corner(line: str) -> list[float]:
    try:
        lat, lon = (float(part) for part in line.replace(",", " ").split())
    except ValueError:
        lat, lon = 91, 181
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        text = _now("Not a valid latitude and longitude: %(line)s")
        raise ValidationError(text, params={"line": line[:_LONGEST_LINE]})
    return [lon, lat]


class ZoneForm(SiteForm):
    """The form of a zone that has ended."""

    name = forms.CharField(label=_("Name"), max_length=255)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For other moderators. You can use Markdown."),
    )
    outline = OutlineField(
        label=_("Outline"),
        max_length=_LONGEST_LINE * MOST_CORNERS,
        widget=forms.Textarea(attrs={"rows": 6, "data-outline": True, "spellcheck": "false"}),
        help_text=_(
            "The corners in order, one per line, as latitude and longitude in degrees. "
            "Click on the map to add a corner. The outline must not cross the 180th meridian."
        ),
    )


class ActiveZoneForm(ZoneForm):
    """The form of a new or active zone."""

    period = forms.TypedChoiceField(
        label=_("Duration, starting now"),
        coerce=int,
        initial=_DAY,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        period = self.fields["period"]
        assert isinstance(period, forms.TypedChoiceField)  # noqa: S101 (for the type checker)
        period.choices = [(hours, period_text(hours)) for hours in _periods()]


def initial_of(zone: ModerationZone) -> dict[str, Any]:
    """Return the initial values of a zone's form, with the period nearest to the remaining time."""
    left = (zone.ends_at - timezone.now()).total_seconds() / 3600
    nearest = min(_periods(), key=lambda hours: abs(hours - left))
    return {"name": zone.name, "reason": zone.reason, "outline": zone.outline, "period": nearest}


def _periods() -> list[int]:
    return [hours for hours in settings.USER_BLOCK_PERIODS if hours]
