"""Actions on traces: upload them, change their details, delete them (upstream behaviour 1.14, 2.7)."""

import logging
import re
from functools import partial
from pathlib import PurePath

from celery import Task
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from kombu.exceptions import OperationalError

from apps.instance.status import OFFLINE, service_status
from apps.osm.elements import MAX_TEXT, UNWRITABLE
from apps.osm.errors import AccessDeniedError, NotFoundError
from apps.users.models import User, UserPreference
from apps.users.permissions import ACCOUNT, check, is_staff

from . import limits, tasks
from .archives import suffix_of
from .errors import GpxOfflineError, InvalidTraceError, TraceTooLargeError
from .models import Trace, TraceTag
from .visibility import VISIBILITY_PREFERENCE, allowed_visibilities

logger = logging.getLogger(__name__)

_NOT_IN_NAMES = re.compile("[^A-Za-z0-9.]")
_NOT_IN_TAGS = re.compile("[/;.,?%#]")
_LEAST_URGENT = 8
"""The lowest priority of an upload; the sweep comes after it."""
_MOST_TAGS = 100


def upload(user: User, *, file: "UploadedFile[bytes]", description: str, tags: str, visibility: str) -> Trace:
    """Store a file, which a worker imports after the commit: the more of the user's traces are waiting, the later.

    `tags` are separated by commas or, if there are none, by spaces. The visibility is stored as the user's default.
    Raises the errors of `permissions.check`, GpxOfflineError, InvalidTraceError, TraceTooLargeError,
    TooManyRequestsError.
    """
    check(user, ACCOUNT)
    check_online()
    wanted = split_tags(tags)
    _check_description(description)
    _check_visibility(visibility, before=None)
    if (file.size or 0) > settings.MAX_TRACE_UPLOAD_SIZE:
        raise TraceTooLargeError(settings.MAX_TRACE_UPLOAD_SIZE)
    limits.UPLOADS.take(user.pk)
    name = _NOT_IN_NAMES.sub("_", PurePath(file.name or "").name)[-MAX_TEXT:] or "trace.gpx"
    suffix = suffix_of(file)
    stored = None
    try:
        with transaction.atomic():
            trace = Trace.objects.create(user=user, name=name, description=description, visibility=visibility)
            _write_tags(trace, wanted)
            file.seek(0)
            # The name that the user gave it is not used on the disk.
            trace.file.save(f"{trace.pk}{suffix}", file, save=False)
            stored = trace.file.name
            trace.save(update_fields=["file"])
            UserPreference.objects.update_or_create(
                user=user, k=VISIBILITY_PREFERENCE, defaults={"v": visibility}
            )
            User.objects.filter(pk=user.pk).update(traces_count=F("traces_count") + 1)
            waiting = user.traces.filter(state=Trace.State.WAITING, visible=True).count() - 1
            transaction.on_commit(partial(_send, tasks.import_trace, trace, min(waiting, _LEAST_URGENT)))
    except BaseException:
        if stored:
            trace.file.storage.delete(stored)
        raise
    return trace


def update(user: User, *, trace: Trace, description: str, tags: str | list[str], visibility: str) -> Trace:
    """Change the details of one's own trace; tags are as for `upload`, or a list.

    Raises the errors of `permissions.check`, NotFoundError, AccessDeniedError, InvalidTraceError.
    """
    check(user, ACCOUNT)
    wanted = split_tags(tags) if isinstance(tags, str) else _checked_tags(tags)
    _check_description(description)
    with transaction.atomic():
        trace = _lock(trace)
        if trace.user_id != user.pk:
            raise AccessDeniedError
        _check_visibility(visibility, before=trace.visibility)
        trace.description, trace.visibility = description, visibility
        trace.save(update_fields=["description", "visibility"])
        trace.tags.all().delete()
        _write_tags(trace, wanted)
    return trace


def delete(user: User, *, trace: Trace) -> None:
    """Hide one's own trace, or any trace as a moderator or administrator. A worker removes its points and files.

    Raises the errors of `permissions.check`, NotFoundError if it is already deleted, AccessDeniedError.
    """
    with transaction.atomic():
        trace = _lock(trace)
        if trace.user_id == user.pk:
            check(user, ACCOUNT)
        elif not is_staff(user):
            raise AccessDeniedError
        trace.visible = False
        trace.save(update_fields=["visible"])
        if trace.state != Trace.State.FAILED:
            User.objects.filter(pk=trace.user_id).update(traces_count=F("traces_count") - 1)
        transaction.on_commit(partial(_send, tasks.destroy_trace, trace, 0))


def check_online() -> None:
    """Raise GpxOfflineError if the service status does not allow changes of traces (upstream behaviour 1.5.5)."""
    if service_status().gpx == OFFLINE:
        raise GpxOfflineError


def split_tags(text: str) -> list[str]:
    """Return the tags of a text, separated by commas or, if there are none, by spaces. Raises InvalidTraceError."""
    return _checked_tags(text.split(",") if "," in text else text.split())


def _checked_tags(tags: list[str]) -> list[str]:
    found = list(dict.fromkeys(filter(None, map(str.strip, tags))))
    if len(found) > _MOST_TAGS:
        raise InvalidTraceError("tags", f"are more than {_MOST_TAGS}")
    for tag in found:
        _check_text("tag", tag)
        if _NOT_IN_TAGS.search(tag):
            raise InvalidTraceError("tag", "is invalid")
    return found


def _check_description(description: str) -> None:
    if not description.strip():
        raise InvalidTraceError("description", "can't be blank")
    _check_text("description", description)


def _check_text(field: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise InvalidTraceError(field, f"is too long (maximum is {MAX_TEXT} characters)")
    if UNWRITABLE.search(text):
        raise InvalidTraceError(field, "contains invalid characters")


def _check_visibility(value: str, *, before: str | None) -> None:
    if value not in allowed_visibilities(before):
        raise InvalidTraceError("visibility", "is not included in the list")


def _lock(trace: Trace) -> Trace:
    locked = Trace.objects.select_for_update(no_key=True).filter(pk=trace.pk, visible=True).first()
    if locked is None:
        raise NotFoundError
    return locked


def _write_tags(trace: Trace, tags: list[str]) -> None:
    TraceTag.objects.bulk_create(TraceTag(trace=trace, tag=tag) for tag in tags)


def _send(task: "Task[[int], None]", trace: Trace, priority: int) -> None:
    """Queue a task. If the broker is not available, `sweep` makes up for it later."""
    try:
        task.apply_async((trace.pk,), priority=priority, retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("the broker does not accept %s of trace %s: %s", task.name, trace.pk, error)
