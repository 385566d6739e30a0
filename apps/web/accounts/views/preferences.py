"""The pages on which people set their preferences."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.users import preferences
from apps.web.access import login_required, session_user
from apps.web.parameters import is_form

from ..forms import EditorForm, LanguagesForm, MailsForm

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH"]


@never_cache
@require_http_methods(_METHODS)
@login_required
def basic(request: HttpRequest) -> HttpResponse:
    """Choose the editor that the Edit button opens."""
    user = session_user(request)
    form = EditorForm(_data(request), initial={"preferred_editor": user.preferred_editor})
    if form.is_bound and form.is_valid():
        preferences.set_preferred_editor(user, editor=form.cleaned_data["preferred_editor"] or None)
        return _saved(request, "preferences")
    return render(request, "accounts/preferences.html", {"form": form, "here": "preferences"})


@never_cache
@require_http_methods(_METHODS)
@login_required
def notifications(request: HttpRequest) -> HttpResponse:
    """Choose the events that the user is notified of by email."""
    user = session_user(request)
    form = MailsForm(_data(request), initial=preferences.mail_preferences(user))
    if form.is_bound and form.is_valid():
        preferences.set_mail_preferences(user, mails=form.cleaned_data)
        return _saved(request, "notification_preferences")
    return render(request, "accounts/preferences.html", {"form": form, "here": "notification_preferences"})


@never_cache
@require_http_methods(_METHODS)
@login_required
def advanced(request: HttpRequest) -> HttpResponse:
    """Choose the preferred languages."""
    user = session_user(request)
    form = LanguagesForm(_data(request), initial={"languages": ", ".join((user.languages or "").split(","))})
    if form.is_bound and form.is_valid():
        try:
            preferences.set_languages(user, languages=form.cleaned_data["languages"])
        except ValidationError as error:
            form.add_error("languages", error)
        else:
            return _saved(request, "advanced_preferences")
    return render(request, "accounts/preferences.html", {"form": form, "here": "advanced_preferences"})


def _data(request: HttpRequest) -> Any:
    """Return the form's data. Raises BadRequest for another body, which would count as a form of unticked boxes."""
    if request.method in {"GET", "HEAD"}:
        return None
    if not is_form(request):
        raise BadRequest("not a form")
    return request.POST


def _saved(request: HttpRequest, name: str) -> HttpResponse:
    messages.success(request, _("Your preferences have been saved."))
    return HttpResponseRedirect(reverse(name))
