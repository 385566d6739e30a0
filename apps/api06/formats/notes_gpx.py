"""Notes as the waypoints of a GPX 1.1 document (upstream behaviour 1.15.2)."""

from collections.abc import Iterator
from itertools import chain

from django.conf import settings
from lxml import etree

from apps.notes.models import Note
from apps.notes.querysets import Thread
from apps.osm import osmxml
from apps.osm.elements import format_coordinate, format_timestamp

from .notes import HERE, addresses, format_moment
from .notes_html import comment

_NAMESPACE = "http://www.topografix.com/GPX/1/1"
_SCHEMA = f"{_NAMESPACE} {_NAMESPACE}/gpx.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def document(threads: Iterator[Thread], suffix: str | None) -> Iterator[bytes]:
    """Yield a GPX document with a waypoint for each note, comment by comment."""
    root = etree.Element(
        "gpx",
        {"version": "1.1", "creator": settings.GENERATOR, f"{{{_XSI}}}schemaLocation": _SCHEMA},
        nsmap={None: _NAMESPACE, "xsi": _XSI},  # type: ignore[dict-item]
    )
    first = next(threads, None)
    if first is None:
        # `<gpx></gpx>` rather than `<gpx/>`, as the website writes it.
        root.text = ""
        yield osmxml.serialize(root)
        return
    root.text = HERE
    head, tail = osmxml.serialize(root).split(HERE.encode())
    yield head + b"\n"
    for note, comments in chain([first], threads):
        before, after = _point(note, suffix).split(HERE.encode())
        yield before
        for item in comments:
            yield comment(item).encode()
        yield after
    yield tail


def _point(note: Note, suffix: str | None) -> bytes:
    """Return the waypoint; its description is only marked."""
    point = etree.Element("wpt", lon=format_coordinate(note.lon), lat=format_coordinate(note.lat))
    osmxml.child(point, "time", format_timestamp(note.created_at))
    osmxml.child(point, "name", f"Note: {note.pk}")
    # `]]>` cannot occur: user text is escaped.
    osmxml.child(point, "desc").text = etree.CDATA(HERE)
    osmxml.child(point, "link", href=f"{settings.PUBLIC_URL}/note/{note.pk}")
    extensions = osmxml.child(point, "extensions")
    facts = {"id": str(note.pk), **addresses(note, suffix), "date_created": format_moment(note.created_at)}
    facts["status"] = note.status
    if note.closed_at:
        facts["date_closed"] = format_moment(note.closed_at)
    for name, value in facts.items():
        osmxml.child(extensions, name, value)
    return osmxml.indented(point, 1)
