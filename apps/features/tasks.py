"""The worker's tasks for features."""

from importlib import import_module
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from .following import worker_is_awake
from .update import update

import_module(settings.TASKS_MODULE)

_AGAIN_AFTER = 1
"""Seconds until another try while somebody else is at it."""


@shared_task(bind=True, ignore_result=True, max_retries=None)
def follow(task: Any) -> None:
    """Bring the features up to date with what was committed."""
    worker_is_awake()
    if not update():
        raise task.retry(countdown=_AGAIN_AFTER)


@worker_ready.connect
def _follow_at_start(**_kwargs: Any) -> None:
    follow.delay()
