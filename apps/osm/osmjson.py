"""The JSON around streamed elements, and small documents."""

from collections.abc import Mapping
from typing import Any

import orjson

from .bbox import BBox
from .elements import COORDINATE_SCALE
from .numbers import format_degrees
from .osmxml import Origin


def tags_text(tags: dict[str, str]) -> bytes:
    """Return the JSON in which tags are stored and sent: sorted by key, without spaces."""
    return orjson.dumps(tags, option=orjson.OPT_SORT_KEYS)


def degrees(scaled: int) -> orjson.Fragment:
    """Return a stored coordinate as a JSON number in degrees."""
    return orjson.Fragment(format_degrees(scaled / COORDINATE_SCALE))


def numbers(texts: Mapping[str, str]) -> dict[str, orjson.Fragment]:
    """Return the texts as JSON numbers in the very notation that they have."""
    return {name: orjson.Fragment(text) for name, text in texts.items()}


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
