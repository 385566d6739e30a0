"""What the API says about users."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from apps.elements.wire import Wire
from apps.osm import osmjson, osmxml
from apps.osm.errors import BadRequestError, GoneError, NotFoundError
from apps.users.querysets import described_users

from ..documents import ORIGIN
from ..formats import users as formats
from ..parameters import leading_number
from .base import ApiView


class User(ApiView):
    def get(self, request: Request, osm_id: int, suffix: str | None) -> HttpResponseBase:
        user = described_users().filter(id=osm_id).first()
        if user is None:
            raise NotFoundError
        if not user.is_visible:
            raise GoneError
        if self.wire is Wire.JSON:
            return self.respond(osmjson.document(ORIGIN, {"user": formats.as_dict(user)}))
        document = osmxml.root("osm", ORIGIN)
        formats.append(document, user)
        return self.respond(osmxml.serialize(document))


class Users(ApiView):
    """Several users; who is unknown, suspended or deleted is passed over."""

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        if "users" not in request.GET:
            raise BadRequestError(
                "The parameter users is required, and must be of the form users=id[,id[,id...]]"
            )
        ids = list(dict.fromkeys(leading_number(part) for part in request.GET["users"].split(",") if part))
        if not ids:
            raise BadRequestError("No users were given to search for")
        found = {user.id: user for user in described_users().filter(id__in=ids) if user.is_visible}
        users = [found[user_id] for user_id in ids if user_id in found]
        if self.wire is Wire.JSON:
            content = {"users": [{"user": formats.as_dict(user)} for user in users]}
            return self.respond(osmjson.document(ORIGIN, content))
        document = osmxml.root("osm", ORIGIN)
        for user in users:
            formats.append(document, user)
        return self.respond(osmxml.serialize(document))
