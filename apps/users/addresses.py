"""Where a request comes from, and where it may be sent on to."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, as the outermost of our own proxies (OSMSITE_PROXIES) saw it.

    What stands further left in `X-Forwarded-For` was written by the client, and is worth nothing.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        hops = [*(hop.strip() for hop in forwarded if hop.strip()), seen]
        seen = hops[max(0, len(hops) - 1 - settings.PROXIES)]
    try:
        return str(ip_address(seen))
    except ValueError:
        return None


def network_of(address: str | None) -> str:
    """What rate limits count: an IPv4 address, or the /64 that one IPv6 customer has."""
    if address is None:
        return "unknown"
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else parsed.exploded[:19]
    return address


def safe_path(referer: str | None) -> str | None:
    """Path, query and fragment of a `referer` parameter, or None where it leads nowhere on this site."""
    try:
        parts = urlsplit(referer or "")
    except ValueError:
        return None
    if parts.scheme not in {"", "http", "https"} or not parts.path.startswith("/"):
        return None
    path = urlunsplit(("", "", parts.path, parts.query, parts.fragment))
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else None
