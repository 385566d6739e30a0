"""Typed getters for what clients write into addresses; each raises one BadRequestError."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from dateutil import parser
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import QueryDict
from rest_framework.request import Request

from apps.osm.elements import MAX_ID
from apps.osm.errors import BadRequestError, TooLargeError

_PLAIN_IDS = re.compile("[0-9]{1,18}(?:,[0-9]{1,18})*")
_LEADING_DIGITS = re.compile("[0-9]+")


def leading_number(text: str) -> int:
    """The digits at the start of a text, 0 where there are none or more than a bigint holds."""
    match = _LEADING_DIGITS.match(text)
    number = int(match.group()) if match and len(match.group()) < 20 else 0
    return number if number <= MAX_ID else 0


def given(request: Request, name: str) -> str | None:
    """A parameter of a call that writes: of its form, else of its address; None where it is in neither.

    A body without a type, or with a wrong one, is a form too: so osmapi sends it. Raises TooLargeError.
    """
    http = request._request
    if http.content_type != "multipart/form-data":
        http.content_type = "application/x-www-form-urlencoded"
    try:
        # Django reads the forms of POST only.
        form = http.POST if http.method == "POST" else QueryDict(http.body)
        value: str | None = form.get(name, http.GET.get(name))
    except RequestDataTooBig:
        raise TooLargeError(f"The form is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes") from None
    return value


def period(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime] | None:
    """`from` and `to`, which is now where it is not given; `to` alone has no effect."""
    if not query.get("from"):
        return None

    def read(name: str) -> datetime:
        try:
            return moment(query[name])
        except ValueError:
            raise BadRequestError(f"Date {query[name]} is in a wrong format") from None

    return read("from"), read("to") if query.get("to") else now


def id_versions(query: Mapping[str, str], name: str) -> list[tuple[int, int | None]]:
    """The elements of a multi-fetch, `name=1,2v3`: (id, version or None). What is no number reads as 0, an id
    that no element has."""
    text = query.get(name, "")
    if _PLAIN_IDS.fullmatch(text):
        return [(int(item), None) for item in text.split(",")]
    wanted: list[tuple[int, int | None]] = []
    for item in filter(None, text.split(",")):
        parts = item.split("v")
        if len(parts) > 2:
            parts = ["0"]
        version = leading_number(parts[1]) if len(parts) == 2 else None
        wanted.append((leading_number(parts[0]), version))
    if not wanted:
        raise BadRequestError(
            f"The parameter {name} is required, and must be of the form "
            f"{name}=ID[vVER][,ID[vVER][,ID[vVER]...]]."
        )
    return wanted


def moment(text: str) -> datetime:
    """A time in any common notation, in UTC where it names no zone; ValueError where it is none."""
    try:
        parsed = parser.parse(
            text, default=datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        )
        return parsed.astimezone(UTC)
    except (OverflowError, parser.ParserError) as error:
        raise ValueError(text) from error


def limit(query: Mapping[str, str], *, default: int, maximum: int, what: str) -> int:
    """The parameter `limit`: 1 to maximum. `what` begins the message, as in `Changeset limit must be ...`."""
    text = query.get("limit", "")
    if not text:
        return default
    number = leading_number(text)
    if not 1 <= number <= maximum:
        raise BadRequestError(f"{what} limit must be between 1 and {maximum}")
    return number
