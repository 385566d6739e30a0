"""The JSON around streamed elements, and small documents."""

from typing import Any

import orjson

from .bbox import BBox
from .elements import COORDINATE_SCALE
from .osmxml import Origin


def tags_text(tags: dict[str, str]) -> bytes:
    """Return the JSON in which tags are stored and sent: sorted by key, without spaces."""
    return orjson.dumps(tags, option=orjson.OPT_SORT_KEYS)


def degrees(scaled: int) -> float:
    """Return a coordinate as a JSON number of seven decimals, without the rounding error of the division."""
    return round(scaled / COORDINATE_SCALE, 7)


def start(origin: Origin, bbox: BBox | None) -> bytes:
    """Return the document up to the first element, whose leading comma has to be removed."""
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
    """Return the object that ends a streamed document early."""
    return b",\n" + orjson.dumps({"error": message})


def end() -> bytes:
    return b"\n]}\n"


def document(origin: Origin, content: dict[str, Any]) -> bytes:
    return orjson.dumps({**origin._asdict(), **content})
