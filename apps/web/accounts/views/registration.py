"""Sign up, confirm the account, and reset a forgotten password."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.instance.proxies import client_address
from apps.users import registration
from apps.users.querysets import user_with_id
from apps.users.rate_limits import SIGN_UPS_PER_ADDRESS, network_of

from ..forms import EmailForm, PasswordForm, SignUpForm
from .sessions import (
    ACCESS_ENDED,
    HOME,
    PENDING_NAME,
    PENDING_USER,
    after_login,
    finish_login,
    referer_of,
    start_session,
    with_referer,
)


@never_cache
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """Show the sign-up form."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(referer_of(request) or HOME)
    return _sign_up_page(request, SignUpForm())


@never_cache
@sensitive_post_parameters("password", "password_confirmation")
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    """Create the account and show "Check your inbox", whether or not the email address was known."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(HOME)
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return _sign_up_page(request, form)
    address = client_address(request.META)
    network = network_of(address)
    if not SIGN_UPS_PER_ADDRESS.hit(network):
        form.add_error(None, _("Too many new accounts from your network today. Please try again later."))
        response = _sign_up_page(request, form, status=429)
        response["Retry-After"] = str(SIGN_UPS_PER_ADDRESS.seconds_left(network))
        return response
    fields = form.cleaned_data
    try:
        user = registration.sign_up(
            fields["display_name"],
            email=fields["email"],
            password=fields["password"],
            consider_pd=fields["consider_pd"],
            address=address,
            languages=_languages(request),
            referer=referer_of(request),
        )
    except ValidationError as error:
        SIGN_UPS_PER_ADDRESS.undo(network)
        form.add_error(None, error)
        return _sign_up_page(request, form)
    request.session[PENDING_NAME] = fields["display_name"]
    request.session[PENDING_USER] = user.pk
    return HttpResponseRedirect(reverse("confirm_user", args=[fields["display_name"]]))


def _sign_up_page(request: HttpRequest, form: SignUpForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "referer": referer_of(request)}
    return render(request, "accounts/new.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, display_name: str | None = None) -> HttpResponse:
    """Ask for confirmation, as programs that scan mails follow links too; POST confirms the account.

    Without a token it shows "Check your inbox".
    """
    token = request.POST.get("confirm_string") or request.GET.get("confirm_string")
    if not token:
        return _check_your_inbox(request, display_name)
    referer = referer_of(request)
    if request.method != "POST":
        return render(request, "accounts/confirm.html", {"token": token, "referer": referer})
    user = registration.confirm_sign_up(token)
    if user is None:
        messages.error(request, _("This link is invalid, has expired or has already been used."))
        return HttpResponseRedirect(reverse("login"))
    messages.success(request, _("Your account has been confirmed. Welcome!"))
    signed_up_here = request.session.get(PENDING_USER) == user.pk
    for key in (PENDING_NAME, PENDING_USER):
        request.session.pop(key, None)
    if signed_up_here:
        start_session(request, user)
        return after_login(user, referer)
    return HttpResponseRedirect(with_referer(reverse("login"), referer))


def _check_your_inbox(request: HttpRequest, display_name: str | None) -> HttpResponse:
    if display_name is None or request.session.get(PENDING_NAME) != display_name:
        return HttpResponseRedirect(reverse("login"))
    return render(request, "accounts/pending.html", {"display_name": display_name})


@require_POST
def resend(request: HttpRequest, display_name: str) -> HttpResponse:
    """Send the confirmation mail again, to people who signed up in this browser."""
    if request.session.get(PENDING_NAME) != display_name:
        raise Http404(display_name)
    user_id = request.session.get(PENDING_USER)
    user = user_with_id(user_id) if user_id else None
    registration.resend_confirmation(user, address=client_address(request.META), referer=referer_of(request))
    messages.success(request, _("We have sent the email again, unless it was sent just now."))
    return HttpResponseRedirect(reverse("confirm_user", args=[display_name]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Send a reset link; the response is the same whether or not the email address is known."""
    form = EmailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/forgot_password.html", {"form": form})
    registration.request_password_reset(form.cleaned_data["email"], address=client_address(request.META))
    messages.success(
        request, _("If an account uses this email address, you will receive a link to reset your password.")
    )
    return HttpResponseRedirect(reverse("login"))


@never_cache
@sensitive_post_parameters("password", "password_confirmation")
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: HttpRequest) -> HttpResponse:
    """Set a new password by the token of a mailed link, and start a session."""
    token = request.POST.get("token") or request.GET.get("token")
    if not token:
        return HttpResponse(status=400)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = registration.reset_password(token, password=form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
        else:
            if user is None:
                messages.error(request, _("This link is invalid, has expired or has already been used."))
                return HttpResponseRedirect(reverse("forgot_password"))
            messages.success(request, _("Your password has been changed."))
            messages.success(request, ACCESS_ENDED)
            if not user.is_active:
                return HttpResponseRedirect(reverse("login"))
            return finish_login(request, user)
    return render(request, "accounts/reset_password.html", {"form": form, "token": token})


def _languages(request: HttpRequest) -> str | None:
    """Return the languages that the browser accepts, best first, in the format of the account."""
    header = request.headers.get("Accept-Language", "")
    codes = [code for code, _quality in parse_accept_lang_header(header.lower()) if code != "*"]
    return ",".join(codes)[:255] or None
