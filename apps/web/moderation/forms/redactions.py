"""The form of a redaction."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.moderation.actions import LONGEST_DESCRIPTION


class RedactionForm(forms.Form):
    title = forms.CharField(
        label=_("Title"), max_length=255, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        help_text=_("Everyone can read this. You can use Markdown."),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 10}),
    )
