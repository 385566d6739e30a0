"""Search by a Nominatim elsewhere, for instances that name one (`OSMSITE_GEOCODER`)."""

import http.client
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import orjson
from django.conf import settings
from django.core.cache import cache

from apps.osm.elements import MAX_ID, ElementRef, ElementType
from apps.osm.numbers import parse_number
from apps.osm.positions import is_in_world

_SECONDS, _SECONDS_IN_ALL = 5, 8
"""For each step of the connection, and until the answer is complete."""
_LARGEST = 2_000_000
"""Bytes of an answer."""
_CHUNK = 65_536
_REMEMBERED = 600
"""Seconds."""
_LONGEST_QUERY, _LONGEST_TEXT = 300, 500
_TYPES = {kind.label: kind for kind in ElementType}

Degrees = tuple[float, float, float, float]
"""West, south, east, north."""


class GeocoderError(Exception):
    """The service does not answer as it should; the text says what it did instead."""


@dataclass(frozen=True)
class Place:
    name: str
    """Empty if it has none."""
    display_name: str
    key: str
    value: str
    ref: ElementRef | None
    lat: float
    lon: float
    box: Degrees


def host() -> str:
    """Return the name of the service, for people."""
    return urlsplit(settings.GEOCODER).hostname or ""


def search(text: str, *, languages: Sequence[str], view: Degrees | None, limit: int) -> list[Place]:
    """Return what a text may mean, in the order of the service. Raises GeocoderError."""
    asked: dict[str, object] = {"q": text[:_LONGEST_QUERY], "format": "jsonv2", "limit": limit}
    if languages:
        asked["accept-language"] = ",".join(languages)
    if view:
        asked["viewbox"] = ",".join(f"{side:.4f}" for side in view)
    url = f"{settings.GEOCODER}/search?{urlencode(asked)}"
    key = f"geocoder:{sha256(url.encode()).hexdigest()}"
    body = cache.get(key)
    if body is None:
        body = _read(url)
        found = list(_places(body))
        cache.set(key, body, _REMEMBERED)
    else:
        found = list(_places(body))
    return found[:limit]


class _NoRedirects(HTTPRedirectHandler):
    """Where a service that an operator trusts sends us may be anywhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = build_opener(_NoRedirects)


def _read(url: str) -> bytes:
    headers = {"User-Agent": f"osmsite ({settings.PUBLIC_URL})", "Accept": "application/json"}
    request = Request(url, headers=headers)  # noqa: S310 (the setting is checked to be a URL of HTTP)
    until = time.monotonic() + _SECONDS_IN_ALL
    body = b""
    try:
        with _opener.open(request, timeout=_SECONDS) as response:
            while chunk := response.read1(_CHUNK):
                body += chunk
                if len(body) > _LARGEST:
                    raise GeocoderError("too long an answer")
                if time.monotonic() > until:
                    raise GeocoderError("timed out")
    except HTTPError as error:
        with error:
            raise GeocoderError(f"status {error.code}") from None
    except TimeoutError:
        raise GeocoderError("timed out") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise GeocoderError("timed out" if isinstance(reason, TimeoutError) else "no connection") from None
    return body


def _places(body: bytes) -> Iterator[Place]:
    """Yield the places of an answer; what is not as it should be is left out, since it was not made here."""
    try:
        entries = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise GeocoderError("not JSON") from None
    if not isinstance(entries, list):
        raise GeocoderError("not a list")
    for entry in entries:
        if isinstance(entry, dict) and (place := _place(entry)):
            yield place


def _place(entry: dict[str, Any]) -> Place | None:
    lat, lon = (parse_number(_text(entry, name)) for name in ("lat", "lon"))
    display_name = _text(entry, "display_name")
    if lat is None or lon is None or not is_in_world(lat, lon) or not display_name:
        return None
    return Place(
        name=_text(entry, "name"),
        display_name=display_name,
        key=_text(entry, "category") or _text(entry, "class"),
        value=_text(entry, "type"),
        ref=_ref(entry),
        lat=lat,
        lon=lon,
        box=_box(entry) or (lon, lat, lon, lat),
    )


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return str(value)[:_LONGEST_TEXT] if isinstance(value, str | int | float) else ""


def _ref(entry: dict[str, Any]) -> ElementRef | None:
    kind, number = _TYPES.get(_text(entry, "osm_type")), entry.get("osm_id")
    if kind is None or not isinstance(number, int) or not 0 < number <= MAX_ID:
        return None
    return ElementRef(kind, number)


def _box(entry: dict[str, Any]) -> Degrees | None:
    """Return the box; Nominatim has south, north, west and east in this order."""
    sides = entry.get("boundingbox")
    if not isinstance(sides, list) or len(sides) != 4:
        return None
    south, north, west, east = (parse_number(str(side)[:40]) for side in sides)
    if south is None or north is None or west is None or east is None:
        return None
    is_box = is_in_world(south, west) and is_in_world(north, east) and south <= north and west <= east
    return (west, south, east, north) if is_box else None
