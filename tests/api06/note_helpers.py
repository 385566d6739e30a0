"""Helpers for the tests of notes over the API."""

from typing import Any
from urllib.parse import urlencode

from apps.notes import actions
from apps.notes.models import Note
from apps.oauth.actions import create_token
from apps.users.models import User

from .client import Response, call


def token(user: User, scopes: str = "write_notes") -> str:
    return f"Bearer {create_token(user, scopes=scopes.split())}"


def post(path: str, authorization: str = "", method: str = "POST", **parameters: Any) -> Response:
    """Send a call that writes, with its parameters in the query string."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    return call(method, f"/api/0.6/{path}{query}", Authorization=authorization)


def new_note(
    author: User | None = None, *, lat: float = 47.1, lon: float = 9.5, text: str = "Bridge is gone"
) -> Note:
    return actions.create(author, lat=lat, lon=lon, text=text)


def ids(response: Response) -> list[int]:
    return [feature["properties"]["id"] for feature in response.json["features"]]


def status_and_text(response: Response) -> tuple[int, str]:
    return response.status, response.text
