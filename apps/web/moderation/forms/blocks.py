"""Forms of blocks."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.users.blocks import LONGEST_REASON
from apps.users.models import UserBlock
from apps.web.forms import SiteForm

_DAY, _MONTH, _YEAR = 24, 730.5, 8766


def period_text(hours: int) -> str:
    """Return a number of hours in the largest unit that fits, e.g. `2 days` for 48."""
    if hours >= _YEAR:
        number = round(hours / _YEAR)
        return ngettext("%d year", "%d years", number) % number
    if hours >= int(_MONTH):
        number = round(hours / _MONTH)
        return ngettext("%d month", "%d months", number) % number
    if hours and hours % _DAY == 0:
        return ngettext("%d day", "%d days", hours // _DAY) % (hours // _DAY)
    return ngettext("%d hour", "%d hours", hours) % hours


class ReasonForm(SiteForm):
    """The form of a block that has ended, or that another moderator created."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Everyone can read this. Stay calm, and explain what went wrong and what to do about it. You can use Markdown."
        ),
    )


class BlockForm(ReasonForm):
    """The form of a new block, or of an active one that the moderator created."""

    period = forms.TypedChoiceField(
        label=_("Duration, starting now"),
        coerce=int,
        initial=_DAY,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    needs_view = forms.BooleanField(
        label=_("Stay active until the user has read this, even after the time is up"),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        period = self.fields["period"]
        assert isinstance(period, forms.TypedChoiceField)  # noqa: S101 (for the type checker)
        period.choices = [(hours, period_text(hours)) for hours in settings.USER_BLOCK_PERIODS]


class RevokeAllForm(SiteForm):
    confirm = forms.BooleanField(label=_("Yes, revoke all active blocks now"))


def initial_of(block: UserBlock) -> dict[str, Any]:
    """Return the initial values of a block's form, with the period nearest to the remaining time."""
    left = (block.ends_at - timezone.now()).total_seconds() / 3600
    nearest = min(settings.USER_BLOCK_PERIODS, key=lambda hours: abs(hours - max(left, 0)))
    return {"reason": block.reason, "period": nearest, "needs_view": block.needs_view}
