"""Documents of elements: the root, the elements' bytes as they come from the database, the end."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import orjson
import psycopg
from django.conf import settings
from lxml import etree

from apps.osm import osmjson, osmxml
from apps.osm.bbox import BBox
from apps.osm.formats import Format

logger = logging.getLogger(__name__)
T = TypeVar("T")

ORIGIN = osmxml.Origin(
    settings.API_VERSION,
    settings.GENERATOR,
    settings.COPYRIGHT_OWNER,
    settings.ATTRIBUTION_URL,
    settings.LICENSE_URL,
)


def elements(pieces: Iterable[bytes], output_format: Format, bbox: BBox | None = None) -> Iterator[bytes]:
    """Yield an `osm` document of elements as the database renders them, with the bounds of a map call."""
    if output_format is Format.JSON:
        yield osmjson.start(ORIGIN, bbox)
        # Each element begins with a comma, which the first one loses.
        remaining = _or_error(pieces, osmjson.error)
        yield next(remaining, b"").removeprefix(b",")
        yield from remaining
        yield osmjson.end()
    else:
        yield osmxml.start("osm", ORIGIN) + (osmxml.bounds(bbox) if bbox else b"")
        yield from _or_error(pieces, osmxml.error)
        yield osmxml.end("osm")


def changes(versions: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield an `osmChange` document in which each version has its own action."""
    yield osmxml.start("osmChange", ORIGIN)
    pieces = (
        f" <{action}>\n".encode() + element + f" </{action}>\n".encode() for action, element in versions
    )
    yield from _or_error(pieces, osmxml.error)
    yield osmxml.end("osmChange")


def _or_error(pieces: Iterable[bytes], form: Callable[[str], bytes]) -> Iterator[bytes]:
    """Yield the pieces; if the database fails midway, an error element instead of the rest. It is too late for
    another status (API page, "Internal errors while generating a response")."""
    try:
        yield from pieces
    except psycopg.Error as error:
        logger.exception("A response was cut short")
        yield form(str(error).strip())


def json_list(name: str, items: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield a JSON document with a list of small objects, one by one."""
    yield orjson.dumps(ORIGIN._asdict()).removesuffix(b"}") + f',"{name}":['.encode()
    for index, item in enumerate(items):
        yield (b"," if index else b"") + orjson.dumps(item)
    yield b"]}"


def xml_list(items: Iterable[T], append: Callable[[etree._Element, T], None]) -> Iterator[bytes]:
    """Yield an `osm` document with small elements, one by one; `append` appends one to its parent."""
    is_empty = True
    for item in items:
        if is_empty:
            yield osmxml.start("osm", ORIGIN)
            is_empty = False
        parent = etree.Element("osm")
        append(parent, item)
        yield osmxml.indented(parent[0], 1)
    yield osmxml.serialize(osmxml.root("osm", ORIGIN)) if is_empty else osmxml.end("osm")
