"""How many traces a user may upload."""

from django.conf import settings

from apps.users import rate_limits
from apps.users.rate_limits import RateLimit

UPLOADS = RateLimit("traces", lambda: settings.MAX_TRACES_PER_HOUR, rate_limits.HOUR)
