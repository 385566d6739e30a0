"""Access tokens: how a request carries one, and how it is found."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from oauth2_provider.models import get_access_token_model


def bearer(headers: Mapping[str, Any]) -> str | None:
    """The token of the `Authorization` header (of a WSGI environment). Tokens in the address or in the body
    are not looked at (upstream behaviour 1.1)."""
    scheme, _, token = headers.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def find_token(token: str) -> Any | None:
    """The access token with its user, if it is in force. One statement, by the index of the checksums."""
    checksum = hashlib.sha256(token.encode()).hexdigest()
    found = get_access_token_model().objects.select_related("user").filter(token_checksum=checksum).first()
    if found is None or found.user is None or found.expires <= timezone.now():
        return None
    return found
