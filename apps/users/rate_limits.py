"""Rate limits by account and by network, counted in Redis; while Redis is unavailable, everything is allowed."""

import hashlib
import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from apps.osm.errors import TooManyRequestsError

logger = logging.getLogger(__name__)

QUARTER, HOUR, DAY = 900, 3600, 86_400
"""Periods in seconds."""


@dataclass(frozen=True)
class RateLimit:
    """A number of hits in a fixed window that starts with the first one."""

    name: str
    most: Callable[[], int]
    """Returns the setting: how many hits of one account or network are allowed in the window."""
    period: int
    """Seconds."""

    def _key(self, who: object) -> str:
        return f"rate:{self.name}:{hashlib.sha256(str(who).encode()).hexdigest()[:32]}"

    def count(self, who: object) -> int:
        """Count one hit and return how many there were in the window; 0 if they cannot be counted."""
        key = self._key(who)
        try:
            if cache.add(key, 0, self.period):
                cache.set(f"{key}:end", time.time() + self.period, self.period)
            return int(cache.incr(key))
        except ValueError:
            return 0  # The window ended between the two calls.
        except RedisError as error:
            logger.warning("the rate limit %s is not counted: %s", self.name, error)
            return 0

    def hit(self, who: object) -> bool:
        """Count one hit and return whether it was within the limit."""
        return self.count(who) <= self.most()

    def take(self, who: object) -> None:
        """Count one hit. Raises TooManyRequestsError above the limit."""
        if not self.hit(who):
            raise TooManyRequestsError(self.seconds_left(who))

    def seconds_left(self, who: object) -> int:
        """Return in how many seconds the window ends, at least 1."""
        try:
            end = float(cache.get(f"{self._key(who)}:end", 0))
        except RedisError:
            return self.period
        return min(max(math.ceil(end - time.time()), 1), self.period)

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


LOGINS_PER_ADDRESS = RateLimit("logins-per-address", lambda: settings.LOGINS_PER_ADDRESS, QUARTER)
LOGINS_PER_ACCOUNT = RateLimit("logins-per-account", lambda: settings.LOGINS_PER_ACCOUNT, QUARTER)
"""Wrong passwords for one account from one network, or from one known device."""
GUESSES_PER_ACCOUNT = RateLimit("guesses-per-account", lambda: settings.GUESSES_PER_ACCOUNT, HOUR)
"""Wrong passwords for one account from everywhere but known devices."""
OWN_PASSWORDS_PER_ACCOUNT = RateLimit("own-passwords", lambda: settings.LOGINS_PER_ACCOUNT, QUARTER)
"""Wrong passwords entered by a logged-in user. What others try at the log-in form does not count."""
CODES_PER_ACCOUNT = RateLimit("codes-per-account", lambda: settings.LOGINS_PER_ACCOUNT, QUARTER)
MAILS_PER_ACCOUNT = RateLimit("mails-per-account", lambda: settings.MAILS_PER_ACCOUNT, HOUR)
"""Mails that a logged-in user asks for. What visitors ask for does not count, so that they cannot use the limit up."""
MAILS_PER_RECIPIENT = RateLimit("mails-per-recipient", lambda: settings.MAILS_PER_ACCOUNT, HOUR)
"""Mails to one email address, whoever asks for them."""
MAILS_PER_ADDRESS = RateLimit("mails-per-address", lambda: settings.MAILS_PER_ADDRESS, HOUR)
"""Mails that visitors from one network ask for: password resets and confirmations sent again."""
SIGN_UPS_PER_ADDRESS = RateLimit("sign-ups-per-address", lambda: settings.SIGNUP_IP_PER_DAY, DAY)
FOLLOWS_PER_ACCOUNT = RateLimit("follows-per-account", lambda: settings.MAX_FOLLOWS_PER_HOUR, HOUR)


def network_of(address: str | None) -> str:
    """Return what a rate limit per network counts: an IPv4 address, or the /64 that one IPv6 customer has."""
    if address is None:
        return "unknown"
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else parsed.exploded[:19]
    return address
