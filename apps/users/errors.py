"""What can go wrong with accounts, one class per rule (see `apps/osm/errors.py`)."""

from apps.osm.errors import TooManyRequestsError


class TooManyFollowsError(TooManyRequestsError):
    """The user has followed as many others within the hour as they may."""
