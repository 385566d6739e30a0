"""Filters of the lists of notes. Invalid values get an error on their field, and are ignored."""

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
        label=_("Text"),
        required=False,
        max_length=_LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """The values that are valid."""
        self.is_valid()
        return self.cleaned_data


class FindInAreaForm(FindForm):
    closed = _select(
        _("Resolved notes"),
        [("", _("Any time")), ("7", _("Past 7 days")), ("30", _("Past 30 days")), ("365", _("Past year"))],
    )
    mine = forms.BooleanField(label=_("Only notes I have contributed to"), required=False)

    field_order = ["status", "closed", "text", "mine"]
