"""What the search field understands without a geocoder: positions, elements and links to them."""

import math
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from apps.osm import shortlink
from apps.osm.elements import MAX_ID
from apps.osm.numbers import format_degrees, parse_number
from apps.osm.positions import Position, parse_position

_LONGEST = 2000
"""Characters. No link that people paste is longer."""
_OBJECT = re.compile(
    r"(?P<type>n(?:ode)?|w(?:ay)?|r(?:el(?:ation)?)?|c(?:s|hangeset)?|note)[\s/#:]*+(?P<id>\d{1,19})"
    r"(?:/history(?:/(?P<version>\d{1,19}))?|/(?P<of_api>\d{1,19})|\s*+v(?P<v>\d{1,19}))?",
    re.ASCII | re.IGNORECASE,
)
_TYPES = {"n": "node", "w": "way", "r": "relation", "c": "changeset"}
_BARE_HOST = re.compile(r"(?:www\.)?(?:openstreetmap|osm)\.org/", re.IGNORECASE)
_BEFORE_OBJECT = re.compile(r"\A(?:browse|api/0\.6)/(?:(notes)(?=/\d))?")
_AFTER_OBJECT = re.compile(r"(?:/(?:full|relations|ways|download|comments?))?(?:\.(?:json|xml|gpx|rss))?")
# Programs that do not think of it write numbers near 0 as 1.2e-05.
_DEGREES = r"(-?\d++(?:\.\d++)?+(?:[eE]-\d\d?)?+)"
_HASH = re.compile(rf"map=(\d{{1,2}}(?:\.\d++)?)/{_DEGREES}/{_DEGREES}", re.ASCII)
_GEO = re.compile(rf"geo:{_DEGREES},{_DEGREES}(?![\d.])", re.ASCII | re.IGNORECASE)
_GEO_ZOOM = re.compile(r"[?;&]z=(\d{1,2})(?!\d)", re.ASCII)
_POSITION_ZOOM = 17
_LARGEST_ZOOM = 25


@dataclass(frozen=True)
class Found:
    """A result, by its path on this site."""

    path: str


def find(query: str) -> Found | None:
    """Return what a query stands for, None if it is not understood."""
    text = query.strip()
    if len(text) > _LONGEST:
        return None
    return _link(text) or _object(text) or _position(text)


def swapped(query: str) -> Position | None:
    """Return the position that two numbers would be with the longitude first, if it is the only one in the world."""
    position = parse_position(query)
    if position is None or position.is_certain or position.is_in_world or not position.swapped.is_in_world:
        return None
    return position.swapped


def path_of(position: Position) -> str:
    """Return the path of the map with a marker at the position."""
    lat, lon = format_degrees(position.lat), format_degrees(position.lon)
    return f"/?mlat={lat}&mlon={lon}#map={_POSITION_ZOOM}/{lat}/{lon}"


def _object(text: str) -> Found | None:
    match = _OBJECT.fullmatch(text)
    if not match or not 0 < int(match["id"]) <= MAX_ID:
        return None
    written = match["type"].lower()
    kind = "note" if written == "note" else _TYPES[written[0]]
    version = match["version"] or match["of_api"] or match["v"]
    suffix = f"/history/{int(version)}" if version and kind not in {"changeset", "note"} else ""
    return Found(f"/{kind}/{int(match['id'])}{suffix}")


def _link(text: str) -> Found | None:
    """Read a link to openstreetmap.org or a similar site, or a geo URI."""
    geo = _GEO.match(text)
    if geo:
        zoom = _GEO_ZOOM.search(text, geo.end())
        return _at(float(geo[1]), float(geo[2]), float(zoom[1] if zoom else _POSITION_ZOOM))
    link = text.strip("<>\"'.,; ")
    if _BARE_HOST.match(link):
        link = f"https://{link}"
    if "://" not in link:
        return None
    try:
        parts = urlsplit(link)
        query = parse_qs(parts.query)
    except ValueError:
        return None
    path = parts.path.strip("/")
    anchor = _HASH.search(parts.fragment)
    found = _named(query) or _short_link(path) or _object_at(path)
    place = _at(float(anchor[2]), float(anchor[3]), float(anchor[1])) if anchor else None
    if found and place and "#" not in found.path:
        return Found(found.path + place.path.removeprefix("/"))
    return found or place or _marker(query) or _view(query)


def _object_at(path: str) -> Found | None:
    """Read the path of an object's page, also a former one, or of its calls of the API."""
    path = _BEFORE_OBJECT.sub(lambda before: "note" if before[1] else "", path)
    found = _OBJECT.match(path)
    return _object(found[0]) if found and _AFTER_OBJECT.fullmatch(path, found.end()) else None


def _named(query: dict[str, list[str]]) -> Found | None:
    """Read the object that `?node=5` and the like name."""
    names = [f"{kind}/{query[kind][0]}" for kind in (*_TYPES.values(), "note") if kind in query]
    return _object(names[0]) if names else None


def _short_link(path: str) -> Found | None:
    try:
        lat, lon, zoom = shortlink.decode(path.removeprefix("go/") if path.startswith("go/") else "")
    except ValueError:
        return None
    return _at(lat, lon, zoom)


def _marker(query: dict[str, list[str]]) -> Found | None:
    sides = [parse_number(query.get(name, [""])[0]) for name in ("mlat", "mlon")]
    lat, lon = (math.nan if side is None else side for side in sides)
    position = Position(lat, lon, is_certain=True)
    return Found(path_of(position)) if position.is_in_world else None


def _view(query: dict[str, list[str]]) -> Found | None:
    """Read `?lat=&lon=&zoom=`, which stood in links before the position was in the fragment."""
    lat, lon, zoom = (parse_number(query.get(name, [""])[0]) for name in ("lat", "lon", "zoom"))
    if lat is None or lon is None:
        return None
    return _at(lat, lon, zoom if zoom is not None and 0 <= zoom <= _LARGEST_ZOOM else _POSITION_ZOOM)


def _position(text: str) -> Found | None:
    position = parse_position(text)
    return Found(path_of(position)) if position and position.is_in_world else None


def _at(lat: float, lon: float, zoom: float) -> Found | None:
    if not Position(lat, lon, is_certain=True).is_in_world:
        return None
    return Found(f"/#map={zoom:g}/{format_degrees(lat)}/{format_degrees(lon)}")
