"""What editors store for their users, by key (API page, "Preferences")."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.osm import osmjson, osmxml
from apps.osm.errors import InvalidTextError
from apps.osm.formats import Format
from apps.users import stored_preferences

from ..bodies import body
from ..documents import ORIGIN
from ..permissions import READ_PREFERENCES, WRITE_PREFERENCES, require
from .base import ApiView

MOST_AT_ONCE = 150
LONGEST_BODY = 1_000_000
"""Bytes: 150 preferences have room, however their characters are written."""


class Preferences(ApiView):
    writes = True

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """What is stored is answered with nothing, and so in any format."""
        return super().perform_content_negotiation(request, force=request.method == "PUT")

    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        preferences = stored_preferences.preferences_of(require(request, **READ_PREFERENCES))
        if self.output_format is Format.JSON:
            return self.respond(osmjson.document(ORIGIN, {"preferences": preferences}))
        document = osmxml.root("osm", ORIGIN)
        parent = osmxml.child(document, "preferences")
        for key, value in preferences.items():
            osmxml.child(parent, "preference", k=key, v=value)
        return self.respond(osmxml.serialize(document))

    def put(self, request: Request, suffix: str | None) -> HttpResponseBase:
        """These, and no others any more."""
        user = require(request, **WRITE_PREFERENCES)
        preferences = osmxml.preferences(body(request, limit=LONGEST_BODY), most=MOST_AT_ONCE)
        stored_preferences.replace_preferences(user, preferences=preferences)
        return _text("")


class Preference(ApiView):
    """One of them, as plain text whatever the client accepts. The key may hold dots and slashes."""

    writes = True

    def perform_content_negotiation(self, request: Request, force: bool = True) -> tuple[BaseRenderer, str]:
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request, key: str) -> HttpResponseBase:
        return _text(stored_preferences.access_preference(require(request, **READ_PREFERENCES), key=key))

    def put(self, request: Request, key: str) -> HttpResponseBase:
        user = require(request, **WRITE_PREFERENCES)
        value = _value(body(request, limit=LONGEST_BODY))
        stored_preferences.set_preferences(user, preferences={key: value})
        return _text("")

    def delete(self, request: Request, key: str) -> HttpResponseBase:
        stored_preferences.remove_preference(require(request, **WRITE_PREFERENCES), key=key)
        return _text("")


def _value(sent: bytes) -> str:
    """The body without the end of its line. Raises InvalidTextError where it is not UTF-8."""
    try:
        return sent.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise InvalidTextError("UserPreference", "v") from None


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
