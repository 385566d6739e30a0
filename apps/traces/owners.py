"""Notifications of the owner of a trace about its import (upstream behaviour 2.15)."""

from typing import Any

from django.utils.translation import gettext_noop

from apps.notifications.notices import notify
from apps.users.models import User
from apps.users.paths import profile_path
from apps.users.recipients import recipients_among

from .models import Trace

SUCCESS, FAILURE = "gpx_import_success", "gpx_import_failure"


def path_of(trace: Trace) -> str:
    """Return the path of the page of a trace."""
    return f"{profile_path(trace.user.display_name)}/traces/{trace.pk}"


def notify_of_success(trace: Trace, *, total: int) -> None:
    """Notify the owner. `total` is the count of points in the file, some of which may have been left out."""
    _notify(trace, SUCCESS, gettext_noop("GPX Import success"), {"count": trace.size, "total": total})


def notify_of_failure(trace: Trace, reason: str) -> None:
    _notify(trace, FAILURE, gettext_noop("GPX Import failure"), {"reason": reason})


def _notify(trace: Trace, event: str, subject: str, context: dict[str, Any]) -> None:
    tags = [tag.tag for tag in trace.tags.all()]
    notify(
        recipients_among(User.objects.filter(pk=trace.user_id), event=event),
        event=event,
        subject=subject,
        values={},
        url_path=path_of(trace),
        context={"trace": trace, "tags": ", ".join(tags), "remarks": trace.remarks.splitlines(), **context},
    )
