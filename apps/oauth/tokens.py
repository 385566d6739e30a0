"""Access tokens of requests."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from .actions import NEVER


def bearer(headers: Mapping[str, Any]) -> str | None:
    """Return the token in the `Authorization` header of a WSGI environment.

    Tokens in the URL or in the body are ignored (upstream behaviour 1.1).
    """
    scheme, _, token = headers.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def sends_credentials(headers: Mapping[str, Any]) -> bool:
    """Return whether the `Authorization` header of a WSGI environment says anything, valid or not."""
    return bool(headers.get("HTTP_AUTHORIZATION", "").strip())


def expires_in(token: Any) -> int | None:
    """Return in how many seconds a valid token expires: None if never, as all but the editor's."""
    return None if token.expires == NEVER else int((token.expires - timezone.now()).total_seconds())


def find_token(token: str) -> Any | None:
    """Return the access token with its user, None if it is not valid. One statement, by the checksum index."""
    checksum = hashlib.sha256(token.encode()).hexdigest()
    found = get_access_token_model().objects.select_related("user").filter(token_checksum=checksum).first()
    if found is None or found.user is None or found.expires <= timezone.now():
        return None
    return found
