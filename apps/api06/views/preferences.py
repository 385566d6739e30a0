"""Preferences that editors store for their users, by key (API page, "Preferences")."""

from django.http.response import HttpResponseBase
from lxml import etree
from rest_framework.request import Request

from apps.osm import osmxml
from apps.osm.errors import InvalidTextError
from apps.users import stored_preferences

from ..calls import call
from ..parsers import PreferencesParser, document
from ..permissions import READ_PREFERENCES, WRITE_PREFERENCES
from .base import ApiView, plain_text

MOST_AT_ONCE = 150


class Preferences(ApiView):
    @call(needs=READ_PREFERENCES)
    def get(self, request: Request, suffix: str | None) -> HttpResponseBase:
        preferences = stored_preferences.preferences_of(self.user)

        def append(root: etree._Element) -> None:
            parent = osmxml.container(root, "preferences")
            for key, value in preferences.items():
                osmxml.child(parent, "preference", k=key, v=value)

        return self.respond_with(json=lambda: {"preferences": preferences}, xml=append)

    @call(needs=WRITE_PREFERENCES, writes=True, plain_text=True, body=PreferencesParser)
    def put(self, request: Request, suffix: str | None) -> HttpResponseBase:
        """Replace all preferences."""
        preferences = osmxml.preferences(document(request), most=MOST_AT_ONCE)
        stored_preferences.replace_preferences(self.user, preferences=preferences)
        return plain_text()


class Preference(ApiView):
    """A single preference as plain text. The key may contain dots and slashes."""

    any_format = True

    @call(needs=READ_PREFERENCES)
    def get(self, request: Request, key: str) -> HttpResponseBase:
        return plain_text(stored_preferences.access_preference(self.user, key=key))

    @call(needs=WRITE_PREFERENCES, writes=True, body=PreferencesParser)
    def put(self, request: Request, key: str) -> HttpResponseBase:
        stored_preferences.set_preferences(self.user, preferences={key: _value(document(request))})
        return plain_text()

    @call(needs=WRITE_PREFERENCES, writes=True)
    def delete(self, request: Request, key: str) -> HttpResponseBase:
        stored_preferences.remove_preference(self.user, key=key)
        return plain_text()


def _value(sent: bytes) -> str:
    """Return the body without a final line ending. Raises InvalidTextError unless it is UTF-8."""
    try:
        return sent.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise InvalidTextError("UserPreference", "v") from None
