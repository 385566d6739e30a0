"""Numbers as clients write them into URLs and forms."""

import re

from .elements import MAX_ID

_LEADING_DIGITS = re.compile("[0-9]+")


def leading_number(text: str) -> int:
    """Return the number that a text begins with, 0 if there is none or it exceeds a bigint."""
    match = _LEADING_DIGITS.match(text)
    number = int(match.group()) if match and len(match.group()) < 20 else 0
    return number if number <= MAX_ID else 0


def parse_id(text: str) -> int | None:
    """Return a positive number made of ASCII digits only, None for anything else or beyond a bigint."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if 0 < number <= MAX_ID else None
