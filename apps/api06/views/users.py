"""What the API says about users."""

from dataclasses import replace

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.messaging.querysets import message_counts
from apps.osm import osmjson, osmxml
from apps.osm.errors import BadRequestError, GoneError, NotFoundError
from apps.osm.formats import Format
from apps.users.models import User as Account
from apps.users.querysets import described_users

from ..documents import ORIGIN
from ..formats import users as formats
from ..parameters import leading_number
from ..permissions import READ_DETAILS, caller, require, scopes, welcome
from .base import ApiView


class User(ApiView):
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        welcome(request)
        user = described_users().filter(id=osm_id).first()
        if user is None:
            raise NotFoundError
        if not user.is_visible:
            raise GoneError
        return _one_user(self, request, user)


class Details(ApiView):
    """The caller's own account. Who has not seen the terms may ask, so that programs can say whose they are."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        user = require(request, **READ_DETAILS)
        return _one_user(self, request, described_users().get(id=user.id))


class Users(ApiView):
    """Several users; who is unknown, suspended or deleted is passed over."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        welcome(request)
        if "users" not in request.GET:
            raise BadRequestError(
                "The parameter users is required, and must be of the form users=id[,id[,id...]]"
            )
        ids = list(dict.fromkeys(leading_number(part) for part in request.GET["users"].split(",") if part))
        if not ids:
            raise BadRequestError("No users were given to search for")
        found = {user.id: user for user in described_users().filter(id__in=ids) if user.is_visible}
        users = [found[user_id] for user_id in ids if user_id in found]
        reader = _reader(request, users)
        if self.output_format is Format.JSON:
            content = {"users": [{"user": formats.as_dict(user, reader)} for user in users]}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        for user in users:
            formats.append(document, user, reader)
        return self.respond(osmxml.serialize(document))


def _one_user(view: ApiView, request: Request, user: Account) -> HttpResponseBase:
    reader = _reader(request, [user])
    if view.output_format is Format.JSON:
        return view.respond(osmjson.document(ORIGIN, {"user": formats.as_dict(user, reader)}))
    document = osmxml.root("osm", ORIGIN)
    formats.append(document, user, reader)
    return view.respond(osmxml.serialize(document))


def _reader(request: Request, users: list[Account]) -> formats.Reader:
    """The caller; their messages are counted where these users' documents say how many there are."""
    user = caller(request)
    if user is None:
        return formats.ANYBODY
    reader = formats.Reader(user.id, frozenset(scopes(request)))
    if any(reader.may_see_private(described) for described in users):
        return replace(reader, messages=message_counts(user.id))
    return reader
