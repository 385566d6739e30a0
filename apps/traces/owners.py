"""What the owner of a trace hears of its import (upstream behaviour 2.15)."""

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_noop

from apps.notifications.notices import notify
from apps.users.models import User
from apps.users.recipients import recipients_among

from .models import Trace

SUCCESS, FAILURE = "gpx_import_success", "gpx_import_failure"


def path_of(trace: Trace) -> str:
    """The path of the page of a trace on this site."""
    return f"/user/{quote(trace.user.display_name, safe='')}/traces/{trace.pk}"


def tell_success(trace: Trace, *, total: int) -> None:
    """`total` counts the points of the file, of which some may have been left out."""
    _tell(trace, SUCCESS, gettext_noop("GPX Import success"), {"count": trace.size, "total": total})


def tell_failure(trace: Trace, reason: str) -> None:
    _tell(trace, FAILURE, gettext_noop("GPX Import failure"), {"reason": reason})


def _tell(trace: Trace, event: str, subject: str, context: dict[str, Any]) -> None:
    tags = [tag.tag for tag in trace.tags.all()]
    notify(
        recipients_among(User.objects.filter(pk=trace.user_id), event=event),
        event=event,
        subject=subject,
        values={},
        url_path=path_of(trace),
        context={"trace": trace, "tags": ", ".join(tags), **context},
    )
