"""Pages of OAuth 2: consent, the developer's applications, and the applications that a user has authorized."""

from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit

from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError, OAuth2Error

from apps.oauth import actions, authorization
from apps.oauth.models import Application
from apps.oauth.querysets import access_application, applications_of, authorizations_of, find_application
from apps.oauth.scopes import DESCRIPTIONS
from apps.osm.errors import NotFoundError
from apps.users.models import User
from apps.web.cors import View
from apps.web.parameters import method_meant

from .forms import ApplicationForm

_REFERER = "referer"
_SHOWN_ONCE = "oauth_application"
"""The session key that stores a new secret until the page that shows it."""
_DENIED = "The resource owner or authorization server denied the request."
signed_in = login_required(redirect_field_name=_REFERER)


# Consent. The form ends in a redirect to the application, which a `form-action` policy would forbid.


@csp_replace({"form-action": None})
@never_cache
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask the user for consent; POST grants it, DELETE denies it."""
    method = method_meant(request)
    if method not in {"GET", "HEAD", "POST", "DELETE"}:
        return HttpResponseNotAllowed(["GET", "POST", "DELETE"])
    parameters = request.POST or request.GET
    prompt = parameters.get("prompt", "").split()
    if not request.user.is_authenticated and "none" not in prompt:
        return redirect_to_login(_consent_url(request, parameters), redirect_field_name=_REFERER)
    try:
        asked = authorization.read_request(
            (name, value) for name, values in parameters.lists() for value in values
        )
    except OAuth2Error as error:
        return _bad_request(request, error)
    location = _answer(asked, request.user, method, prompt)
    return _send(request, location) if location else _ask(request, asked)


def _answer(
    asked: authorization.AuthorizationRequest, user: User | AnonymousUser, method: str, prompt: list[str]
) -> str | None:
    """Return the URL to redirect to, or None to ask the user first."""
    if isinstance(user, AnonymousUser):
        return asked.refuse("login_required", "The user is not signed in.")
    if method == "DELETE":
        return asked.refuse("access_denied", _DENIED)
    if method == "POST" or ("consent" not in prompt and not asked.needs_consent(user)):
        return asked.grant(user)
    if "none" in prompt:
        return asked.refuse("consent_required", "The user has to be asked.")
    return None


def _ask(request: HttpRequest, asked: authorization.AuthorizationRequest) -> HttpResponse:
    context = {
        "asked": asked,
        "scopes": [DESCRIPTIONS[scope] for scope in asked.scopes],
        "target": "" if asked.redirect_uri == actions.OUT_OF_BAND else _site(asked.redirect_uri),
    }
    return render(request, "oauth/authorize.html", context)


def _consent_url(request: HttpRequest, parameters: QueryDict) -> str:
    """Return the URL of the consent page, also if the session ended while its form was open."""
    query = parameters.copy()
    for name in ("csrfmiddlewaretoken", "authenticity_token", "_method"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}"


def _site(uri: str) -> str:
    """Return the host, or the scheme of an app on the user's device."""
    parts = urlsplit(uri)
    return parts.netloc if parts.scheme in {"http", "https"} else f"{parts.scheme}:"


def _send(request: HttpRequest, location: str) -> HttpResponse:
    """Redirect to the application, or to the page that shows the code if it has no redirect URI."""
    if location.startswith(actions.OUT_OF_BAND):
        answer = parse_qs(urlsplit(location).query)
        if "code" not in answer:
            return _bad_request(request, AccessDeniedError(description=_DENIED))
        return HttpResponseRedirect("/oauth2/authorize/native?" + urlencode({"code": answer["code"][0]}))
    response = HttpResponse(status=HTTPStatus.FOUND)
    response["Location"] = iri_to_uri(location)
    return response


def _bad_request(request: HttpRequest, error: OAuth2Error) -> HttpResponse:
    """Show the error here and do not redirect: the request may come from anyone."""
    return render(request, "oauth/error.html", {"error": error}, status=HTTPStatus.BAD_REQUEST)


@require_safe
@signed_in
@never_cache
def native(request: HttpRequest) -> HttpResponse:
    """Show the code, for the user to copy into the application."""
    return render(request, "oauth/native.html", {"code": request.GET.get("code", "")})


# The developer's applications


def _own_application(view: View) -> View:
    """Pass the application to the view; respond with 404 to anyone but its owner."""

    @signed_in
    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, application_id: int, **kwargs: Any) -> HttpResponse:
        try:
            application = access_application(cast(User, request.user), application_id)
        except NotFoundError:
            raise Http404 from None
        return view(request, application, **kwargs)

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def applications(request: HttpRequest) -> HttpResponse:
    """List the user's applications; POST registers one."""
    user = cast(User, request.user)
    if request.method != "POST":
        return render(request, "oauth/applications.html", {"applications": applications_of(user)})
    form = ApplicationForm(request.POST, user=user)
    if not form.is_valid():
        return _form(request, form)
    try:
        application, secret = actions.create_application(user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _form(request, form)
    return _saved(request, application, secret)


@require_safe
@signed_in
@never_cache
def new_application(request: HttpRequest) -> HttpResponse:
    """Show the form of a new application."""
    return _form(request, ApplicationForm(user=cast(User, request.user)))


@require_http_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
@_own_application
def application(request: HttpRequest, application: Application) -> HttpResponse:
    """Show an application; PUT and PATCH change it, DELETE deletes it with all of its tokens."""
    method = method_meant(request)
    if method == "DELETE":
        actions.delete_application(application)
        return redirect("oauth_applications")
    if method in {"PUT", "PATCH"}:
        form = ApplicationForm(request.POST, user=cast(User, request.user), application=application)
        if not form.is_valid():
            return _form(request, form, application)
        try:
            secret = actions.change_application(application, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return _form(request, form, application)
        return _saved(request, application, secret)
    if method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "PUT", "PATCH", "DELETE"])
    shown_id, secret = request.session.pop(_SHOWN_ONCE, (None, ""))
    context = {
        "application": application,
        "redirect_uris": application.redirect_uris.split(),
        "scopes": [(scope, DESCRIPTIONS[scope]) for scope in application.scopes.split()],
        "secret": secret if shown_id == application.pk else "",
    }
    return render(request, "oauth/application.html", context)


@require_safe
@_own_application
def edit_application(request: HttpRequest, application: Application) -> HttpResponse:
    """Show the form of an existing application."""
    form = ApplicationForm(user=cast(User, request.user), application=application)
    return _form(request, form, application)


def _form(
    request: HttpRequest, form: ApplicationForm, application: Application | None = None
) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context = {"form": form, "application": application, "title": _title(application)}
    return render(request, "oauth/application_form.html", context, status=status)


def _title(application: Application | None) -> str:
    return _("Edit application") if application else _("Register an application")


def _saved(request: HttpRequest, application: Application, secret: str) -> HttpResponse:
    """Redirect to the page of the application, which shows a new secret once."""
    if secret:
        request.session[_SHOWN_ONCE] = [application.pk, secret]
    return redirect("oauth_application", application.pk)


# The applications that a user has authorized


@require_safe
@signed_in
@never_cache
def authorized_applications(request: HttpRequest) -> HttpResponse:
    """List the applications that the user has authorized."""
    authorizations = [
        (found, [DESCRIPTIONS[scope] for scope in found.scopes])
        for found in authorizations_of(cast(User, request.user))
    ]
    return render(request, "oauth/authorized_applications.html", {"authorizations": authorizations})


@require_http_methods(["POST", "DELETE"])
@signed_in
@never_cache
def authorized_application(request: HttpRequest, application_id: int) -> HttpResponse:
    """Revoke all access of an application by DELETE."""
    if method_meant(request) != "DELETE":
        return HttpResponseNotAllowed(["DELETE"])
    found = find_application(application_id)
    if found is not None:
        actions.revoke_application(cast(User, request.user), application=found)
    return redirect("oauth_authorized_applications")
