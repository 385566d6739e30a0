"""Known devices: browsers in which someone has logged in to an account, recognised by a signed cookie.

Wrong passwords that others try elsewhere do not lock out the owner there. The cookie gives no access.
"""

import secrets
from collections.abc import Mapping

from django.core import signing

from .models import User

LIFETIME = 365 * 24 * 3600
"""Seconds since the last log-in."""
_SALT = "users.known_devices"


def cookie_name(user: User) -> str:
    """Return the name of the account's cookie; a browser can have one for each of several accounts."""
    return f"_osm_device_{user.pk}"


def new_cookie(user: User) -> str:
    """Return the value of a new device's cookie."""
    return signing.dumps([user.pk, secrets.token_urlsafe(12)], salt=_SALT)


def device_of(user: User, cookies: Mapping[str, str]) -> str | None:
    """Return the id of the device if its cookie shows that someone has logged in to the account there."""
    try:
        user_id, device = signing.loads(cookies.get(cookie_name(user), ""), salt=_SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return f"{user_id}/{device}" if user_id == user.pk else None
