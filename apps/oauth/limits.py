"""How many applications a user may register, and how many wrong secrets of one application a network may send."""

from django.conf import settings

from apps.users import rate_limits
from apps.users.rate_limits import RateLimit

APPLICATIONS = RateLimit("applications", lambda: settings.MAX_APPLICATIONS_PER_DAY, rate_limits.DAY)
WRONG_SECRETS = RateLimit(
    "wrong-client-secrets", lambda: settings.WRONG_SECRETS_PER_ADDRESS, rate_limits.QUARTER
)
"""Each of them costs a slow hash."""
