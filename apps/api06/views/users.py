"""Users as the API describes them (upstream behaviour 1.16)."""

from dataclasses import replace
from functools import partial

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.messaging.querysets import message_counts
from apps.osm.errors import BadRequestError, GoneError, NotFoundError
from apps.osm.numbers import leading_id
from apps.users.models import User
from apps.users.querysets import described_user, described_users_by_id

from ..calls import Token, call
from ..formats import users as formats
from ..permissions import READ_DETAILS, caller, scopes
from .base import ApiView, each


class _UserView(ApiView):
    def respond_with_user(self, user_id: int) -> HttpResponseBase:
        """Respond with the user. Raises NotFoundError, GoneError."""
        user = described_user(user_id)
        if user is None:
            raise NotFoundError
        if not user.is_visible:
            raise GoneError
        reader = self.reader_of([user])
        return self.respond_with(
            json=lambda: {"user": formats.as_dict(user, reader)},
            xml=partial(formats.append, user=user, reader=reader),
        )

    def reader_of(self, users: list[User]) -> formats.Reader:
        """Return the caller as a reader, with message counts only if one of the documents includes them."""
        user = caller(self.request)
        if user is None:
            return formats.ANYBODY
        reader = formats.Reader(user.id, frozenset(scopes(self.request)))
        if any(reader.may_see_private(described) for described in users):
            return replace(reader, messages=message_counts(user.id))
        return reader


class UserDetail(_UserView):
    @call(token=Token.WELCOME)
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_user(osm_id)


class OwnDetails(_UserView):
    """The user of the token. Works before the terms are seen, so that clients can identify the user."""

    @call(needs=READ_DETAILS)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        return self.respond_with_user(self.user.pk)


class UserList(_UserView):
    """Several users; unknown, suspended and deleted ones are left out."""

    @call(token=Token.WELCOME)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        if "users" not in request.GET:
            raise BadRequestError(
                "The parameter users is required, and must be of the form users=id[,id[,id...]]"
            )
        ids = list(dict.fromkeys(leading_id(part) for part in request.GET["users"].split(",") if part))
        if not ids:
            raise BadRequestError("No users were given to search for")
        users = described_users_by_id(ids)
        reader = self.reader_of(users)
        return self.respond_with(
            json=lambda: {"users": [{"user": formats.as_dict(user, reader)} for user in users]},
            xml=each(users, formats.append, reader),
        )
