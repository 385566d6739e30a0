"""Documents of elements: the root, the elements' bytes as they come from the database, the end."""

from collections.abc import Iterable, Iterator

from django.conf import settings

from apps.elements.wire import Wire
from apps.osm import osmjson, osmxml
from apps.osm.bbox import BBox

ORIGIN = osmxml.Origin(
    settings.API_VERSION,
    settings.GENERATOR,
    settings.COPYRIGHT_OWNER,
    settings.ATTRIBUTION_URL,
    settings.LICENSE_URL,
)


def elements(pieces: Iterable[bytes], wire: Wire, bbox: BBox | None = None) -> Iterator[bytes]:
    """An `osm` document of elements in their wire form, with the bounds of a map call."""
    if wire is Wire.JSON:
        yield from _json(pieces, bbox)
        return
    yield osmxml.start("osm", ORIGIN) + (osmxml.bounds(bbox) if bbox else b"")
    yield from pieces
    yield osmxml.end("osm")


def _json(pieces: Iterable[bytes], bbox: BBox | None) -> Iterator[bytes]:
    yield osmjson.start(ORIGIN, bbox)
    remaining = iter(pieces)
    for first in remaining:
        yield first.removeprefix(b",")
        break
    yield from remaining
    yield osmjson.end()


def changes(versions: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """An `osmChange` document in which each version has an action of its own."""
    yield osmxml.start("osmChange", ORIGIN)
    for action, element in versions:
        name = action.encode()
        yield b" <" + name + b">\n" + element + b" </" + name + b">\n"
    yield osmxml.end("osmChange")
