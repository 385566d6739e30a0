"""What the reverse proxies in front of the site tell about a request."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings


def client_address(environ: Mapping[str, Any]) -> str | None:
    """Return the client's IP address as the outermost of our own proxies (OSMSITE_PROXIES) saw it, or None.

    `environ` is the WSGI environment. Whatever stands further left in `X-Forwarded-For` was written by the client,
    and is not believed.
    """
    seen = environ.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        hops = [*(hop.strip() for hop in forwarded if hop.strip()), seen]
        seen = hops[max(0, len(hops) - 1 - settings.PROXIES)]
    try:
        return str(ip_address(seen))
    except ValueError:
        return None
