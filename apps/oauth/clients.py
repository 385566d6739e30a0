"""Authentication of applications by their client id and secret (RFC 6749, 2.3)."""

import base64
import binascii
from urllib.parse import unquote_plus

from django.contrib.auth.hashers import check_password

from .models import Application
from .querysets import find_client


def check_secret(application: Application, *, secret: str) -> bool:
    """Return whether this is the application's secret; public applications have none, so only "" is theirs.

    This is the only place that checks a secret.
    """
    if not application.is_confidential:
        return not secret
    return check_password(secret, application.client_secret)


def authenticate_client(header: str, *, client_id: str, secret: str) -> Application | None:
    """Return the application that authenticates by HTTP Basic, else by the client id and secret of the body.

    `header` is the `Authorization` header, or empty. Returns None if the application is unknown or its secret wrong.
    """
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(credentials).decode()
        except (binascii.Error, ValueError):
            return None
        client_id, secret = (unquote_plus(part) for part in decoded.partition(":")[::2])
    if not client_id or "\0" in client_id:
        return None
    application = find_client(client_id)
    return application if application and check_secret(application, secret=secret) else None
