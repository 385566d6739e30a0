"""What makes applications and tokens."""

import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from apps.oauth.models import Application
from apps.users.models import User

COMMAND_LINE = "osmsite-command-line"
"""The client id of the built-in application whose tokens `create_token` makes."""
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Tokens do not expire, and the library's column wants a time."""
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@transaction.atomic
def create_token(user: User, *, scopes: list[str]) -> str:
    """Makes an access token of the user's for the built-in application, and returns it."""
    application, _made = Application.objects.get_or_create(
        client_id=COMMAND_LINE,
        defaults={
            "name": "osmsite (command line)",
            "client_type": Application.CLIENT_PUBLIC,
            "authorization_grant_type": Application.GRANT_AUTHORIZATION_CODE,
            "client_secret": "",
            "redirect_uris": OUT_OF_BAND,
        },
    )
    known = dict.fromkeys([*application.scopes.split(), *scopes])
    if " ".join(known) != application.scopes:
        application.scopes = " ".join(known)
        application.save(update_fields=["scopes", "updated"])
    token = secrets.token_urlsafe(32)
    get_access_token_model().objects.create(
        user=user, application=application, token=token, scope=" ".join(scopes), expires=NEVER
    )
    return token


def create_application(
    owner: User, *, name: str, redirect_uri: str, scopes: list[str], confidential: bool = True
) -> tuple[Any, str]:
    """Registers an application; returns it and its secret, which is stored hashed and never shown again
    (empty for a public application). Raises ValidationError."""
    if not name.strip() or len(name) > 255:
        raise ValidationError(_("The name must have 1 to 255 characters."))
    check_redirect_uri(redirect_uri)
    secret = generate_client_secret() if confidential else ""
    application = Application.objects.create(
        user=owner,
        name=name,
        redirect_uris=redirect_uri,
        scopes=" ".join(scopes),
        client_type=Application.CLIENT_CONFIDENTIAL if confidential else Application.CLIENT_PUBLIC,
        client_secret=secret,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        skip_authorization="skip_authorization" in scopes,
    )
    return application, secret


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
    if parts.scheme in {"javascript", "data", "vbscript"}:
        raise ValidationError(_("The redirect URI must not be a script."))
    if parts.scheme in {"http", "https"} and not parts.hostname:
        raise ValidationError(_("The redirect URI must name a host."))
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValidationError(_("The redirect URI must be https, or http on this machine."))
