"""Messages over the API: sent, listed, read, deleted (upstream behaviour 1.18)."""

from functools import partial

from django.conf import settings
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.messaging import actions, querysets
from apps.messaging.errors import NoBodyError, NoRecipientError, NoTitleError
from apps.messaging.models import Message
from apps.osm.errors import BadRequestError, NotFoundError
from apps.osm.numbers import leading_id
from apps.users.models import ANONYMOUS_AUTHOR_ID, User
from apps.users.querysets import find_user

from .. import parameters
from ..calls import call
from ..formats import messages as formats
from ..parsers import FieldsParser, field
from ..permissions import READ_MESSAGES, SEND_MESSAGE
from .base import ApiView, each


class _MessageView(ApiView):
    def respond_with_message(self, message: Message) -> HttpResponseBase:
        reader_id = self.user.pk
        return self.respond_with(
            json=lambda: {"message": formats.as_dict(message, reader_id, with_body=True)},
            xml=partial(formats.append, message=message, reader_id=reader_id, with_body=True),
        )


class MessageCreation(_MessageView):
    @call(needs=SEND_MESSAGE, writes=True, asks_user_first=True, body=FieldsParser)
    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        title, body = field(request, "title") or "", field(request, "body") or ""
        if not title.strip():
            raise NoTitleError
        if not body.strip():
            raise NoBodyError
        recipient = _recipient(request)
        return self.respond_with_message(actions.send(self.user, recipient=recipient, title=title, body=body))


class MessageDetail(_MessageView):
    """A message, which stays unread until it is marked as read."""

    @call(needs=READ_MESSAGES)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_message(querysets.access_message(self.user, osm_id))

    @call(needs=READ_MESSAGES, writes=True, asks_user_first=True, body=FieldsParser)
    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        message = querysets.find_message(osm_id)
        status = field(request, "read_status")
        if status not in {"true", "false"}:
            raise BadRequestError("Invalid value of `read_status` was given")
        actions.mark(self.user, message=message, read=status == "true")
        return self.respond_with_message(message)

    post = put

    @call(needs=READ_MESSAGES, writes=True, asks_user_first=True)
    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        message = querysets.access_message(self.user, osm_id)
        actions.delete(self.user, message=message)
        return self.respond_with_message(message)


class _Box(ApiView):
    """A list of messages without their bodies; messages that the user has deleted are marked as such."""

    def messages_of(self, user_id: int) -> QuerySet[Message]:
        raise NotImplementedError

    @call(needs=READ_MESSAGES)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        reader_id, start = self.user.pk, request.GET.get("from_id")
        found = querysets.in_order(
            self.messages_of(reader_id),
            order=request.GET.get("order", "newest"),
            from_id=None if start is None else leading_id(start),
        )
        limit = parameters.limit(
            request.GET,
            default=settings.DEFAULT_MESSAGE_QUERY_LIMIT,
            maximum=settings.MAX_MESSAGE_QUERY_LIMIT,
            what="Messages",
        )
        messages = found[:limit]
        return self.respond_with(
            json=lambda: {
                "messages": [formats.as_dict(message, reader_id, with_body=False) for message in messages]
            },
            xml=each(messages, formats.append, reader_id, with_body=False),
        )


class Inbox(_Box):
    def messages_of(self, user_id: int) -> QuerySet[Message]:
        return querysets.all_received(user_id)


class Outbox(_Box):
    def messages_of(self, user_id: int) -> QuerySet[Message]:
        return querysets.all_sent(user_id)


def _recipient(request: Request) -> User | None:
    """Return the user with `recipient_id`, else the one named `recipient`; None for an unknown name.

    Raises NotFoundError for an unknown id, NoRecipientError without either.
    """
    user_id, name = field(request, "recipient_id"), field(request, "recipient")
    if user_id is None and name is None:
        raise NoRecipientError
    by_id = None if user_id is None else leading_id(user_id)
    recipient = find_user(user_id=by_id) if by_id is not None else find_user(name=name)
    if recipient is not None and recipient.pk == ANONYMOUS_AUTHOR_ID:
        recipient = None
    if by_id is not None and (recipient is None or not recipient.is_active):
        raise NotFoundError
    return recipient
