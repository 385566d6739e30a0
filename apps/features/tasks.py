"""The worker's tasks for features."""

from importlib import import_module
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings
from django.core.cache import cache

from .checking import check
from .update import update

import_module(settings.TASKS_MODULE)

WAITING = "features:waiting"
"""The key in the cache while a task waits."""
LONGEST_WAIT = 10
"""Seconds after which a task that was sent counts as lost. Nothing is lost with it: another one follows every minute."""
_AGAIN_AFTER = 1
"""Seconds until another try while somebody else is at it."""


@shared_task(bind=True, ignore_result=True, max_retries=None)
def follow(task: Any) -> None:
    """Bring the features up to date with what was committed."""
    # What is committed from now on needs another one.
    cache.delete(WAITING)
    if not update():
        raise task.retry(countdown=_AGAIN_AFTER)


@shared_task(ignore_result=True)
def check_sample() -> None:
    """Compare a sample of the features with their elements."""
    check()


@worker_ready.connect
def _follow_at_start(**_kwargs: Any) -> None:
    follow.delay()
