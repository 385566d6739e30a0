"""The rules of a call: declared on the method of its view, enforced by the base view, read by the OpenAPI document."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

from rest_framework.parsers import BaseParser

from .dialects import WEBSITE, Dialect
from .permissions import Needs

Method = TypeVar("Method", bound=Callable[..., Any])


class Token(Enum):
    """Who has to send an access token."""

    NOT_ASKED = auto()
    """Nobody; the view may look at the user of a token that is sent."""
    WELCOME = auto()
    """Nobody; users who are blocked or have not seen the terms are refused (upstream behaviour 1.2, step 6)."""
    REQUIRED = auto()
    """Everyone."""
    IF_SENT = auto()
    """Nobody; credentials that are sent must be a valid token that meets the needs: no one becomes anonymous against
    their will."""
    IF_PRIVATE = auto()
    """Those who ask for something private; the view then calls `enforce`. Credentials that are sent must be a valid
    token."""


@dataclass(frozen=True)
class Rules:
    """The rules of a call. Without `needs`, a token is not required."""

    dialect: Dialect = WEBSITE
    needs: Needs | None = None
    token: Token = Token.NOT_ASKED
    writes: bool = False
    """Whether it is refused while the API is read-only."""
    asks_user_first: bool = False
    """Whether a visitor is told to authenticate even while the API is read-only (upstream behaviour 1.2)."""
    while_offline: bool = False
    """Whether it is answered while the API is offline."""
    plain_text: bool = False
    """Whether the response is plain text or empty, whatever formats the client accepts."""
    body: type[BaseParser] | None = None
    """How `request.data` is read."""


def call(
    dialect: Dialect = WEBSITE, *, needs: Needs | None = None, token: Token | None = None, **others: Any
) -> Callable[[Method], Method]:
    """Declare the rules of a view method; the keyword arguments are the fields of `Rules`."""
    if token is None:
        token = Token.REQUIRED if needs else Token.NOT_ASKED
    declared = Rules(dialect, needs, token, **others)

    def declare(method: Method) -> Method:
        method.rules = declared  # type: ignore[attr-defined]
        return method

    return declare
