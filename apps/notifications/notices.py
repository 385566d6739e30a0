"""Tells people what happened: by a notice on the site, and by mail where they want it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from apps.osm.errors import NotFoundError

from .mail import send_mail
from .models import Notice


@dataclass(frozen=True)
class Recipient:
    """Somebody who is told; without an e-mail address by a notice alone."""

    id: int
    name: str
    email: str | None
    languages: str | None


def tell(
    recipients: Sequence[Recipient],
    *,
    event: str,
    subject: str,
    parts: dict[str, Any],
    address: str,
    context: dict[str, Any],
    thread: str | None = None,
    subscription: str | None = None,
) -> None:
    """Writes each a notice, and the mail `mail/<event>`, which leaves on commit. One statement.

    `subject` is a text for gettext with names in braces, `parts` has their values. `address` is where it can
    be read, `subscription` the page to follow or unfollow it, both paths on this site; mails of one `thread`
    belong together.
    """
    Notice.objects.bulk_create(
        Notice(recipient_id=recipient.id, event=event, subject=subject, parts=parts, address=address)
        for recipient in recipients
    )
    links = {
        "link": settings.PUBLIC_URL + address,
        "subscription_link": settings.PUBLIC_URL + subscription if subscription else "",
    }
    headers = _headers(links["link"], thread, links["subscription_link"])
    for recipient in recipients:
        if recipient.email:
            send_mail(
                recipient.email,
                template=event,
                subject=subject,
                parts=parts,
                context={**context, **links, "name": recipient.name},
                languages=recipient.languages,
                headers=headers,
            )


def _headers(link: str, thread: str | None, subscription: str) -> dict[str, str]:
    """By these a mail program keeps together what belongs together (upstream behaviour 2.15.1)."""
    headers: dict[str, str] = {}
    if thread:
        host = urlsplit(settings.PUBLIC_URL).hostname
        kind, _, number = thread.partition("-")
        first = f"<osm-{thread}@{host}>"
        headers |= {"In-Reply-To": first, "References": first, "X-Entity-Ref-ID": first}
        headers |= {"List-ID": f"<{number}.{kind}.{host}>", "List-Archive": f"<{link.partition('#')[0]}>"}
    if subscription:
        headers |= {"List-Subscribe": f"<{subscription}>", "List-Unsubscribe": f"<{subscription}>"}
    return headers


def notices_of(user_id: int) -> QuerySet[Notice]:
    return Notice.objects.filter(recipient_id=user_id)


def access_notice(user_id: int, notice_id: int) -> Notice:
    """One of the user's own notices; else NotFoundError."""
    notice = notices_of(user_id).filter(pk=notice_id).first()
    if notice is None:
        raise NotFoundError
    return notice


def mark_read(user_id: int, *, notice_id: int | None = None) -> None:
    """One of the user's notices is read, or all of them."""
    unread = notices_of(user_id).filter(read_at=None)
    if notice_id is not None:
        unread = unread.filter(pk=notice_id)
    unread.update(read_at=timezone.now())
