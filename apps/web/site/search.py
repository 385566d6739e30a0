"""What the search field understands without a geocoder: positions, elements and links to them."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from apps.osm import shortlink
from apps.osm.elements import MAX_ID

_OBJECT = re.compile(
    r"(?P<type>n(?:ode)?|w(?:ay)?|r(?:el(?:ation)?)?|c(?:hangeset)?)[\s/#:]*(?P<id>\d{1,19})"
    r"(?:/history(?:/(?P<version>\d{1,19}))?|\s*v(?P<v>\d{1,19}))?",
    re.IGNORECASE,
)
_TYPES = {"n": "node", "w": "way", "r": "relation", "c": "changeset"}
_PAIR = re.compile(r"(?P<lat>[-+]?\d{1,3}(?:\.\d+)?)(?:\s*[,/;]\s*|\s+)(?P<lon>[-+]?\d{1,3}(?:\.\d+)?)")
_ANGLE = r"(\d{1,3}(?:\.\d+)?)\s*°?\s*(?:(\d{1,2}(?:\.\d+)?)\s*['′’]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”]|'')\s*)?"
_HEMISPHERE_LAST = re.compile(rf"{_ANGLE}\s*([NS])[\s,/;]*{_ANGLE}\s*([EW])", re.IGNORECASE)
_HEMISPHERE_FIRST = re.compile(rf"([NS])\s*{_ANGLE}[\s,/;]*([EW])\s*{_ANGLE}", re.IGNORECASE)
_HASH = re.compile(r"map=(\d{1,2}(?:\.\d+)?)/(-?\d+(?:\.\d+)?)/(-?\d+(?:\.\d+)?)")
_GEO = re.compile(r"geo:(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)(?:[;?].*?z=(\d+))?.*", re.IGNORECASE)
_POSITION_ZOOM = 17


@dataclass(frozen=True)
class Found:
    """A result, by its path on this site."""

    path: str


def find(query: str) -> Found | None:
    """Return what a query stands for, None if it is not understood."""
    text = query.strip()
    return _link(text) or _object(text) or _position(text)


def _object(text: str) -> Found | None:
    match = _OBJECT.fullmatch(text)
    if not match or not 0 < int(match["id"]) <= MAX_ID:
        return None
    kind = _TYPES[match["type"][0].lower()]
    version = match["version"] or match["v"]
    suffix = f"/history/{int(version)}" if version and kind != "changeset" else ""
    return Found(f"/{kind}/{int(match['id'])}{suffix}")


def _link(text: str) -> Found | None:
    """Read a link to openstreetmap.org or a similar site, or a geo URI."""
    geo = _GEO.fullmatch(text)
    if geo:
        return _at(float(geo[1]), float(geo[2]), float(geo[3] or _POSITION_ZOOM))
    if "://" not in text:
        return None
    parts = urlsplit(text)
    path = parts.path.strip("/")
    anchor = _HASH.search(parts.fragment)
    found = _short_link(path) or _object(path)
    if found and anchor and "#" not in found.path:
        return Found(f"{found.path}#{anchor[0]}")
    if not found and anchor:
        return _at(float(anchor[2]), float(anchor[3]), float(anchor[1]))
    return found or _marker(parse_qs(parts.query))


def _short_link(path: str) -> Found | None:
    try:
        lat, lon, zoom = shortlink.decode(path.removeprefix("go/") if path.startswith("go/") else "")
    except ValueError:
        return None
    return _at(lat, lon, zoom)


def _marker(query: dict[str, list[str]]) -> Found | None:
    try:
        return _at(float(query["mlat"][0]), float(query["mlon"][0]), _POSITION_ZOOM, marker=True)
    except (KeyError, ValueError):
        return None


def _position(text: str) -> Found | None:
    pair = _PAIR.fullmatch(text)
    if pair:
        first, second = float(pair["lat"]), float(pair["lon"])
        # Latitude first, as most people write it; longitude first if nothing else makes sense.
        return _at(first, second, _POSITION_ZOOM, marker=True) or _at(
            second, first, _POSITION_ZOOM, marker=True
        )
    match = _HEMISPHERE_LAST.fullmatch(text)
    if match:
        groups = match.groups()
        lat, south, lon, west = groups[:3], groups[3], groups[4:7], groups[7]
    else:
        match = _HEMISPHERE_FIRST.fullmatch(text)
        if not match:
            return None
        groups = match.groups()
        south, lat, west, lon = groups[0], groups[1:4], groups[4], groups[5:]
    return _at(
        _degrees(lat) * (-1 if south in "Ss" else 1),
        _degrees(lon) * (-1 if west in "Ww" else 1),
        _POSITION_ZOOM,
        marker=True,
    )


def _degrees(parts: tuple[str | None, ...]) -> float:
    return sum(float(part or 0) / scale for part, scale in zip(parts, (1, 60, 3600), strict=True))


def _at(lat: float, lon: float, zoom: float, *, marker: bool = False) -> Found | None:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    position = f"#map={zoom:g}/{round(lat, 6)}/{round(lon, 6)}"
    return Found((f"/?mlat={round(lat, 6)}&mlon={round(lon, 6)}" if marker else "/") + position)
