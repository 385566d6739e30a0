"""Import of an upload by a worker: read its points, draw them, and notify its owner (upstream behaviour 1.14.1).

The points and the new state are written in one transaction. An advisory lock of the session protects the trace: if the
worker dies, the lock is released, and another worker starts again.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.users.models import User

from . import owners, points
from .archives import documents
from .errors import BadTraceError, NotGpxError
from .gpx import NO_POINTS, Reader
from .models import Trace, trace_storage
from .pictures import draw
from .points import Rows
from .remarks import remarks

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
_LOCKS = 0x67707800
"""The first key of the advisory locks of traces."""
_SECONDS_PER_REPORT = 0.5
_UPLOADS_TAKE = timedelta(hours=1)
"""The longest time from the first byte in the storage to the commit."""
State = Trace.State


def run(trace_id: int) -> None:
    """Import a trace unless another worker is importing it, or it is finished."""
    with _try_lock(trace_id) as is_locked:
        trace = _begin(trace_id) if is_locked else None
        if trace is None:
            return
        try:
            if trace.attempts > MOST_ATTEMPTS:
                raise BadTraceError(_("Several attempts to read it did not finish."))
            _import(trace)
        except BadTraceError as problem:
            _fail(trace, str(problem))
        except SoftTimeLimitExceeded:
            _fail(trace, _("It takes too long to read."))


def unclaimed() -> list[int]:
    """Return the ids of unfinished traces that no worker is importing: its message was lost, or its worker died."""
    todo = Trace.objects.filter(visible=True, state__in=[State.WAITING, State.RUNNING]).order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [_LOCKS],
        )
        locked = {row[0] for row in cursor.fetchall()}
    return [pk for pk in todo.values_list("pk", flat=True) if _lock_key(pk) not in locked]


def destroy(trace_id: int) -> None:
    """Remove the points, tags and files of a deleted trace. Idempotent."""
    trace = Trace.objects.filter(pk=trace_id, visible=False).first()
    if trace is None:
        return
    points.remove(trace.pk)
    # Pictures are stored before the row names them.
    for name in (trace.file.name, f"pictures/{trace.pk}.gif", f"icons/{trace.pk}.gif"):
        if name:
            trace.file.storage.delete(name)
    trace.delete()


def tidy() -> None:
    """Remove files that belong to no trace: the server was killed after storing them and before the commit."""
    storage, long_ago = trace_storage(), timezone.now() - _UPLOADS_TAKE
    for folder in ("files", "pictures", "icons"):
        try:
            names = storage.listdir(folder)[1]
        except FileNotFoundError:
            continue
        ids = {name: int(name.split(".")[0]) for name in names if name.split(".")[0].isdigit()}
        known = set(Trace.objects.filter(pk__in=ids.values()).values_list("pk", flat=True))
        for name, trace_id in ids.items():
            if trace_id not in known and storage.get_modified_time(f"{folder}/{name}") < long_ago:
                storage.delete(f"{folder}/{name}")


@contextmanager
def _try_lock(trace_id: int) -> Iterator[bool]:
    """Lock a trace against other workers for the block, and yield whether that was possible."""
    keys = [_LOCKS, _lock_key(trace_id)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", keys)
        (is_locked,) = cursor.fetchone()
    try:
        yield is_locked
    finally:
        if is_locked:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)


def _lock_key(trace_id: int) -> int:
    return trace_id % 2**31


def _begin(trace_id: int) -> Trace | None:
    waiting = Trace.objects.filter(pk=trace_id, visible=True, state__in=[State.WAITING, State.RUNNING])
    if not waiting.update(state=State.RUNNING, points_read=0, attempts=F("attempts") + 1):
        return None
    return Trace.objects.select_related("user").filter(pk=trace_id).first()


def _import(trace: Trace) -> None:
    reader = Reader(_reporter(trace))
    reason = _read(trace, reader)
    if not reader.points:
        raise BadTraceError(reason)
    positions, details = reader.points.rows()
    picture, icon = draw(positions)
    _store(trace.picture, f"{trace.pk}.gif", picture)
    _store(trace.icon, f"{trace.pk}.gif", icon)
    _finish(trace, positions, details, total=reader.count)


def _read(trace: Trace, reader: Reader) -> str:
    """Read all GPX documents in the file, and note what was left out. Returns the reason to give if no point was found."""
    passed_over: dict[str, str] = {}
    found = 0
    try:
        with trace.file.open("rb") as file:
            for document in documents(file):
                try:
                    reader.read(document)
                    found += 1
                except NotGpxError as problem:
                    if not document.name:
                        raise
                    passed_over[document.name] = str(problem)
                except BadTraceError as problem:
                    raise problem.inside(document.name) from None
    except FileNotFoundError:
        raise BadTraceError(_("The file is gone.")) from None
    trace.remarks = "\n".join(remarks(reader, list(passed_over)))
    return NO_POINTS if found or not passed_over else next(iter(passed_over.values()))


def _store(field: FieldFile, name: str, content: bytes) -> None:
    """Store a picture, in place of one that a killed worker may have left behind."""
    field.storage.delete(f"{field.field.upload_to}{name}")
    field.save(name, ContentFile(content), save=False)


def _reporter(trace: Trace) -> Callable[[int], None]:
    reported = time.monotonic()

    def report(count: int) -> None:
        nonlocal reported
        if time.monotonic() - reported > _SECONDS_PER_REPORT:
            reported = time.monotonic()
            Trace.objects.filter(pk=trace.pk).update(points_read=count)

    return report


def _finish(trace: Trace, positions: Rows, details: Rows, *, total: int) -> None:
    first = positions[0]
    with transaction.atomic():
        # If it was deleted in the meantime, `destroy` has missed the pictures.
        exists = Trace.objects.select_for_update(no_key=True).filter(pk=trace.pk, visible=True).exists()
        if not exists:
            transaction.on_commit(lambda: _delete_pictures(trace))
            return
        points.write(trace.pk, positions, details)
        trace.state, trace.size, trace.points_read = State.IMPORTED, len(positions), total
        trace.lat, trace.lon = int(first["lat"]) / 1e7, int(first["lon"]) / 1e7
        changed = ["state", "size", "points_read", "lat", "lon", "picture", "icon", "remarks"]
        trace.save(update_fields=changed)
        owners.notify_of_success(trace, total=total)


def _delete_pictures(trace: Trace) -> None:
    for file in (trace.picture, trace.icon):
        file.delete(save=False)


def _fail(trace: Trace, reason: str) -> None:
    with transaction.atomic():
        failed = Trace.objects.filter(pk=trace.pk, visible=True, state=State.RUNNING)
        if failed.update(state=State.FAILED, failure=reason, remarks=trace.remarks):
            User.objects.filter(pk=trace.user_id).update(traces_count=F("traces_count") - 1)
            owners.notify_of_failure(trace, reason)
