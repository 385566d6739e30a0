"""Times of points in every notation that openstreetmap.org reads (upstream behaviour 1.14.1)."""

import math
import re
from datetime import UTC, datetime, timedelta

from dateutil import parser

from .points import EARLIEST, LATEST

_NUMERIC = re.compile(
    r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})"
    r"(?:T ?| )(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2})(?::(?P<second>[0-9]{1,2})(?:[.,][0-9]*)?)?"
    r" ?(?P<zone>[A-Z]{0,5})(?P<offset>[-+][0-9]{1,2}(?::?[0-9]{2})?)?"
)
_ZONES = {
    -10: "HST",
    -9: "AKST",
    -8: "PST AKDT",
    -7: "MST PDT",
    -6: "CST MDT",
    -5: "EST CDT",
    -4: "AST EDT",
    -3: "ADT BRT",
    1: "BST CET MET MEZ WEST",
    2: "CEST EET MEST MESZ SAST",
    3: "EEST MSK",
    5.5: "IST",
    9: "JST KST",
    10: "AEST",
    11: "AEDT",
    12: "NZST",
    13: "NZDT",
}
_HOURS_OF_ZONES = {name: hours for hours, names in _ZONES.items() for name in names.split()}
"""How far zones are ahead of UTC. A name that is not in the table counts as UTC."""
_NAMED_OFFSET = re.compile(r"\b(?:GMT|UTC)(?=[-+][0-9])")
_YEAR_FIRST = re.compile(r"[0-9]{4}|[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])")
_LENGTHS = {8, 12, 14}
"""How many digits a time has that is nothing but digits; other numbers count seconds or something else."""
_SOME_DAY, _OTHER_DAY = datetime(2000, 1, 1), datetime(2001, 2, 2)


def seconds_of(text: str) -> int | None:
    """Return the seconds since 1970 of a time, which is in UTC if it names no zone; None if it is not a time."""
    digits = text.strip()
    if digits.isdigit() and len(digits) not in _LENGTHS:
        return None
    try:
        moment = _iso(text) or _other(" ".join(text.split()).upper())
        seconds = moment.timestamp() if moment else math.nan
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # The parser of dateutil raises any of them for some texts.
        return None
    return math.floor(seconds) if EARLIEST <= seconds <= LATEST else None


def _iso(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _other(text: str) -> datetime | None:
    return _numeric(text) or _written(text)


def _numeric(text: str) -> datetime | None:
    """Read `2019-5-5T1:2:3Z` and the like, up to the leap second 23:59:60 and to 24:00:00, the end of a day."""
    match = _NUMERIC.fullmatch(text)
    if match is None or match["zone"] in {"AM", "PM"}:
        return None
    day = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=UTC)
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if minute > 59 or second > 60 or (hour, minute, second) > (24, 0, 0):
        raise ValueError(text)
    time = timedelta(hours=hour, minutes=minute, seconds=second)
    return day + time - timedelta(hours=_hours_ahead(match["zone"], match["offset"]))


def _hours_ahead(zone: str, offset: str | None) -> float:
    if not offset:
        return _HOURS_OF_ZONES.get(zone, 0)
    digits = offset[1:].replace(":", "")
    hours = int(digits[:-2]) + int(digits[-2:]) / 60 if len(digits) > 2 else int(digits)
    if hours >= 24:
        raise ValueError(offset)
    return -hours if offset[0] == "-" else hours


def _written(text: str) -> datetime | None:
    """Read `Sun May 5 10:00:00 2019`, `05.05.2019 10:00` and the like: the day comes before the month."""

    def offset_of(zone: str | None, offset: int | None) -> int:
        return int(3600 * _HOURS_OF_ZONES.get(zone or "", 0)) if offset is None else offset

    # The library takes GMT+2 for two hours behind, as POSIX does.
    text = _NAMED_OFFSET.sub("", text)
    year_first = _YEAR_FIRST.match(text) is not None
    first, second = (
        parser.parse(text, default=default, dayfirst=not year_first, yearfirst=year_first, tzinfos=offset_of)
        for default in (_SOME_DAY, _OTHER_DAY)
    )
    # What the text leaves out comes from the default: without a whole date it is not a time.
    return first if first == second else None
