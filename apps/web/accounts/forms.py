"""The forms of accounts: sign-up, log-in, settings and preferences."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.users.account import check_own_password
from apps.users.models import User
from apps.users.names import check_display_name, check_email_format
from apps.users.preferences import MAIL_EVENTS
from apps.web.forms import NoStripCharField, SiteForm


class LoginForm(SiteForm):
    username = NoStripCharField(
        label=_("Email address or display name"),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "username webauthn", "autocapitalize": "none"}),
    )
    password = NoStripCharField(
        label=_("Password"),
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    remember_me = forms.BooleanField(label=_("Remember me for 28 days"), required=False)


def _new_password(label: Any, **kwargs: Any) -> NoStripCharField:
    return NoStripCharField(
        label=label,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters. Long passphrases are best."),
        **kwargs,
    )


def _password_again(**kwargs: Any) -> NoStripCharField:
    return NoStripCharField(
        label=_("Confirm password"),
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        **kwargs,
    )


def check_new_password(form: forms.Form, password: str, user: User) -> None:
    """Add the errors of the password validators to the form's password field."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        form.add_error("password", error)


def check_same_passwords(form: forms.Form, fields: dict[str, Any]) -> None:
    if fields.get("password") != fields.get("password_confirmation") and not form.errors:
        form.add_error("password_confirmation", _("The two passwords do not match."))


class PasswordForm(SiteForm):
    """A new password, entered twice."""

    password = _new_password(_("New password"))
    password_confirmation = _password_again()

    def clean(self) -> dict[str, Any]:
        check_same_passwords(self, self.cleaned_data)
        return self.cleaned_data


class SignUpForm(PasswordForm):
    email = forms.CharField(
        label=_("Email address"),
        max_length=254,
        validators=[check_email_format],
        help_text=_("It is never shown to others. We will send you a link to confirm your account."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    display_name = NoStripCharField(
        label=_("Display name"),
        max_length=255,
        validators=[check_display_name],
        help_text=_("Your public name, shown with your edits. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = _new_password(_("Password"))
    agree = forms.BooleanField(label=_("I have read and agree to the contributor terms."))
    consider_pd = forms.BooleanField(
        label=_("I also consider my contributions to be in the public domain."), required=False
    )

    def clean(self) -> dict[str, Any]:
        fields = super().clean()
        if fields.get("password"):
            person = User(display_name=fields.get("display_name", ""), email=fields.get("email"))
            check_new_password(self, fields["password"], person)
        return fields

    field_order = ["email", "display_name", "password", "password_confirmation", "agree", "consider_pd"]


class EmailForm(SiteForm):
    email = forms.CharField(
        label=_("Email address"),
        max_length=255,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class SettingsForm(SiteForm):
    """The settings of an account. Fields left empty change nothing."""

    display_name = NoStripCharField(
        label=_("Display name"),
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    new_email = forms.CharField(
        label=_("New email address"),
        max_length=254,
        required=False,
        validators=[check_email_format],
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = _new_password(_("New password"), required=False)
    password_confirmation = _password_again(required=False)
    current_password = NoStripCharField(
        label=_("Current password"),
        max_length=255,
        required=False,
        help_text=_("Required to change your email address or password."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"display_name": user.display_name}, **kwargs)
        self.user = user

    def clean_display_name(self) -> str:
        name = str(self.cleaned_data["display_name"])
        if name != self.user.display_name:
            check_display_name(name, user_id=self.user.pk)
        return name

    def clean(self) -> dict[str, Any]:
        fields = self.cleaned_data
        check_same_passwords(self, fields)
        if fields.get("password"):
            check_new_password(self, fields["password"], self.user)
        if (fields.get("password") or fields.get("new_email")) and not self.errors:
            try:
                check_own_password(self.user, password=fields.get("current_password", ""))
            except ValidationError as error:
                self.add_error("current_password", error)
        return fields


class TermsForm(SiteForm):
    agree = forms.BooleanField(label=_("I have read and agree to the contributor terms."))
    consider_pd = forms.BooleanField(
        label=_("I also consider my contributions to be in the public domain."), required=False
    )


class EditorForm(SiteForm):
    preferred_editor = forms.ChoiceField(
        label=_("Preferred editor"),
        required=False,
        choices=[("", _("Site default")), *User.Editor.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class MailsForm(SiteForm):
    """One checkbox for each event that people are notified of by email."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for event, label in MAIL_EVENTS.items():
            self.fields[event] = forms.BooleanField(label=label, required=False)


class LanguagesForm(SiteForm):
    languages = forms.CharField(
        label=_("Preferred languages"),
        max_length=1000,
        required=False,
        help_text=_("Language codes separated by commas, most preferred first: de-CH, de, en"),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_languages(self) -> list[str]:
        return [code.strip() for code in self.cleaned_data["languages"].split(",") if code.strip()]


def _code(**kwargs: Any) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
    return forms.CharField(label=_("Code"), max_length=32, widget=forms.TextInput(attrs=attrs), **kwargs)


class CodeForm(SiteForm):
    code = _code(help_text=_("Enter the six-digit code from your authenticator app, or a recovery code."))


class OwnPasswordForm(SiteForm):
    """A form that asks for the user's current password."""

    current_password = NoStripCharField(
        label=_("Current password"),
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_current_password(self) -> str:
        password = str(self.cleaned_data["current_password"])
        check_own_password(self.user, password=password)
        return password


class TwoFactorForm(OwnPasswordForm):
    code = _code(help_text=_("Enter the six-digit code that your app shows."))

    field_order = ["code", "current_password"]


class PasskeyNameForm(SiteForm):
    name = forms.CharField(
        label=_("Passkey name"),
        max_length=60,
        initial=_("Passkey"),
        help_text=_("A name that helps you recognise the device or security key."),
    )


class NewPasskeyForm(PasskeyNameForm, OwnPasswordForm):
    field_order = ["name", "current_password"]
