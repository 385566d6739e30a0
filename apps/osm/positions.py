"""Positions as people write them: two numbers, or degrees, minutes and seconds with letters for the hemispheres.

These are the notations of openstreetmap.org's search (upstream behaviour 2.3.1) and of Nominatim, and some that people
copy from elsewhere: `E 11 22.5 N 48 3.5`, `48° 3' 30" N`, brackets, a typographic minus.
"""

import re
from typing import NamedTuple

_LONGEST = 100
"""Characters. Longer texts are no position, and the patterns need not be fast for them."""
_PLAIN = r"([-+]?\d{1,3}(?:\.\d+)?)\s?[°º˚]?"
_PAIR = re.compile(rf"{_PLAIN}(?:\s?[,/;]\s?|\s){_PLAIN}", re.ASCII)

# Only the last part of an angle has decimals, and `51.` is not a number (upstream behaviour 2.3.1).
_DEGREE = r"(?:\s?[°º˚:]\s?|\s)"
_MINUTE = r"(?:\s?['′’´:]\s?|\s)"
_SECONDS = rf"(\d{{1,3}}){_DEGREE}(\d{{1,2}}){_MINUTE}(\d{{1,2}}(?:\.\d+)?)(?:\s?(?:[\"″”]|['′’´]{{2}}))?"
_MINUTES = rf"(\d{{1,3}}){_DEGREE}(\d{{1,2}}(?:\.\d+)?)(?:\s?['′’´])?"
_DEGREES = r"(\d{1,3}(?:\.\d+)?)(?:\s?[°º˚])?"
_ANGLE = rf"(?:{_SECONDS}|{_MINUTES}|{_DEGREES})"
_LETTERS = ("([NS])", "([EW])")


def _patterns() -> list[re.Pattern[str]]:
    """Return the patterns for letters before and after their numbers, each with the latitude first and last."""
    found = []
    for first, second in (_LETTERS, _LETTERS[::-1]):
        for template in (r"{0}\s?{angle}[\s,;/]*{1}\s?{angle}", r"{angle}\s?{0}[\s,;/]*{angle}\s?{1}"):
            pattern = template.format(first, second, angle=_ANGLE)
            found.append(re.compile(pattern, re.ASCII | re.IGNORECASE))
    return found


_WITH_LETTERS = _patterns()


def is_in_world(lat: float, lon: float) -> bool:
    """Return whether a map can show a position in degrees: historic nodes may lie outside the world."""
    return -90 <= lat <= 90 and -180 <= lon <= 180


class Position(NamedTuple):
    """A position in degrees, not necessarily in the world. `is_certain` if letters tell the latitude from the longitude."""

    lat: float
    lon: float
    is_certain: bool

    @property
    def is_in_world(self) -> bool:
        return is_in_world(self.lat, self.lon)

    @property
    def swapped(self) -> "Position":
        return Position(self.lon, self.lat, self.is_certain)


def parse_position(text: str) -> Position | None:
    """Return the position if the whole text is one, else None. Of two plain numbers, the latitude comes first."""
    text = " ".join(text.replace("\u2212", "-").split()).strip("()[] ")
    if len(text) > _LONGEST:
        return None
    pair = _PAIR.fullmatch(text)
    if pair:
        return Position(float(pair[1]), float(pair[2]), is_certain=False)
    for pattern in _WITH_LETTERS:
        match = pattern.fullmatch(text)
        if match:
            return _with_letters(list(match.groups()))
    return None


def _with_letters(groups: list[str | None]) -> Position:
    angles = {}
    half = len(groups) // 2
    for part in (groups[:half], groups[half:]):
        [letter] = [group for group in part if group and group.isalpha()]
        numbers = [float(group) for group in part if group and not group.isalpha()]
        degrees = sum(number / 60**place for place, number in enumerate(numbers))
        letter = letter.upper()
        angles["lat" if letter in "NS" else "lon"] = round(-degrees if letter in "SW" else degrees, 6)
    return Position(angles["lat"], angles["lon"], is_certain=True)
