"""The form of a developer's application."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.oauth.actions import OUT_OF_BAND, check_redirect_uri, grantable_scopes
from apps.oauth.models import Application
from apps.oauth.scopes import DESCRIPTIONS
from apps.users.models import User


class ApplicationForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=255, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    redirect_uris = forms.CharField(
        label=_("Redirect URIs"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 3, "spellcheck": "false"}),
        help_text=_("One per line. Use https, http on 127.0.0.1 or [::1], or %(oob)s.")
        % {"oob": OUT_OF_BAND},
    )
    confidential = forms.BooleanField(
        label=_("Confidential application?"),
        required=False,
        initial=True,
        help_text=_(
            "Select this if the application can keep its client secret confidential. Mobile and desktop apps "
            "and apps that run in a browser cannot."
        ),
    )
    scopes = forms.MultipleChoiceField(label=_("Permissions"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: User, application: Application | None = None, **kwargs: Any) -> None:
        granted = application.scopes.split() if application else []
        if application:
            kwargs["initial"] = {
                "name": application.name,
                "redirect_uris": "\n".join(application.redirect_uris.split()),
                "confidential": application.is_confidential,
                "scopes": granted,
            }
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        offered = grantable_scopes(user, current=granted)
        cast(forms.MultipleChoiceField, self.fields["scopes"]).choices = [
            (scope, DESCRIPTIONS[scope]) for scope in offered
        ]

    def clean_redirect_uris(self) -> list[str]:
        uris: list[str] = [line.strip() for line in self.cleaned_data["redirect_uris"].splitlines()]
        uris = [uri for uri in uris if uri]
        if not uris:
            raise ValidationError(_("Enter at least one redirect URI."))
        for uri in uris:
            check_redirect_uri(uri)
        return uris
