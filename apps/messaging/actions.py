"""Actions on messages: send, mark as read, delete, move from the muted to the inbox (upstream behaviour 1.18, 2.10)."""

from django.conf import settings
from django.db import transaction

from apps.notifications.mail import send_mail
from apps.osm.errors import AccessDeniedError
from apps.text.rules import check_text
from apps.users.models import User, UserMute
from apps.users.permissions import ACTIVE, check, is_staff
from apps.users.recipients import recipients_among

from . import limits
from .errors import NoBodyError, NoTitleError, UnknownRecipientError
from .models import Message

EVENT = "direct_message"
LONGEST_TITLE = 255
LONGEST_BODY = 65_536
"""Characters, as for comments."""


def send(sender: User, *, recipient: User | None, title: str, body: str) -> Message:
    """Send a message in Markdown. The recipient gets a mail unless they have muted the sender.

    Raises NotActiveError, NoTitleError, NoBodyError, TooManyMessagesError, UnknownRecipientError (None, or an
    account that is not active), TextTooLongError, InvalidTextError.
    """
    check(sender, ACTIVE)
    if not title.strip():
        raise NoTitleError
    if not body.strip():
        raise NoBodyError
    with transaction.atomic():
        # Locked, so that concurrent requests cannot exceed the limit together.
        sender = User.objects.select_for_update(no_key=True).get(pk=sender.pk)
        limits.check_messages(sender)
        if recipient is None or not recipient.is_active:
            raise UnknownRecipientError
        check_text("Message", "title", title, longest=LONGEST_TITLE)
        check_text("Message", "body", body, longest=LONGEST_BODY)
        message = Message.objects.create(
            sender=sender,
            recipient=recipient,
            title=title,
            body=body,
            muted=is_muted(sender, by=recipient),
        )
        if not message.muted:
            _mail_recipient(message)
    return message


def is_muted(sender: User, *, by: User) -> bool:
    """Return whether the recipient has muted the sender. Moderators and administrators cannot be muted."""
    return UserMute.objects.filter(owner=by, subject=sender).exists() and not is_staff(sender)


def mark(recipient: User, *, message: Message, read: bool) -> None:
    """Mark a message as read or unread. Raises NotActiveError, AccessDeniedError unless the user is the recipient."""
    check(recipient, ACTIVE)
    if message.recipient_id != recipient.pk:
        raise AccessDeniedError
    if message.read != read:
        message.read = read
        message.save(update_fields=["read"])


def delete(user: User, *, message: Message) -> None:
    """Hide a message from this user; the other one still sees it. Raises NotActiveError, AccessDeniedError.

    A message to oneself is removed from the outbox only.
    """
    check(user, ACTIVE)
    if message.sender_id == user.pk:
        message.visible_to_sender = False
        message.save(update_fields=["visible_to_sender"])
    elif message.recipient_id == user.pk:
        message.visible_to_recipient = False
        message.save(update_fields=["visible_to_recipient"])
    else:
        raise AccessDeniedError


def move_to_inbox(recipient: User, *, message: Message) -> None:
    """Move a muted message to the inbox. Raises NotActiveError, AccessDeniedError unless the user is the recipient."""
    check(recipient, ACTIVE)
    if message.recipient_id != recipient.pk:
        raise AccessDeniedError
    message.muted = False
    message.save(update_fields=["muted"])


def _mail_recipient(message: Message) -> None:
    """Notify the recipient by mail only, as the site shows the inbox."""
    url = f"{settings.PUBLIC_URL}/messages/{message.pk}"
    for recipient in recipients_among(User.objects.filter(pk=message.recipient_id), event=EVENT):
        if recipient.email:
            send_mail(
                recipient.email,
                template=EVENT,
                subject="{title}",
                values={"title": message.title},
                context={
                    "name": recipient.name,
                    "sender": message.sender.display_name,
                    "title": message.title,
                    "body": message.body,
                    "link": url,
                    "reply_link": f"{url}/reply/new",
                },
                languages=recipient.languages,
            )
