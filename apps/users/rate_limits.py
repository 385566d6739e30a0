"""Rate limits counted in Redis; while Redis is unavailable, everything is allowed."""

import hashlib
import logging
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RateLimit:
    """A number of hits in a fixed window that starts with the first one."""

    name: str
    limit: int
    period: int
    """Seconds."""

    def _key(self, who: object) -> str:
        return f"rate:{self.name}:{hashlib.sha256(str(who).encode()).hexdigest()[:32]}"

    def hit(self, who: object) -> bool:
        """Count one hit and return whether it was within the limit."""
        try:
            cache.add(self._key(who), 0, self.period)
            return cache.incr(self._key(who)) <= self.limit
        except ValueError:
            return True  # The window ended between the two calls.
        except RedisError as error:
            logger.warning("the rate limit %s is not counted: %s", self.name, error)
            return True

    def test(self, who: object) -> bool:
        """Return whether another hit would be within the limit, without counting one."""
        try:
            return int(cache.get(self._key(who), 0)) < self.limit
        except RedisError:
            return True

    def undo(self, who: object) -> None:
        """Uncount the last hit."""
        try:
            cache.decr(self._key(who))
        except (ValueError, RedisError):
            pass

    def reset(self, who: object) -> None:
        try:
            cache.delete(self._key(who))
        except RedisError:
            pass


LOGINS_PER_ADDRESS = RateLimit("logins-per-address", 60, 900)
LOGINS_PER_ACCOUNT = RateLimit("logins-per-account", 10, 900)
CODES_PER_ACCOUNT = RateLimit("codes-per-account", 10, 900)
MAILS_PER_ACCOUNT = RateLimit("mails-per-account", 5, 3600)


def sign_ups_per_address() -> RateLimit:
    return RateLimit("sign-ups-per-address", settings.SIGNUP_IP_PER_DAY, 86_400)


def network_of(address: str | None) -> str:
    """Return what a rate limit per network counts: an IPv4 address, or the /64 that one IPv6 customer has."""
    if address is None:
        return "unknown"
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else parsed.exploded[:19]
    return address
