"""What people fill in about their accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AccountForm(forms.Form):
    """Drawn in the site's style: `aria-describedby` and `aria-invalid` come from Django, the looks from here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_choice = isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect))
            if not is_choice and not field.widget.is_hidden:
                field.widget.attrs.setdefault("class", "form-control")


class NoStripCharField(forms.CharField):
    """Blanks are part of a password, and at the ends of a name they are a mistake to be told."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)


class LoginForm(AccountForm):
    username = NoStripCharField(
        label=_("Display name or e-mail address"),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "username webauthn", "autocapitalize": "none"}),
    )
    password = NoStripCharField(
        label=_("Password"),
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    remember_me = forms.BooleanField(label=_("Remember me for 28 days"), required=False)
