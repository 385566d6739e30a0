"""The tasks of the worker for traces. A task may run twice: messages are acknowledged when it has finished."""

from importlib import import_module
from typing import Any

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from . import importer
from .models import Trace

import_module(settings.TASKS_MODULE)

_LAST = 9
_LONGEST = 600
"""The time limit for a file in seconds. A minute after it, a worker that does not stop by itself is killed."""


@shared_task(reject_on_worker_lost=True, soft_time_limit=_LONGEST, time_limit=_LONGEST + 60)
def import_trace(trace_id: int) -> None:
    """Import an upload."""
    importer.run(trace_id)


@shared_task(reject_on_worker_lost=True)
def destroy_trace(trace_id: int) -> None:
    """Remove the points and files of a deleted trace."""
    importer.destroy(trace_id)


@shared_task
def sweep() -> None:
    """Queue the unfinished work of workers that were killed, and work that the broker has not accepted.

    It comes last in the queue, so that traces that still wait then have no message of their own.
    """
    for trace_id in importer.unclaimed():
        import_trace.delay(trace_id)
    for trace_id in Trace.objects.filter(visible=False).values_list("pk", flat=True):
        destroy_trace.delay(trace_id)


@shared_task
def tidy() -> None:
    """Remove files that belong to no trace."""
    importer.tidy()


@worker_ready.connect
def _sweep_at_start(**_kwargs: Any) -> None:
    sweep.apply_async(priority=_LAST)
