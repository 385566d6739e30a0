"""Our rules where they differ from django-oauth-toolkit's: one token per consent, which does not expire."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_grant_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors

from apps.users.models import User

from .actions import NEVER, revoke_reused_code
from .clients import authenticate_client
from .models import Application, UsedCode

LIFETIME_OF_CODES = timedelta(minutes=10)
"""Long enough to copy a code by hand to the waiting program."""


def token_for(user: User, application: Application, scopes: list[str]) -> Any | None:
    """Return the token that the user gave the application for exactly these scopes."""
    tokens = get_access_token_model().objects.filter(
        user=user, application=application, expires__gt=timezone.now()
    )
    return next((token for token in tokens if token.token and set(token.scope.split()) == set(scopes)), None)


def token_text(request: Request) -> str:
    """Return the text of the token that a code is exchanged for: the existing one, or a new one."""
    found = token_for(request.user, request.client, request.scopes)
    return found.token if found else secrets.token_urlsafe(32)


class Validator(OAuth2Validator):  # type: ignore[misc]
    """The rules of the authorization code grant, the only grant type."""

    oidc_claim_scope: ClassVar[dict[str, str]] = {
        "sub": "openid",
        "preferred_username": "openid",
        "email": "read_email",
    }

    def authenticate_client(self, request: Request, *_args: Any, **_kwargs: Any) -> bool:
        request.client = authenticate_client(
            request.headers.get("HTTP_AUTHORIZATION", ""),
            client_id=request.client_id or "",
            secret=request.client_secret or "",
            network=request.headers["NETWORK"],
        )
        return request.client is not None

    def is_pkce_required(self, client_id: str, request: Request) -> bool:
        """Require a challenge of public applications: without a secret, nothing else ties a code to its client."""
        return bool(settings.REQUIRE_PKCE and not request.client.is_confidential)

    def validate_scopes(self, client_id: str, scopes: list[str], client: Any, *args: Any, **_: Any) -> bool:
        return bool(scopes) and set(scopes) <= set(client.scopes.split()) - {"skip_authorization"}

    def validate_code(self, client_id: str, code: str, client: Any, request: Request, **_: Any) -> bool:
        """Lock the code and its user, so that requests with the same code or for the same user run one after another.

        Must be called in a transaction.
        """
        grant = (
            get_grant_model()
            .objects.select_for_update(no_key=True, of=("self", "user"))
            .select_related("user")
            .filter(code=code, application=client)
            .first()
        )
        if grant is None:
            revoke_reused_code(client, code=code)
            return False
        if grant.is_expired():
            return False
        # A verifier without a challenge means that an attacker has removed the challenge (RFC 9700, 4.8.2).
        if request.code_verifier and not grant.code_challenge:
            return False
        request.grant = grant
        request.user = grant.user
        request.scopes = grant.scope.split()
        return True

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        return request.grant.code_challenge or None

    def get_code_challenge_method(self, code: str, request: Request) -> str | None:
        return request.grant.code_challenge_method or None

    def get_authorization_code_nonce(
        self, client_id: str, code: str, redirect_uri: str, request: Request
    ) -> str | None:
        return request.grant.nonce or None

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Request, **_: Any
    ) -> bool:
        """Require the redirect URI of the authorization request again, if it had one (RFC 6749, 4.1.3)."""
        asked = request.grant.redirect_uri
        if asked and request.using_default_redirect_uri:
            raise errors.InvalidRequestError("Missing required parameter: redirect_uri.", request=request)
        if redirect_uri != (asked or client.default_redirect_uri):
            raise errors.InvalidGrantError(request=request)
        return True

    def save_authorization_code(self, client_id: str, code: Any, request: Request, **_: Any) -> None:
        """Store the code and delete expired ones. (The library would warn about plain challenges, which upstream
        accepts.)"""
        grants = get_grant_model().objects
        now = timezone.now()
        grants.filter(user=request.user, expires__lte=now).delete()
        UsedCode.objects.filter(token__user=request.user, expires__lte=now).delete()
        grants.create(
            application=request.client,
            user=request.user,
            code=code["code"],
            expires=now + LIFETIME_OF_CODES,
            # Otherwise it is the only one of the application.
            redirect_uri=request.redirect_uri if "redirect_uri" in dict(request.uri_query_params) else "",
            scope=" ".join(request.scopes),
            code_challenge=request.code_challenge or "",
            # Without a challenge, oauthlib has not checked the method.
            code_challenge_method=request.code_challenge_method if request.code_challenge else "",
            nonce=request.nonce or "",
        )

    def save_bearer_token(self, token: dict[str, Any], request: Request, **_: Any) -> None:
        """Store the token if it is new and that the code is used, and complete the response as upstream does: `created_at` instead of
        `expires_in`."""
        checksum = hashlib.sha256(token["access_token"].encode()).hexdigest()
        stored, _is_new = get_access_token_model().objects.get_or_create(
            token_checksum=checksum,
            defaults={
                "token": token["access_token"],
                "user": request.user,
                "application": request.client,
                "scope": token["scope"],
                "expires": NEVER,
            },
        )
        UsedCode.objects.create(code=request.code, token=stored, expires=request.grant.expires)
        del token["expires_in"]
        token["created_at"] = int(stored.created.timestamp())

    def get_additional_claims(self, request: Request) -> dict[str, Any]:
        return {"preferred_username": request.user.display_name, "email": request.user.email}

    def _save_id_token(self, *args: Any, **_: Any) -> None:
        """Do nothing: ID tokens are never looked up again."""
