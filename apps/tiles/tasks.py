"""The worker's tasks for tiles."""

import time
from importlib import import_module

from celery import shared_task
from django.conf import settings

from . import changes
from .ahead import make_missing
from .cache import refresh_stale

import_module(settings.TASKS_MODULE)


_LONGEST = 30
"""Seconds that one task takes: what is left is done a minute later, so that other tasks get their turn."""


@shared_task(ignore_result=True)
def refresh() -> None:
    """Make the tiles of low zooms again in which something has changed, then those that nobody has asked for yet."""
    began = time.monotonic()
    refresh_stale(_LONGEST)
    make_missing(_LONGEST - (time.monotonic() - began))


@shared_task(ignore_result=True)
def forget_changes() -> None:
    """Delete old entries of what has changed."""
    changes.prune()
