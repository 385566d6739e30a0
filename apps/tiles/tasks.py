"""The worker's tasks for tiles."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from .cache import refresh_stale

import_module(settings.TASKS_MODULE)


@shared_task(ignore_result=True)
def refresh() -> None:
    """Make the tiles of low zooms again in which something has changed."""
    refresh_stale()
