"""The worker's tasks for the journal."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from . import actions

import_module(settings.TASKS_MODULE)


@shared_task(ignore_result=True)
def prune() -> None:
    """Delete old entries."""
    actions.prune()
