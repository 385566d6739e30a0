"""What the tests of notes over the API have in common."""

from typing import Any
from urllib.parse import urlencode

from apps.notes import actions
from apps.notes.models import Note
from apps.oauth.actions import create_token
from apps.users.models import User

from .client import Answer, call


def token(user: User, scopes: str = "write_notes") -> str:
    return f"Bearer {create_token(user, scopes=scopes.split())}"


def post(address: str, authorization: str = "", method: str = "POST", **parameters: Any) -> Answer:
    """A call that writes, with its parameters in the address."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    return call(method, f"/api/0.6/{address}{query}", Authorization=authorization)


def left(
    author: User | None = None, *, lat: float = 47.1, lon: float = 9.5, text: str = "Bridge is gone"
) -> Note:
    return actions.create(author, lat=lat, lon=lon, text=text)


def ids(answer: Answer) -> list[int]:
    return [feature["properties"]["id"] for feature in answer.json["features"]]


def said(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.text
