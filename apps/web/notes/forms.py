"""What people fill in to find notes. What makes no sense is said on its field, and passed over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.web.forms import SiteForm

_LONGEST_SEARCH = 200


def _select(label: Any, choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select form-select-sm"})
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=widget)


class FindForm(SiteForm):
    status = _select(_("Status"), [("all", _("All")), ("open", _("Unresolved")), ("closed", _("Resolved"))])
    text = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=_LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """What was filled in, as far as it makes sense."""
        self.is_valid()
        return self.cleaned_data


class FindInAreaForm(FindForm):
    closed = _select(
        _("Resolved ones"),
        [("", _("However old")), ("7", _("Of 7 days")), ("30", _("Of 30 days")), ("365", _("Of a year"))],
    )
    mine = forms.BooleanField(label=_("Only those that I had to do with"), required=False)

    field_order = ["status", "closed", "text", "mine"]
