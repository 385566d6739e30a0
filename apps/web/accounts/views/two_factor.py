"""Turn two-factor authentication on and off."""

from typing import Any

from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from apps.users import two_factor
from apps.users.passkeys import passkeys_of
from apps.web.access import login_required, session_user
from apps.web.forms import SiteForm

from ..forms import OwnPasswordForm, TwoFactorForm
from .sessions import passkey_help

SECRET = "two_factor_secret"  # noqa: S105 (the session key of a secret that is not confirmed yet)


@never_cache
@sensitive_post_parameters("current_password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show the state of two-factor authentication; without an app also its QR code, and POST checks its first code."""
    user = session_user(request)
    context: dict[str, Any] = {
        "is_on": two_factor.is_enabled(user),
        "has_app": two_factor.has_totp(user),
        "codes_left": two_factor.recovery_codes_left(user),
        "passkeys": passkeys_of(user),
        **passkey_help(request),
    }
    if context["has_app"]:
        return render(request, "accounts/two_factor.html", context)
    secret = request.session.setdefault(SECRET, generate_totp_secret())
    form = TwoFactorForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            codes = two_factor.enable_totp(
                user,
                secret=secret,
                code=form.cleaned_data["code"],
                session=request.session.session_key,
            )
        except ValidationError as error:
            form.add_error("code", error)
        else:
            del request.session[SECRET]
            if not codes:
                return HttpResponseRedirect(reverse("two_factor"))
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    context |= {"form": form, "secret": secret, "qr_code": two_factor.qr_code_url(user, secret=secret)}
    return render(request, "accounts/two_factor.html", context)


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes after asking for the password, and show them once."""
    user = session_user(request)
    form = OwnPasswordForm(request.POST or None, user=user)
    if not two_factor.is_enabled(user):
        return HttpResponseRedirect(reverse("two_factor"))
    if request.method == "POST" and form.is_valid():
        try:
            codes = two_factor.renew_recovery_codes(user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
    return form_page(request, form, title=_("Generate new recovery codes"), button=_("Generate new codes"))


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def off(request: HttpRequest) -> HttpResponse:
    """Turn the app's codes off. Without passkeys the password alone is enough again."""
    user = session_user(request)
    form = OwnPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        two_factor.disable_totp(user)
        if two_factor.is_enabled(user):
            messages.success(request, _("Your authenticator app has been turned off."))
        else:
            messages.success(request, _("Two-factor authentication is off."))
        return HttpResponseRedirect(reverse("two_factor"))
    return form_page(request, form, title=_("Turn off the authenticator app"), button=_("Turn off"))


def form_page(request: HttpRequest, form: SiteForm, *, title: str, button: str) -> HttpResponse:
    """Show a page with nothing but this form."""
    context = {"form": form, "form_title": title, "button": button}
    return render(request, "accounts/form.html", context)
