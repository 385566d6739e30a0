"""What the worker does for traces. A task may run twice: messages are acknowledged when it is done."""

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
"""Seconds for a file; then it is refused, and a minute later the process is ended that does not listen."""


@shared_task(reject_on_worker_lost=True, soft_time_limit=_LONGEST, time_limit=_LONGEST + 60)
def import_trace(trace_id: int) -> None:
    """Reads the points of an upload."""
    importer.run(trace_id)


@shared_task(reject_on_worker_lost=True)
def destroy_trace(trace_id: int) -> None:
    """Removes the points and files of what was deleted."""
    importer.destroy(trace_id)


@shared_task
def sweep() -> None:
    """Takes up what was left over: by a worker that was killed, or a broker that was away.

    It comes last in the queue, so that whatever then waits has no message of its own.
    """
    for trace_id in importer.unclaimed():
        import_trace.delay(trace_id)
    for trace_id in Trace.objects.filter(visible=False).values_list("pk", flat=True):
        destroy_trace.delay(trace_id)


@shared_task
def tidy() -> None:
    """Removes files that belong to no trace."""
    importer.tidy()


@worker_ready.connect
def _sweep_at_start(**_kwargs: Any) -> None:
    sweep.apply_async(priority=_LAST)
