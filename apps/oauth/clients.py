"""Authentication of applications by their client id and secret (RFC 6749, 2.3)."""

import base64
import binascii
from urllib.parse import unquote_plus

from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac
from redis.exceptions import RedisError

from .limits import WRONG_SECRETS
from .models import Application
from .querysets import find_client

_REMEMBERED = 90 * 24 * 3600
"""Seconds for which a secret is recognised without the slow hash."""


def check_secret(application: Application, *, secret: str, network: str) -> bool:
    """Return whether this is the application's secret; public applications have none, so only "" is theirs.

    This is the only place that checks a secret. Raises TooManyRequestsError after many wrong ones from the network; the
    right secret passes nevertheless, if it has been used before or is new.
    """
    if not application.is_confidential:
        return not secret
    if _is_remembered(application, secret):
        return True
    # Counted before the hash, so that many at once cost no more hashes than one after another.
    client = f"{application.pk} {network}"
    WRONG_SECRETS.take(client)
    if not check_password(secret, application.client_secret):
        return False
    WRONG_SECRETS.undo(client)
    remember_secret(application, secret)
    return True


def remember_secret(application: Application, secret: str) -> None:
    """Recognise the right secret of a saved application from now on, however many wrong ones others send."""
    try:
        cache.set(_key(application), _digest(application, secret), _REMEMBERED)
    except RedisError:
        pass


def _is_remembered(application: Application, secret: str) -> bool:
    try:
        return constant_time_compare(cache.get(_key(application), ""), _digest(application, secret))
    except RedisError:
        return False


def _key(application: Application) -> str:
    return f"oauth:secret:{application.pk}"


def _digest(application: Application, secret: str) -> str:
    """Return what stands for the secret until it changes. A secret of random characters needs no slow hash."""
    return salted_hmac(f"oauth.clients {application.client_secret}", secret, algorithm="sha256").hexdigest()


def authenticate_client(header: str, *, client_id: str, secret: str, network: str) -> Application | None:
    """Return the application that authenticates by HTTP Basic, else by the client id and secret of the body.

    `header` is the `Authorization` header, or empty; `network` is where the request comes from. Returns None if the
    application is unknown or its secret wrong. Raises TooManyRequestsError.
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
    return application if application and check_secret(application, secret=secret, network=network) else None
