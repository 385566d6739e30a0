"""Messages over the API: sent, listed, read, deleted (upstream behaviour 1.18)."""

from django.conf import settings
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.instance.status import READONLY, service_status
from apps.messaging import actions, querysets
from apps.messaging.errors import NoBodyError, NoRecipientError, NoTitleError
from apps.messaging.models import Message as Stored
from apps.osm import osmjson, osmxml
from apps.osm.errors import BadRequestError, NotAuthenticatedError, NotFoundError, OfflineError
from apps.osm.formats import Format
from apps.users.models import ANONYMOUS_AUTHOR_ID, User

from ..documents import ORIGIN
from ..formats import messages as formats
from ..parameters import given, leading_number, limit
from ..permissions import READ_MESSAGES, SEND_MESSAGE, Needs, require, welcome
from .base import ApiView


class MessageView(ApiView):
    """A call that, unlike others, asks who is there before it says that nothing can be written now
    (upstream behaviour 1.2)."""

    def writer(self, request: Request, needs: Needs) -> User:
        if service_status().api == READONLY:
            if welcome(request) is None:
                raise NotAuthenticatedError
            raise OfflineError
        return require(request, **needs)

    def answer(self, message: Stored, reader: User) -> HttpResponseBase:
        if self.output_format is Format.JSON:
            content = {"message": formats.as_dict(message, reader.pk, with_body=True)}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        formats.append(document, message, reader.pk, with_body=True)
        return self.respond(osmxml.serialize(document))


class Messages(MessageView):
    def post(self, request: Request, suffix: str | None) -> HttpResponseBase:
        sender = self.writer(request, SEND_MESSAGE)
        title, body = given(request, "title") or "", given(request, "body") or ""
        if not title.strip():
            raise NoTitleError
        if not body.strip():
            raise NoBodyError
        return self.answer(
            actions.send(sender, recipient=_recipient(request), title=title, body=body), sender
        )


class Message(MessageView):
    """One message, which stays unread until somebody says that it is read."""

    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        reader = require(request, **READ_MESSAGES)
        return self.answer(querysets.access_message(reader, osm_id), reader)

    def put(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        recipient = self.writer(request, READ_MESSAGES)
        message = querysets.find_message(osm_id)
        status = given(request, "read_status")
        if status not in {"true", "false"}:
            raise BadRequestError("Invalid value of `read_status` was given")
        actions.mark(recipient, message=message, read=status == "true")
        return self.answer(message, recipient)

    post = put

    def delete(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = self.writer(request, READ_MESSAGES)
        message = querysets.access_message(user, osm_id)
        actions.delete(user, message=message)
        return self.answer(message, user)


class _Box(ApiView):
    """A list without the bodies; what the user has deleted is in it and says so."""

    def messages_of(self, user_id: int) -> QuerySet[Stored]:
        raise NotImplementedError

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        user = require(request, **READ_MESSAGES)
        start = request.GET.get("from_id")
        found = querysets.in_order(
            self.messages_of(user.pk),
            order=request.GET.get("order", "newest"),
            from_id=None if start is None else leading_number(start),
        )
        most = limit(
            request.GET,
            default=settings.DEFAULT_MESSAGE_QUERY_LIMIT,
            maximum=settings.MAX_MESSAGE_QUERY_LIMIT,
            what="Messages",
        )
        if self.output_format is Format.JSON:
            messages = [formats.as_dict(message, user.pk, with_body=False) for message in found[:most]]
            return self.respond(osmjson.document(ORIGIN, {"messages": messages}))
        document = osmxml.root("osm", ORIGIN)
        for message in found[:most]:
            formats.append(document, message, user.pk, with_body=False)
        return self.respond(osmxml.serialize(document))


class Inbox(_Box):
    def messages_of(self, user_id: int) -> QuerySet[Stored]:
        return querysets.all_received(user_id)


class Outbox(_Box):
    def messages_of(self, user_id: int) -> QuerySet[Stored]:
        return querysets.all_sent(user_id)


def _recipient(request: Request) -> User | None:
    """Whom the id or else the name means; None for a name that nobody has.

    Raises NotFoundError for an unknown id, NoRecipientError.
    """
    number, name = given(request, "recipient_id"), given(request, "recipient")
    people = User.objects.exclude(pk=ANONYMOUS_AUTHOR_ID)
    if number is not None:
        recipient = people.filter(pk=leading_number(number)).first()
        if recipient is None or not recipient.is_active:
            raise NotFoundError
        return recipient
    if name is None:
        raise NoRecipientError
    return None if "\0" in name else people.filter(display_name=name).first()
