"""Typed getters for parameters of the query string; each raises one BadRequestError."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from dateutil import parser

from apps.osm.errors import BadRequestError
from apps.osm.numbers import leading_id, parse_id
from apps.users.models import User
from apps.users.querysets import find_user

_PLAIN_IDS = re.compile("[0-9]{1,18}(?:,[0-9]{1,18})*")


def period(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime] | None:
    """Return `from` and `to`, which defaults to now; None without `from`, since `to` alone has no effect."""
    if not query.get("from"):
        return None

    def read(name: str) -> datetime:
        try:
            return parse_time(query[name])
        except ValueError:
            raise BadRequestError(f"Date {query[name]} is in a wrong format") from None

    return read("from"), read("to") if query.get("to") else now


def id_versions(query: Mapping[str, str], name: str) -> list[tuple[int, int | None]]:
    """Return the elements of a multi-fetch, `name=1,2v3`, as (id, version or None).

    Whatever is not a number becomes 0, an id that no element has.
    """
    text = query.get(name, "")
    if _PLAIN_IDS.fullmatch(text):
        return [(int(item), None) for item in text.split(",")]
    wanted: list[tuple[int, int | None]] = []
    for item in filter(None, text.split(",")):
        parts = item.split("v")
        if len(parts) > 2:
            parts = ["0"]
        version = leading_id(parts[1]) if len(parts) == 2 else None
        wanted.append((leading_id(parts[0]), version))
    if not wanted:
        raise BadRequestError(
            f"The parameter {name} is required, and must be of the form "
            f"{name}=ID[vVER][,ID[vVER][,ID[vVER]...]]."
        )
    return wanted


def parse_time(text: str) -> datetime:
    """Return a time in any common notation, in UTC unless it names a zone. Raises ValueError."""
    try:
        parsed = parser.parse(
            text, default=datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        )
        return parsed.astimezone(UTC)
    except (OverflowError, parser.ParserError) as error:
        raise ValueError(text) from error


def limit(query: Mapping[str, str], *, default: int, maximum: int, what: str) -> int:
    """Return the parameter `limit`, 1 to maximum. `what` begins the message: `Changeset limit must be ...`."""
    text = query.get("limit", "")
    if not text:
        return default
    number = leading_id(text)
    if not 1 <= number <= maximum:
        raise BadRequestError(f"{what} limit must be between 1 and {maximum}")
    return number


def known_user(query: Mapping[str, str]) -> User | None:
    """Return the user that `display_name`, else `user` (an id) names; None without either.

    Raises BadRequestError if there is no such user.
    """
    name, user_id = query.get("display_name"), query.get("user")
    if not name and not user_id:
        return None
    user = find_user(name=name or None, user_id=parse_id(user_id) if user_id else None)
    if user is None:
        raise BadRequestError(f"User {name or user_id} not known")
    return user
