"""Reads of messages."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet, Value

from apps.notifications.notices import notices_of
from apps.osm.elements import MAX_ID
from apps.osm.errors import AccessDeniedError, BadRequestError, NotFoundError
from apps.users.models import User

from .models import Message

MOST_COUNTED = 100


class Counts(NamedTuple):
    """How many messages somebody has."""

    received: int
    unread: int
    sent: int


class Unread(NamedTuple):
    """What waits for somebody; of each kind not more than 100 are counted."""

    notices: int
    messages: int


def inbox(user_id: int) -> QuerySet[Message]:
    """What came to somebody, but from those they have muted."""
    return Message.objects.filter(recipient_id=user_id, muted=False, visible_to_recipient=True)


def muted(user_id: int) -> QuerySet[Message]:
    """What came to somebody from those they have muted."""
    return Message.objects.filter(recipient_id=user_id, muted=True, visible_to_recipient=True)


def outbox(user_id: int) -> QuerySet[Message]:
    """What somebody has sent."""
    return Message.objects.filter(sender_id=user_id, visible_to_sender=True)


def described(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With the accounts of both."""
    return messages.select_related("sender", "recipient")


def all_received(user_id: int) -> QuerySet[Message]:
    """The inbox as the API lists it: with what the recipient has deleted."""
    return Message.objects.filter(recipient_id=user_id, muted=False)


def all_sent(user_id: int) -> QuerySet[Message]:
    """The outbox as the API lists it: with what the sender has deleted."""
    return Message.objects.filter(sender_id=user_id)


def in_order(messages: QuerySet[Message], *, order: str, from_id: int | None) -> QuerySet[Message]:
    """The `newest` first or the `oldest`, beginning with an id. Raises BadRequestError."""
    if order not in {"newest", "oldest"}:
        raise BadRequestError("Invalid order specified")
    if from_id is not None:
        messages = messages.filter(**{"pk__lte" if order == "newest" else "pk__gte": min(from_id, MAX_ID)})
    return described(messages).order_by("-pk" if order == "newest" else "pk")


def access_message(user: User, message_id: int) -> Message:
    """A message that the user has sent or received, deleted or not.

    Raises NotFoundError, AccessDeniedError. One statement.
    """
    message = known_message(message_id)
    if user.pk not in {message.sender_id, message.recipient_id}:
        raise AccessDeniedError
    return message


def known_message(message_id: int) -> Message:
    """A message, whoever asks: for those who check that later. Raises NotFoundError."""
    message = described(Message.objects.filter(pk=message_id)).first() if message_id <= MAX_ID else None
    if message is None:
        raise NotFoundError
    return message


def counts_of(user_id: int) -> Counts:
    """What the inbox and the outbox hold. One statement."""
    received = Q(recipient_id=user_id, muted=False, visible_to_recipient=True)
    sent = Q(sender_id=user_id, visible_to_sender=True)
    numbers = Message.objects.filter(received | sent).aggregate(
        received=Count("pk", filter=received),
        unread=Count("pk", filter=received & Q(read=False)),
        sent=Count("pk", filter=sent),
    )
    return Counts(**numbers)


def unread_of(user_id: int) -> Unread:
    """How many notices and messages somebody has not read. One statement."""
    notices = notices_of(user_id).filter(read_at=None).values_list(Value("notice"))[:MOST_COUNTED]
    messages = inbox(user_id).filter(read=False).values_list(Value("message"))[:MOST_COUNTED]
    kinds = [kind for (kind,) in notices.union(messages, all=True)]
    return Unread(kinds.count("notice"), kinds.count("message"))


def has_muted(user_id: int) -> bool:
    """Return whether the user has received messages from people they have muted."""
    return muted(user_id).exists()
