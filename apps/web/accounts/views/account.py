"""The pages on which people change and delete their own account."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.users import account
from apps.users.models import User
from apps.web.access import login_required, session_user
from apps.web.parameters import method_meant

from ..forms import SettingsForm, TermsForm
from .sessions import ACCESS_ENDED, HOME, finish_login, referer_of, start_session


@never_cache
@sensitive_post_parameters("password", "password_confirmation", "current_password")
@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show and change display name, email address and password; DELETE (or `_method`) deletes the account."""
    user = session_user(request)
    if method_meant(request) == "DELETE":
        return _delete(request, user)
    form = SettingsForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, user, form)
        except ValidationError as error:
            form.add_error(None, error)
            user.refresh_from_db()  # The changes were rolled back, and the page shows what is stored.
        else:
            return HttpResponseRedirect(reverse("account"))
    return render(request, "accounts/account.html", {"form": form, "account": user})


@transaction.atomic
def _change(request: HttpRequest, user: User, form: SettingsForm) -> None:
    fields = form.cleaned_data
    if fields["display_name"] != user.display_name:
        account.rename(user, display_name=fields["display_name"])
    if fields["password"]:
        account.change_password(user, password=fields["password"], session=request.session.session_key)
    if fields["new_email"] and fields["new_email"] != user.email:
        account.request_email_change(user, email=fields["new_email"])
        messages.warning(
            request,
            _("We sent an email to your new address. Follow the link in it to confirm the change."),
        )
    if fields["password"]:
        # Last, because it outlives the transaction: a session with the hash of a password that was not saved ends.
        update_session_auth_hash(request, user)
    messages.success(request, _("Your changes have been saved."))
    if fields["password"]:
        messages.success(request, ACCESS_ENDED)


@never_cache
@require_safe
@login_required
def deletion(request: HttpRequest) -> HttpResponse:
    """Show what is deleted with the account and what is kept, and ask for confirmation."""
    user = session_user(request)
    return render(request, "accounts/deletion.html", {"may_delete": account.may_delete_account(user)})


def _delete(request: HttpRequest, user: User) -> HttpResponse:
    try:
        account.delete_account(user)
    except account.DeletionTooEarlyError:
        return HttpResponse(status=400)
    logout(request)
    messages.success(request, _("Your account has been deleted."))
    return HttpResponseRedirect(HOME)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def terms(request: HttpRequest) -> HttpResponse:
    """Show the contributor terms; POST agrees to them or declines them."""
    user = session_user(request)
    referer = referer_of(request)
    after = HttpResponseRedirect(referer or reverse("account"))
    if "decline" in request.POST:
        account.respond_to_terms(user, agree=False)
        messages.warning(
            request, _("You have declined the contributor terms. You can view the map, but not edit it.")
        )
        return after
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account.respond_to_terms(user, agree=True, consider_pd=form.cleaned_data["consider_pd"])
        messages.success(request, _("Thank you for agreeing to the contributor terms."))
        return after
    return render(request, "accounts/terms.html", {"form": form, "referer": referer})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pd_declaration(request: HttpRequest) -> HttpResponse:
    """Ask for the public domain declaration; POST stores it for good."""
    if request.method != "POST":
        return render(request, "accounts/pd_declaration.html")
    if request.POST.get("consider_pd"):
        account.declare_public_domain(session_user(request))
        messages.success(request, _("Your declaration has been saved."))
    return HttpResponseRedirect(reverse("account"))


@require_POST
@login_required
def go_public(request: HttpRequest) -> HttpResponse:
    """Show the user's name with all of their edits, including older ones."""
    account.go_public(session_user(request))
    messages.success(request, _("All your edits are now public, and you can edit the map."))
    return HttpResponseRedirect(reverse("account"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation of a new email address; POST changes it and starts a session."""
    token = request.POST.get("confirm_string") or request.GET.get("confirm_string") or ""
    if request.method != "POST":
        return render(request, "accounts/confirm_email.html", {"token": token})
    user = account.confirm_email(token)
    if user is None:
        messages.error(request, _("This link is invalid, has expired or has already been used."))
    else:
        messages.success(request, _("Your new email address has been confirmed."))
        if request.user == user:
            start_session(request, user)
        elif user.is_active:
            return finish_login(request, user, referer=reverse("account"))
    return HttpResponseRedirect(reverse("account"))


@require_safe
def moved(request: HttpRequest, display_name: str) -> HttpResponse:  # noqa: ARG001
    """Redirect from the former URL of the settings."""
    return HttpResponsePermanentRedirect(reverse("account"))
