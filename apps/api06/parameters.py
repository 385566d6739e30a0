"""Typed getters for what clients write into addresses; each raises one BadRequestError."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
from dateutil import parser
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request

from apps.osm.elements import MAX_ID
from apps.osm.errors import BadRequestError, TooLargeError
from apps.users.models import User

_PLAIN_IDS = re.compile("[0-9]{1,18}(?:,[0-9]{1,18})*")
_LEADING_DIGITS = re.compile("[0-9]+")


def leading_number(text: str) -> int:
    """The digits at the start of a text, 0 where there are none or more than a bigint holds."""
    match = _LEADING_DIGITS.match(text)
    number = int(match.group()) if match and len(match.group()) < 20 else 0
    return number if number <= MAX_ID else 0


def given(request: Request, name: str) -> str | None:
    """A parameter of a call that writes: of its form or its JSON object, else of its address; None where it is
    in neither.

    A body without a type, or with a wrong one, is a form too: so osmapi sends it. Raises TooLargeError,
    BadRequestError where JSON was promised and something else came.
    """
    http = request._request
    try:
        fields = _of_json(http.body) if http.content_type == "application/json" else _of_form(http)
    except RequestDataTooBig:
        raise TooLargeError(f"The form is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes") from None
    return fields.get(name, http.GET.get(name))


def _of_form(http: HttpRequest) -> Mapping[str, str]:
    if http.content_type != "multipart/form-data":
        http.content_type = "application/x-www-form-urlencoded"
    # Django reads the forms of POST only.
    return http.POST if http.method == "POST" else QueryDict(http.body)


def _of_json(body: bytes) -> Mapping[str, str]:
    """The texts and numbers of a JSON object, as texts; nothing where the body is empty."""
    try:
        document = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as error:
        raise BadRequestError(f"The body is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise BadRequestError("The body is no JSON object")
    return {
        name: str(value)
        for name, value in document.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }


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


def known_user(query: Mapping[str, str]) -> User | None:
    """Whom `display_name`, else `user` (an id) names; None without either. Raises BadRequestError where there
    is nobody of that name."""
    if name := query.get("display_name"):
        user = None if "\0" in name else User.objects.filter(display_name=name).first()
    elif name := query.get("user"):
        is_id = name.isascii() and name.isdigit() and len(name) < 19
        user = User.objects.filter(id=int(name)).first() if is_id else None
    else:
        return None
    if user is None:
        raise BadRequestError(f"User {name} not known")
    return user
