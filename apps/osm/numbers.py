"""Numbers in texts that clients send, read as leniently as openstreetmap.org reads them."""

import re

from .elements import MAX_ID

# Possessive throughout: without backtracking, the time grows with the length of the text and no faster.
_NUMBER = re.compile(r"\s*+[-+]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][-+]?[0-9]++)?+\s*+")
_INTEGER = re.compile(r"\s*+(-?[0-9]++)")
_DIGITS = re.compile("[0-9]++")
_MOST_DIGITS = 24
"""Python refuses to read thousands of digits, and no id has so many."""


def format_degrees(degrees: float) -> str:
    """Return degrees with up to seven decimals, never in scientific notation: 47.0 is `47.0`, 1.2e-05 is `0.000012`."""
    # The sum turns -0.0 into 0.0.
    whole, _, decimals = f"{round(degrees, 7) + 0.0:.7f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"


def parse_number(text: str) -> float | None:
    """Return the number if the whole text is one, apart from white space around it; else None."""
    return float(text) if _NUMBER.fullmatch(text) else None


def leading_number(text: str) -> float | None:
    """Return the number at the start of a text, as in `0.1E` or `5 km`; None if there is none."""
    match = _NUMBER.match(text)
    return float(match.group()) if match else None


def leading_integer(text: str) -> int:
    """Return the integer at the start of a text; 0 if there is none, or one that no bigint holds."""
    match = _INTEGER.match(text)
    number = int(match.group(1)) if match and len(match.group(1)) <= _MOST_DIGITS else 0
    return number if -MAX_ID <= number <= MAX_ID else 0


def leading_id(text: str) -> int:
    """Return the id that a text begins with, made of ASCII digits; 0 if there is none or it exceeds a bigint."""
    match = _DIGITS.match(text)
    number = int(match.group()) if match and len(match.group()) <= _MOST_DIGITS else 0
    return number if number <= MAX_ID else 0


def parse_id(text: str) -> int | None:
    """Return a positive id if the whole text is one, made of ASCII digits; else None."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
    return number if 0 < number <= MAX_ID else None
