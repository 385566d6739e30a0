"""Add, rename and remove passkeys, and log in with them."""

import time
from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.instance.proxies import client_address
from apps.users import passkeys
from apps.users.login import LoginRefusedError, TooManyLoginsError
from apps.users.models import User
from apps.users.passkeys import BadPasskeyError, Challenge, State
from apps.web.access import login_required, session_user
from apps.web.refusals import with_retry_after
from apps.web.responses import json_response

from ..forms import CodeForm, LoginForm, NewPasskeyForm, OwnPasswordForm, PasskeyNameForm
from .sessions import (
    after_login,
    login_page,
    passkey_help,
    referer_of,
    second_step_page,
    start_session,
    waiting_user,
)
from .two_factor import form_page

CHALLENGE = "passkey"
LONGEST_CEREMONY = 600
"""Seconds from the challenge to the response. Ample, as people may have to look for their security key."""
SECOND_STEP, LOG_IN, ADD = "second-step", "log-in", "add"


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Show the form of a new passkey; POST adds the credential that the device made for `add_challenge`."""
    user = session_user(request)
    form = NewPasskeyForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            codes = passkeys.add_passkey(
                user,
                name=form.cleaned_data["name"],
                credential=request.POST.get("credential", ""),
                state=_recall(request, ADD),
                domain=_domain(request),
                session=request.session.session_key,
            )
        except (BadPasskeyError, ValidationError) as error:
            form.add_error(None, _form_error(error))
        else:
            messages.success(request, _("Your passkey has been added."))
            if codes:
                return render(request, "accounts/recovery_codes.html", {"codes": codes})
            return HttpResponseRedirect(reverse("two_factor"))
    return render(request, "accounts/passkey_new.html", {"form": form, **passkey_help(request)})


@never_cache
@sensitive_post_parameters("current_password")
@require_POST
@login_required
def add_challenge(request: HttpRequest) -> HttpResponse:
    """Respond with the options for a new passkey, if the password is right."""
    user = session_user(request)
    form = NewPasskeyForm(request.POST, user=user)
    if not form.is_valid():
        return _refuse([message for errors in form.errors.values() for message in errors])
    try:
        challenge = passkeys.begin_registration(user, domain=_domain(request))
    except ValidationError as error:
        return _refuse(error.messages)
    return _ask(request, ADD, challenge)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rename(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Rename a passkey."""
    user = session_user(request)
    name = _name_of(user, passkey_id)
    form = PasskeyNameForm(request.POST or None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        passkeys.rename_passkey(user, passkey_id=passkey_id, name=form.cleaned_data["name"])
        return HttpResponseRedirect(reverse("two_factor"))
    return form_page(request, form, title=_("Rename {name}").format(name=name), button=_("Save changes"))


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Remove a passkey, after asking for the password."""
    user = session_user(request)
    name = _name_of(user, passkey_id)
    form = OwnPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        passkeys.remove_passkey(user, passkey_id=passkey_id)
        messages.success(request, _("The passkey has been removed."))
        return HttpResponseRedirect(reverse("two_factor"))
    return form_page(request, form, title=_("Remove {name}").format(name=name), button=_("Remove"))


@never_cache
@require_POST
def log_in_challenge(request: HttpRequest) -> HttpResponse:
    """Respond with the options for logging in with a passkey instead of a password."""
    try:
        challenge = passkeys.begin_login(domain=_domain(request), address=client_address(request.META))
    except TooManyLoginsError as refusal:
        return with_retry_after(_refuse([str(refusal)], status=429), refusal)
    return _ask(request, LOG_IN, challenge)


@csp_replace({"form-action": None})
@never_cache
@sensitive_post_parameters("password")
@require_POST
def log_in(request: HttpRequest) -> HttpResponse:
    """Log in with a passkey, and redirect to where the person was going."""
    try:
        user = passkeys.log_in_with_passkey(
            credential=request.POST.get("credential", ""),
            state=_recall(request, LOG_IN),
            domain=_domain(request),
            address=client_address(request.META),
        )
    except LoginRefusedError as refusal:
        messages.error(request, str(refusal))
        return login_page(request, LoginForm())
    if user.status == User.Status.SUSPENDED:
        return HttpResponseRedirect(reverse("suspended"))
    start_session(request, user, remember="remember_me" in request.POST)
    return after_login(user, referer_of(request))


@never_cache
@require_POST
def second_step_challenge(request: HttpRequest) -> HttpResponse:
    """Respond with the options for using a passkey after the password."""
    user, _remember = waiting_user(request)
    if user is None:
        return _refuse([_("Your log-in has expired. Please log in again.")], status=403)
    return _ask(request, SECOND_STEP, passkeys.begin_second_step(user, domain=_domain(request)))


@csp_replace({"form-action": None})
@never_cache
@require_POST
def second_step(request: HttpRequest) -> HttpResponse:
    """Log in with a passkey after the password."""
    user, remember = waiting_user(request)
    if user is None:
        return HttpResponseRedirect(reverse("login"))
    try:
        passkeys.check_passkey(
            user,
            credential=request.POST.get("credential", ""),
            state=_recall(request, SECOND_STEP),
            domain=_domain(request),
            cookies=request.COOKIES,
        )
    except LoginRefusedError as refusal:
        messages.error(request, str(refusal))
        return second_step_page(request, user, CodeForm())
    start_session(request, user, remember=remember)
    return after_login(user, referer_of(request))


def _ask(request: HttpRequest, purpose: str, challenge: Challenge) -> HttpResponse:
    request.session[CHALLENGE] = {
        "purpose": purpose,
        "state": challenge.state,
        "until": time.time() + LONGEST_CEREMONY,
    }
    return json_response(challenge.options)


def _recall(request: HttpRequest, purpose: str) -> State:
    """Take the challenge's state out of the session. An empty state, which no response matches, if there is none."""
    stored: dict[str, Any] = request.session.pop(CHALLENGE, {})
    is_valid = stored.get("purpose") == purpose and stored["until"] > time.time()
    return stored["state"] if is_valid else {}


def _refuse(errors: list[Any], *, status: int = 200) -> HttpResponse:
    """Respond with the errors, as a form would: 200 by default, since browsers log other statuses as errors."""
    return json_response({"errors": [str(error) for error in errors]}, status=status)


def _domain(request: HttpRequest) -> str:
    """Return the domain that passkeys belong to. Raises Http404 if they do not work at this host."""
    host, _port = split_domain_port(request.get_host())
    domain = passkeys.domain_of(host)
    if domain is None:
        raise Http404(request.get_host())
    return domain


def _name_of(user: User, passkey_id: int) -> str:
    for passkey in passkeys.passkeys_of(user):
        if passkey.pk == passkey_id:
            return str(passkey)
    raise Http404(passkey_id)


def _form_error(error: Exception) -> Any:
    return error if isinstance(error, ValidationError) else str(error)
