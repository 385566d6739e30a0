"""The arithmetic of hourly limits (upstream behaviour 1.6): pure functions; each app counts its own rows."""

import math
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)


def allowed_per_hour(since: datetime, *, now: datetime, received: int, most: int) -> int:
    """Return how many actions an account created at `since` may take per hour.

    One for each hour of its age, rounded up, plus one for each of the `received` (messages, followers) of the past
    hour; at most `most`.
    """
    return clamp(math.ceil((now - since) / HOUR) + received, least=0, most=most)


def seconds_until_past(moment: datetime | None, *, now: datetime) -> int:
    """Return in how many seconds the moment is an hour ago and counts no more, at least 1; an hour for None."""
    if moment is None:
        return int(HOUR.total_seconds())
    return max(1, math.ceil((moment + HOUR - now).total_seconds()))


def grown(share: float, *, initial: int, most: int) -> int:
    """Return a limit that rises on a parabola from `initial` to `most`, reached at a `share` of 1."""
    return clamp(most * share**2, least=initial, most=most)


def clamp(value: float, *, least: int, most: int) -> int:
    """Return the value rounded down, within the bounds; `most` wins if they contradict each other."""
    return int(min(max(value, least), most))
