"""What makes applications and tokens."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model, get_grant_model

from apps.text.rules import check_input
from apps.users.models import User
from apps.users.permissions import ACTIVE, ADMINISTER, check

from .models import Application
from .scopes import PRIVILEGED

COMMAND_LINE = "osmsite-command-line"
"""The client id of the built-in application whose tokens `create_token` makes."""
EDITOR = "osmsite-id"
"""The client id of the built-in application as which the editor iD acts."""
EDITOR_SCOPES = "read_prefs write_prefs write_api read_gpx write_gpx write_notes"
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Tokens do not expire, and the library's column wants a time."""
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_LOOPBACK = {"127.0.0.1", "::1"}
_NEVER_A_TARGET = {"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"}
"""Schemes that run or show something in the browser instead of leading to the application."""


@transaction.atomic
def create_token(user: User, *, scopes: list[str]) -> str:
    """Makes an access token of the user's for the built-in application, and returns it."""
    application = _built_in(COMMAND_LINE, name="osmsite (command line)")
    known = dict.fromkeys([*application.scopes.split(), *scopes])
    if " ".join(known) != application.scopes:
        application.scopes = " ".join(known)
        application.save(update_fields=["scopes", "updated"])
    return _new_token(user, application, " ".join(scopes))


@transaction.atomic
def editor_token(user: User) -> str:
    """Returns the token with which the editor iD acts for the user: made once and without a question, as at
    openstreetmap.org, and anew after the user took it back."""
    application = editor_application()
    # One at a time, so that two windows of the editor share one token.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    held = get_access_token_model().objects.filter(
        user=user, application=application, scope=EDITOR_SCOPES, expires=NEVER
    )
    return held.values_list("token", flat=True).first() or _new_token(user, application, EDITOR_SCOPES)


def editor_application() -> Application:
    """Returns the application as which iD acts; a migration has made it."""
    return _built_in(EDITOR, name="iD", scopes=EDITOR_SCOPES)


def _built_in(client_id: str, *, name: str, scopes: str = "") -> Application:
    """An application of the site's own, made at its first use; nobody owns it, nobody can edit it."""
    application: Application = Application.objects.get_or_create(
        client_id=client_id,
        defaults={
            "name": name,
            "scopes": scopes,
            "client_type": Application.CLIENT_PUBLIC,
            "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
            "client_secret": "",
            "redirect_uris": OUT_OF_BAND,
        },
    )[0]
    return application


def _new_token(user: User, application: Application, scope: str) -> str:
    token = secrets.token_urlsafe(32)
    get_access_token_model().objects.create(
        user=user, application=application, token=token, scope=scope, expires=NEVER
    )
    return token


def create_application(
    owner: User,
    *,
    name: str,
    redirect_uris: Sequence[str],
    scopes: Sequence[str],
    confidential: bool = True,
    by_operator: bool = False,
) -> tuple[Application, str]:
    """Registers an application; returns it and its secret, which is stored hashed and never shown again
    (empty for a public application). Raises ValidationError."""
    application = Application(
        user=owner,
        client_secret="",
        client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
    )
    secret = change_application(
        application,
        name=name,
        redirect_uris=redirect_uris,
        scopes=scopes,
        confidential=confidential,
        by_operator=by_operator,
    )
    return application, secret


def change_application(
    application: Application,
    *,
    name: str,
    redirect_uris: Sequence[str],
    scopes: Sequence[str],
    confidential: bool,
    by_operator: bool = False,
) -> str:
    """Saves an application; returns the secret if it got one by this, else nothing. Tokens keep the scopes
    that their users granted. Raises ValidationError."""
    if not by_operator:
        _check_new_scopes(application, scopes)
    check_input(_("The name"), name, longest=255)
    if not redirect_uris:
        raise ValidationError(_("At least one redirect URI is needed."))
    for uri in redirect_uris:
        check_redirect_uri(uri)
    secret = ""
    if confidential and not application.is_confidential:
        secret = application.client_secret = generate_client_secret()
    elif not confidential:
        application.client_secret = ""
    application.name = name.strip()
    application.redirect_uris = " ".join(redirect_uris)
    application.scopes = " ".join(scopes)
    application.client_type = Application.CLIENT_CONFIDENTIAL if confidential else Application.CLIENT_PUBLIC
    application.save()
    return secret


@transaction.atomic
def revoke_application(user: User, *, application: Application) -> None:
    """Takes from the application what the user allowed it."""
    get_grant_model().objects.filter(user=user, application=application).delete()
    get_access_token_model().objects.filter(user=user, application=application).delete()


def _check_new_scopes(application: Application, scopes: Sequence[str]) -> None:
    granted = set(scopes) - set(application.scopes.split())
    check(application.user, ACTIVE if granted.isdisjoint(PRIVILEGED) else ADMINISTER)


def check_redirect_uri(uri: str) -> None:
    """Raises ValidationError unless the code would arrive at one place and, off this machine, encrypted."""
    if uri == OUT_OF_BAND:
        return
    try:
        parts = urlsplit(uri)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not (parts.netloc or parts.path) or uri.split() != [uri]:
        raise ValidationError(_("The redirect URI must be an absolute URI."))
    if parts.fragment or uri.endswith("#"):
        raise ValidationError(_("The redirect URI must not have a fragment."))
    if parts.scheme in _NEVER_A_TARGET:
        raise ValidationError(_("The redirect URI must not be a script."))
    if parts.scheme in {"http", "https"} and not parts.hostname:
        raise ValidationError(_("The redirect URI must name a host."))
    if "@" in parts.netloc:
        raise ValidationError(_("The redirect URI must not have a user name."))
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValidationError(_("The redirect URI must be https, or http on this machine."))
