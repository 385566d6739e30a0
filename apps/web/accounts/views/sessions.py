"""Log in and log out."""

import time
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from apps.instance.proxies import client_address
from apps.users import two_factor
from apps.users.block_querysets import active_block
from apps.users.known_devices import LIFETIME, cookie_name, new_cookie
from apps.users.login import LoginRefusedError, TooManyLoginsError, check_login
from apps.users.models import User
from apps.users.passkeys import domain_of, local_url, passkeys_of
from apps.users.querysets import user_with_id
from apps.users.sessions import record_login
from apps.web.parameters import safe_path
from apps.web.refusals import with_retry_after

from ..forms import CodeForm, LoginForm

HOME = "/"
ACCESS_ENDED = _lazy(
    "You have been logged out everywhere else, and applications have to ask you for access again."
)
SECOND_STEP = "second_step"
LONGEST_SECOND_STEP = 600
"""Seconds that people have for the second step after their password."""
ANONYMOUS_NOTES_COOKIE = "_osm_anonymous_notes_count"
"""The count of notes that the browser opened without an account. Logging in resets it."""
PENDING_NAME, PENDING_USER = "pending_name", "pending_user"
"""Session keys of a sign-up that awaits confirmation."""


def referer_of(request: HttpRequest) -> str | None:
    """Return the path that the person was going to, from the form or the query string."""
    return safe_path(request.POST.get("referer") or request.GET.get("referer"))


def with_referer(path: str, referer: str | None) -> str:
    """Return the path with a query string that `referer_of` reads."""
    return f"{path}?{urlencode({'referer': referer})}" if referer else path


def start_session(request: HttpRequest, user: User, *, remember: bool = False) -> None:
    """Make the session this user's, under a new key."""
    request.session.pop(SECOND_STEP, None)
    login(request, user, backend="apps.users.backends.NameOrEmail")
    request.session.set_expiry(None if remember else 0)
    record_login(
        request.session,
        address=client_address(request.META),
        user_agent=request.headers.get("User-Agent", ""),
    )


def after_login(user: User, referer: str | None) -> HttpResponse:
    """Redirect to where the person was going, by way of their block if they have to read it first.

    From now on the browser is a known device of the account.
    """
    block = active_block(user)
    if block is None or not block.needs_view:
        response = HttpResponseRedirect(referer or HOME)
    else:
        response = HttpResponseRedirect(with_referer(reverse("user_block", args=[block.pk]), referer))
    response.delete_cookie(ANONYMOUS_NOTES_COOKIE)
    response.set_cookie(
        cookie_name(user),
        new_cookie(user),
        max_age=LIFETIME,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def finish_login(
    request: HttpRequest, user: User, *, remember: bool = False, referer: str | None = None
) -> HttpResponse:
    """Start the session, or ask for the second step if the account needs one."""
    if not two_factor.is_enabled(user):
        start_session(request, user, remember=remember)
        return after_login(user, referer)
    request.session.cycle_key()
    request.session[SECOND_STEP] = {
        "user": user.pk,
        "remember": remember,
        "state": user.get_session_auth_hash(),
        "until": time.time() + LONGEST_SECOND_STEP,
    }
    return HttpResponseRedirect(with_referer(reverse("second_step"), referer))


# After the form the browser may be redirected, by way of /oauth2/authorize, to a waiting application.
@csp_replace({"form-action": None})
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Show the log-in form; POST logs in and redirects to where the person was going."""
    referer = referer_of(request)
    if request.method != "POST":
        if request.user.is_authenticated:
            messages.warning(request, _("You are already logged in."))
            return HttpResponseRedirect(referer or HOME)
        return login_page(request, LoginForm(initial={"username": request.GET.get("username", "")}))
    form = LoginForm(request.POST)
    if not form.is_valid():
        return login_page(request, form)
    try:
        user = check_login(
            form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            address=client_address(request.META),
            cookies=request.COOKIES,
        )
    except LoginRefusedError as refusal:
        form.add_error(None, str(refusal))
        status = 429 if isinstance(refusal, TooManyLoginsError) else 200
        return with_retry_after(login_page(request, form, status=status), refusal)
    return _welcome(request, user, remember=form.cleaned_data["remember_me"], referer=referer)


def login_page(request: HttpRequest, form: LoginForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "referer": referer_of(request), **passkey_help(request)}
    return render(request, "accounts/login.html", context, status=status)


def passkey_help(request: HttpRequest) -> dict[str, Any]:
    """Return for templates whether passkeys work at the requested host, and a local URL at which they would."""
    host, port = split_domain_port(request.get_host())
    return {
        "passkeys_work": domain_of(host) is not None,
        "passkeys_at": local_url(host, port, request.get_full_path()),
    }


def _welcome(request: HttpRequest, user: User, *, remember: bool, referer: str | None) -> HttpResponse:
    if user.status == User.Status.SUSPENDED:
        return HttpResponseRedirect(reverse("suspended"))
    if user.status == User.Status.PENDING:
        request.session[PENDING_NAME], request.session[PENDING_USER] = user.display_name, user.pk
        return HttpResponseRedirect(reverse("confirm_user", args=[user.display_name]))
    return finish_login(request, user, remember=remember, referer=referer)


@csp_replace({"form-action": None})
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the code that follows the password, for users who have turned that on."""
    referer = referer_of(request)
    user, remember = waiting_user(request)
    if user is None:
        return HttpResponseRedirect(reverse("login"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            two_factor.check_code(user, code=form.cleaned_data["code"], cookies=request.COOKIES)
        except ValidationError as error:
            form.add_error("code", error)
        else:
            start_session(request, user, remember=remember)
            return after_login(user, referer)
    return second_step_page(request, user, form)


def second_step_page(request: HttpRequest, user: User, form: CodeForm) -> HttpResponse:
    context = {
        "form": form,
        "referer": referer_of(request),
        "passkeys": passkeys_of(user),
        **passkey_help(request),
    }
    return render(request, "accounts/second_step.html", context)


def waiting_user(request: HttpRequest) -> tuple[User | None, bool]:
    """Return the user who entered the right password recently, None if there is none, and whether to remember them."""
    waiting = request.session.get(SECOND_STEP, {})
    if waiting.get("until", 0) < time.time():
        return None, False
    user = user_with_id(waiting["user"])
    if user is None or not user.is_active or user.get_session_auth_hash() != waiting["state"]:
        return None, False
    return user, waiting["remember"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_out(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation; POST ends the session."""
    referer = referer_of(request)
    if request.method != "POST":
        return render(request, "accounts/logout.html", {"referer": referer})
    logout(request)
    return HttpResponseRedirect(referer or HOME)


@require_safe
def suspended(request: HttpRequest) -> HttpResponse:
    """Tell a suspended user why they have been logged out."""
    return render(request, "accounts/suspended.html")
