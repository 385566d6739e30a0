"""The JSON around elements, and the small documents that are made whole."""

from typing import Any

import orjson

from .bbox import BBox
from .elements import COORDINATE_SCALE
from .osmxml import Origin


def tags_text(tags: dict[str, str]) -> bytes:
    """Tags in the one form in which they are stored and sent: sorted by key, without blanks between."""
    return orjson.dumps(tags, option=orjson.OPT_SORT_KEYS)


def degrees(scaled: int) -> float:
    """A coordinate as a JSON number: seven decimals, none of them made up by the division."""
    return round(scaled / COORDINATE_SCALE, 7)


def start(origin: Origin, bbox: BBox | None) -> bytes:
    """The document up to the first element, which loses its comma."""
    head: dict[str, Any] = dict(origin._asdict())
    if bbox:
        head["bounds"] = {
            "minlat": degrees(bbox.min_lat),
            "minlon": degrees(bbox.min_lon),
            "maxlat": degrees(bbox.max_lat),
            "maxlon": degrees(bbox.max_lon),
        }
    return orjson.dumps(head)[:-1] + b',"elements":['


def error(message: str) -> bytes:
    """The element that ends a streamed document before its time."""
    return b",\n" + orjson.dumps({"error": message})


def end() -> bytes:
    return b"\n]}\n"


def document(origin: Origin, content: dict[str, Any]) -> bytes:
    return orjson.dumps({**origin._asdict(), **content})
