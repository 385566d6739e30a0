"""Creation and change of applications and tokens."""

import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model, get_grant_model

from apps.text.rules import check_input
from apps.users.models import EditorToken, User
from apps.users.permissions import ACTIVE, ADMINISTER, check, is_administrator

from . import limits
from .clients import remember_secret
from .models import Application, UsedCode
from .scopes import DESCRIPTIONS, PRIVILEGED, check_scopes

COMMAND_LINE = "osmsite-command-line"
"""The client id of the built-in application that `create_token` creates tokens for."""
EDITOR = "osmsite-id"
"""The client id of the built-in application that the editor iD acts as."""
EDITOR_SCOPES = "read_prefs write_prefs write_api read_gpx write_gpx write_notes"
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Tokens do not expire, but the library's column requires a time."""
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_LOOPBACK = {"127.0.0.1", "::1"}
_FORBIDDEN_SCHEMES = {"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"}
"""Schemes that run or show something in the browser instead of opening the application."""


@transaction.atomic
def create_token(user: User, *, scopes: list[str]) -> str:
    """Create an access token of the user for the built-in application, and return its text. Raises ValidationError."""
    check_scopes(scopes)
    application = _built_in(COMMAND_LINE, name="osmsite (command line)")
    known = dict.fromkeys([*application.scopes.split(), *scopes])
    if " ".join(known) != application.scopes:
        application.scopes = " ".join(known)
        application.save(update_fields=["scopes", "updated"])
    return str(_new_token(user, application, " ".join(scopes)).token)


@transaction.atomic
def editor_token(user: User, session: SessionBase) -> str:
    """Return the token with which the editor iD acts for the user; it ends with the session.

    It is created without asking the user, as on openstreetmap.org, and again after the user has revoked it. Raises
    SessionInterrupted if the session has ended in the meantime.
    """
    application = editor_application()
    # Locked, so that two windows of the editor share one token: the second finds what the first has saved.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    try:
        # This also locks the session: it can end only afterwards, and then ends the token.
        session.modified = True
        session.save()
    except UpdateError:
        raise SessionInterrupted from None
    key = session.session_key
    tokens = get_access_token_model().objects.filter(user=user, application=application)
    tokens.filter(expires__lte=timezone.now()).delete()
    own = EditorToken.objects.filter(session_key=key).values("token")
    token = tokens.filter(pk__in=own, scope=EDITOR_SCOPES).first()
    if token is None:
        token = _new_token(user, application, EDITOR_SCOPES)
        EditorToken.objects.update_or_create(session_key=key, defaults={"token": token})
    token.expires = session.get_expiry_date()
    token.save(update_fields=["expires", "updated"])
    return str(token.token)


def editor_application() -> Application:
    """Return the application that iD acts as; a migration has created it."""
    return _built_in(EDITOR, name="iD", scopes=EDITOR_SCOPES)


def _built_in(client_id: str, *, name: str, scopes: str = "") -> Application:
    """Return one of the site's own applications, created on first use. It has no owner and cannot be edited."""
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


def _new_token(user: User, application: Application, scope: str) -> Any:
    return get_access_token_model().objects.create(
        user=user, application=application, token=secrets.token_urlsafe(32), scope=scope, expires=NEVER
    )


def create_application(
    owner: User,
    *,
    name: str,
    redirect_uris: Sequence[str],
    scopes: Sequence[str],
    confidential: bool = True,
    by_operator: bool = False,
) -> tuple[Application, str]:
    """Register an application. Returns it and its secret, which is stored hashed (empty for a public application).

    Only administrators may grant privileged scopes, and the operator on the command line (`by_operator`). Raises
    ValidationError, NotPermittedError, TooManyRequestsError.
    """
    if not by_operator:
        limits.APPLICATIONS.take(owner.pk)
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
    """Save an application. Returns its secret if this created one, otherwise an empty string.

    Existing tokens keep the scopes that their users granted. Privileged scopes that the application has may stay;
    see `create_application` for new ones. Raises ValidationError, NotPermittedError.
    """
    if not by_operator:
        _check_new_scopes(application, scopes)
    check_input(_("The name"), name, longest=255)
    check_scopes(scopes)
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
    if secret:
        remember_secret(application, secret)
    return secret


def delete_application(application: Application) -> None:
    """Delete an application with all of its codes and tokens."""
    application.delete()


def revoke_token(token: Any) -> None:
    """Revoke an access token."""
    token.delete()


@transaction.atomic
def revoke_application(user: User, *, application: Application) -> None:
    """Revoke everything that the user has allowed the application."""
    get_grant_model().objects.filter(user=user, application=application).delete()
    get_access_token_model().objects.filter(user=user, application=application).delete()


def revoke_reused_code(application: Application, *, code: str) -> None:
    """Revoke the token that the application has already got for this code, if any (RFC 6749, 4.1.2)."""
    get_access_token_model().objects.filter(
        pk__in=UsedCode.objects.filter(code=code, token__application=application).values("token")
    ).delete()


def grantable_scopes(owner: User, *, current: Collection[str]) -> list[str]:
    """Return the scopes that the owner may give to an application which has the current ones.

    Privileged scopes that an administrator or the operator has granted may stay, but only administrators may add
    them.
    """
    may_grant_all = is_administrator(owner)
    return [scope for scope in DESCRIPTIONS if may_grant_all or scope in current or scope not in PRIVILEGED]


def _check_new_scopes(application: Application, scopes: Sequence[str]) -> None:
    owner, current = application.user, application.scopes.split()
    check(owner, ACTIVE if set(scopes) <= set(grantable_scopes(owner, current=current)) else ADMINISTER)


def check_redirect_uri(uri: str) -> None:
    """Raise ValidationError unless the URI leads to one place, encrypted if it leaves this machine."""
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
    if parts.scheme in _FORBIDDEN_SCHEMES:
        raise ValidationError(_("The redirect URI must not be a script."))
    if parts.scheme in {"http", "https"} and not parts.hostname:
        raise ValidationError(_("The redirect URI must name a host."))
    if "@" in parts.netloc:
        raise ValidationError(_("The redirect URI must not have a user name."))
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise ValidationError(_("The redirect URI must be https, or http on this machine."))
