"""What we decide otherwise than django-oauth-toolkit: one token for each consent, which does not expire."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_grant_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749 import errors

from apps.users.models import User

from .actions import NEVER
from .models import Application

LIFETIME_OF_CODES = timedelta(minutes=10)
"""Time enough to carry a code by hand to the program that waits for it."""


def token_for(user: User, application: Application, scopes: list[str]) -> Any | None:
    """The token that the application has of the user for exactly these scopes."""
    tokens = get_access_token_model().objects.filter(
        user=user, application=application, expires__gt=timezone.now()
    )
    return next((token for token in tokens if token.token and set(token.scope.split()) == set(scopes)), None)


def token_text(request: Request) -> str:
    """The text of the token that a code is exchanged for: the one there is, or a new one."""
    found = token_for(request.user, request.client, request.scopes)
    return found.token if found else secrets.token_urlsafe(32)


class Validator(OAuth2Validator):  # type: ignore[misc]
    """The rules of the authorization code grant, which is the only one."""

    oidc_claim_scope: ClassVar[dict[str, str]] = {
        "sub": "openid",
        "preferred_username": "openid",
        "email": "read_email",
    }

    def validate_scopes(self, client_id: str, scopes: list[str], client: Any, *args: Any, **_: Any) -> bool:
        return bool(scopes) and set(scopes) <= set(client.scopes.split()) - {"skip_authorization"}

    def validate_code(self, client_id: str, code: str, client: Any, request: Request, **_: Any) -> bool:
        """Takes the code for this request alone: of others with the same code, and of others of the same
        user, each waits until the one before is done. Within a transaction."""
        grant = (
            get_grant_model()
            .objects.select_for_update(no_key=True, of=("self", "user"))
            .select_related("user")
            .filter(code=code, application=client)
            .first()
        )
        if grant is None or grant.is_expired():
            return False
        # A verifier without a challenge: somebody has taken the challenge away (RFC 9700, 4.8.2).
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
        if redirect_uri != request.grant.redirect_uri:
            raise errors.InvalidGrantError(request=request)
        return True

    def save_authorization_code(self, client_id: str, code: Any, request: Request, **_: Any) -> None:
        """Keeps the code, and none that is too old. (The library warns of each plain challenge, which upstream
        takes.)"""
        grants = get_grant_model().objects
        now = timezone.now()
        grants.filter(user=request.user, expires__lte=now).delete()
        grants.create(
            application=request.client,
            user=request.user,
            code=code["code"],
            expires=now + LIFETIME_OF_CODES,
            redirect_uri=request.redirect_uri,
            scope=" ".join(request.scopes),
            code_challenge=request.code_challenge or "",
            # Without a challenge oauthlib has not looked at the method.
            code_challenge_method=request.code_challenge_method if request.code_challenge else "",
            nonce=request.nonce or "",
        )

    def save_bearer_token(self, token: dict[str, Any], request: Request, **_: Any) -> None:
        """Keeps the token if it is new, and completes the answer as upstream gives it: no end, but a
        beginning."""
        checksum = hashlib.sha256(token["access_token"].encode()).hexdigest()
        kept, _made = get_access_token_model().objects.get_or_create(
            token_checksum=checksum,
            defaults={
                "token": token["access_token"],
                "user": request.user,
                "application": request.client,
                "scope": token["scope"],
                "expires": NEVER,
            },
        )
        del token["expires_in"]
        token["created_at"] = int(kept.created.timestamp())

    def get_additional_claims(self, request: Request) -> dict[str, Any]:
        return {"preferred_username": request.user.display_name, "email": request.user.email}

    def _save_id_token(self, *args: Any, **_: Any) -> None:
        """Nobody asks for an ID token again, so that none is kept."""
