"""Mails about discussions: the first one at once, and what happens within some minutes after it in one further mail."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, gettext_noop
from psycopg.types.json import Jsonb

from .headers import discussion_headers
from .mail import send_mail
from .models import DiscussionMail

_LONGEST_TEXT = 2000
"""Characters of a comment in a gathered mail."""
_BATCH = 100


class Item(TypedDict):
    """What happened in a discussion."""

    subject: str
    """A text for gettext with names in braces; `values` holds their values."""
    values: dict[str, Any]
    text: str
    link: str


def wanted_at_once(
    recipient_ids: Collection[int], *, thread: str, subscription_link: str, item: Item
) -> set[int]:
    """Return the recipients who are to get a mail about the item at once; keep it for the others. One statement."""
    if not recipient_ids:
        return set()
    now = timezone.now()
    parameters: dict[str, Any] = {
        "recipients": sorted(recipient_ids),
        "thread": thread,
        "subscription_link": subscription_link,
        "now": now,
        "long_ago": now - _pause(),
        "item": Jsonb([{**item, "text": item["text"][:_LONGEST_TEXT]}]),
    }
    with connection.cursor() as cursor:
        cursor.execute(_gather(), parameters)
        return {recipient_id for recipient_id, at_once in cursor.fetchall() if at_once}


def send_gathered(now: datetime) -> int:
    """Send one mail to each recipient about each discussion in which something has happened since the last mail.

    Returns the number of mails. Also forgets the discussions in which nothing has happened.
    """
    sent = 0
    while True:
        with transaction.atomic():
            due = DiscussionMail.objects.filter(sent_at__lte=now - _pause()).exclude(waiting=[])
            locked = due.select_for_update(of=("self",), skip_locked=True).select_related("recipient")
            batch = list(locked.order_by("sent_at")[:_BATCH])
            for row in batch:
                sent += _send(row)
                row.waiting, row.sent_at = [], now
            DiscussionMail.objects.bulk_update(batch, ["waiting", "sent_at"])
        if len(batch) < _BATCH:
            break
    DiscussionMail.objects.filter(sent_at__lte=now - _pause(), waiting=[]).delete()
    return sent


def _send(row: DiscussionMail) -> bool:
    recipient, items = row.recipient, row.waiting
    if recipient.email is None or not recipient.is_visible:
        return False
    first, count = items[0], len(items)
    send_mail(
        recipient.email,
        template="discussion",
        subject=first["subject"] if count == 1 else gettext_noop("{count} new events in a discussion"),
        values={"count": count, **first["values"]},
        context={
            "name": recipient.display_name,
            "items": [
                {**item, "line": format_lazy(gettext_lazy(item["subject"]), **item["values"])}
                for item in items
            ],
            "link": first["link"],
            "subscription_link": row.subscription_link,
        },
        languages=recipient.languages,
        headers=discussion_headers(first["link"], row.thread, row.subscription_link),
    )
    return True


def _pause() -> timedelta:
    return timedelta(seconds=settings.DISCUSSION_MAIL_PAUSE)


@cache
def _gather() -> str:
    return (Path(__file__).parent / "sql" / "gather.sql").read_text()
