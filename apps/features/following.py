"""Wakes the worker when something was committed."""

import logging

from django.core.cache import cache
from django.db import transaction

logger = logging.getLogger(__name__)


def on_entry_added(**_: object) -> None:
    """Have the worker bring the features up to date, once the transaction has committed."""
    transaction.on_commit(wake_worker, robust=True)


def wake_worker() -> None:
    """Send the task, unless one is waiting. Editing does not depend on the broker: without it the features lag."""
    # Not loaded by commands that edit nothing.
    from kombu.exceptions import OperationalError
    from redis.exceptions import RedisError

    from .tasks import LONGEST_WAIT, WAITING, follow

    try:
        if cache.add(WAITING, True, LONGEST_WAIT):
            follow.apply_async(retry=False)
    except (OperationalError, RedisError):
        logger.warning("The worker was not told of an edit; it will look for edits within a minute.")
