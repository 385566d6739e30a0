"""Notifications: a notice on the site for every recipient, and a mail for those who want one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from apps.osm.errors import NotFoundError

from .discussions import wanted_at_once
from .headers import discussion_headers
from .mail import send_mail
from .models import Notice


@dataclass(frozen=True)
class Recipient:
    """A user to notify; without an email address only on the site."""

    id: int
    name: str
    email: str | None
    languages: str | None


def notify(
    recipients: Sequence[Recipient],
    *,
    event: str,
    subject: str,
    values: dict[str, Any],
    url_path: str,
    context: dict[str, Any],
    thread: str | None = None,
    subscription_path: str | None = None,
) -> None:
    """Create one notice for each recipient, and send the mail `mail/<event>` on commit. Two statements at most.

    `subject` is a text for gettext with names in braces, and `values` holds their values. `url_path` leads to the
    page that shows what happened, `subscription_path` to the one where people follow or unfollow it. Mails of one
    `thread` ("note-1") are grouped by mail programs, and those that follow each other quickly are gathered in one
    (discussions.py).
    """
    Notice.objects.bulk_create(
        Notice(recipient_id=recipient.id, event=event, subject=subject, parts=values, address=url_path)
        for recipient in recipients
    )
    urls = {
        "link": settings.PUBLIC_URL + url_path,
        "subscription_link": settings.PUBLIC_URL + subscription_path if subscription_path else "",
    }
    headers = discussion_headers(urls["link"], thread, urls["subscription_link"])
    mailed = {recipient.id for recipient in recipients if recipient.email}
    if thread:
        mailed = wanted_at_once(
            mailed,
            thread=thread,
            subscription_link=urls["subscription_link"],
            item={
                "subject": subject,
                "values": values,
                "text": context.get("text", ""),
                "link": urls["link"],
            },
        )
    for recipient in recipients:
        if recipient.email and recipient.id in mailed:
            send_mail(
                recipient.email,
                template=event,
                subject=subject,
                values=values,
                context={**context, **urls, "name": recipient.name},
                languages=recipient.languages,
                headers=headers,
            )


def notices_of(user_id: int) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient_id=user_id)


def access_notice(user_id: int, notice_id: int) -> Notice:
    """Return one of the user's own notices. Raises NotFoundError."""
    notice = notices_of(user_id).filter(pk=notice_id).first()
    if notice is None:
        raise NotFoundError
    return notice


def mark_read(user_id: int, *, notice_id: int | None = None) -> None:
    """Mark one of the user's notices as read, or all of them."""
    unread = notices_of(user_id).filter(read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    unread.update(read_at=timezone.now())
