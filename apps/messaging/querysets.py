"""Reads of messages."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Value

from apps.notifications.notices import notices_of
from apps.osm.elements import MAX_ID
from apps.osm.errors import AccessDeniedError, BadRequestError, NotFoundError
from apps.users.models import User

from .models import Message

MAX_COUNTED = 100


class Counts(NamedTuple):
    """How many messages a user has."""

    received: int
    unread: int
    sent: int


class Unread(NamedTuple):
    """How many notices and messages a user has not read; counting stops at MAX_COUNTED of each."""

    notices: int
    messages: int


def inbox(user_id: int) -> QuerySet[Message]:
    """Return the messages that the user received, without those from muted users."""
    return Message.objects.filter(recipient_id=user_id, muted=False, visible_to_recipient=True)


def muted(user_id: int) -> QuerySet[Message]:
    """Return the messages that the user received from muted users."""
    return Message.objects.filter(recipient_id=user_id, muted=True, visible_to_recipient=True)


def outbox(user_id: int) -> QuerySet[Message]:
    """Return the messages that the user sent."""
    return Message.objects.filter(sender_id=user_id, visible_to_sender=True)


def described(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Return the messages with their senders and recipients."""
    return messages.select_related("sender", "recipient")


def all_received(user_id: int) -> QuerySet[Message]:
    """Return the inbox as the API lists it, with messages that the recipient has deleted."""
    return Message.objects.filter(recipient_id=user_id, muted=False)


def all_sent(user_id: int) -> QuerySet[Message]:
    """Return the outbox as the API lists it, with messages that the sender has deleted."""
    return Message.objects.filter(sender_id=user_id)


def in_order(messages: QuerySet[Message], *, order: str, from_id: int | None) -> QuerySet[Message]:
    """Return the messages `newest` or `oldest` first, starting from an id. Raises BadRequestError."""
    if order not in {"newest", "oldest"}:
        raise BadRequestError("Invalid order specified")
    if from_id is not None:
        messages = messages.filter(**{"pk__lte" if order == "newest" else "pk__gte": min(from_id, MAX_ID)})
    return described(messages).order_by("-pk" if order == "newest" else "pk")


def access_message(user: User, message_id: int) -> Message:
    """Return a message that the user sent or received, even if they have deleted it.

    Raises NotFoundError, AccessDeniedError. One statement.
    """
    message = find_message(message_id)
    if user.pk not in {message.sender_id, message.recipient_id}:
        raise AccessDeniedError
    return message


def find_message(message_id: int) -> Message:
    """Return a message without checking who may read it. Raises NotFoundError."""
    message = described(Message.objects.filter(pk=message_id)).first() if message_id <= MAX_ID else None
    if message is None:
        raise NotFoundError
    return message


def message_counts(user_id: int) -> Counts:
    """Return how many messages are in the inbox and in the outbox. One statement."""
    received = Q(recipient_id=user_id, muted=False, visible_to_recipient=True)
    sent = Q(sender_id=user_id, visible_to_sender=True)
    counts = Message.objects.filter(received | sent).aggregate(
        received=Count("pk", filter=received),
        unread=Count("pk", filter=received & Q(read=False)),
        sent=Count("pk", filter=sent),
    )
    return Counts(**counts)


def unread_counts(user_id: int) -> Unread:
    """Return how many notices and messages the user has not read. One statement."""
    notices = notices_of(user_id).filter(read_at=None).values_list(Value("notice"))[:MAX_COUNTED]
    messages = inbox(user_id).filter(read=False).values_list(Value("message"))[:MAX_COUNTED]
    kinds = [kind for (kind,) in notices.union(messages, all=True)]
    return Unread(kinds.count("notice"), kinds.count("message"))


def has_muted(user_id: int) -> bool:
    """Return whether the user has received messages from people they have muted."""
    return muted(user_id).exists()
