"""Traces in XML and in JSON, and the points of a bbox as GPX (upstream behaviour 1.14)."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import numpy as np
from django.conf import settings
from lxml import etree

from apps.osm import osmjson, osmxml
from apps.osm.edit_errors import BadXmlError, IdMismatchError
from apps.osm.elements import format_timestamp
from apps.osm.errors import BadRequestError
from apps.osm.numbers import format_degrees, leading_id
from apps.traces.models import Trace
from apps.traces.owners import path_of
from apps.traces.points import Rows
from apps.traces.trackpoints import Page, Track

_GPX = (
    f"{osmxml.XML_DECLARATION}"
    '<gpx version="1.0" creator="OpenStreetMap.org" xmlns="http://www.topografix.com/GPX/1/0">\n'
)


class Description(NamedTuple):
    """The fields of an update."""

    description: str
    tags: list[str]
    visibility: str


def as_dict(trace: Trace) -> dict[str, Any]:
    tags = [tag.tag for tag in trace.tags.all()]
    return _head(trace) | osmjson.numbers(_place(trace)) | {"description": trace.description, "tags": tags}


def append(parent: etree._Element, trace: Trace) -> None:
    element = osmxml.child(parent, "gpx_file", **_head(trace), **_place(trace))
    osmxml.child(element, "description", trace.description)
    for tag in trace.tags.all():
        osmxml.child(element, "tag", tag.tag)


def _head(trace: Trace) -> dict[str, Any]:
    return {
        "id": trace.pk,
        "name": trace.name,
        "uid": trace.user_id,
        "user": trace.user.display_name,
        "visibility": trace.visibility,
        "pending": not trace.is_imported,
        "timestamp": format_timestamp(trace.created_at),
    }


def _place(trace: Trace) -> dict[str, str]:
    """Return the first point in degrees, once the trace is imported."""
    if trace.lat is None or trace.lon is None or not trace.is_imported:
        return {}
    return {"lat": format_degrees(trace.lat), "lon": format_degrees(trace.lon)}


def read(document: bytes, trace_id: int) -> Description:
    """Return the fields of an update. Raises BadXmlError, BadRequestError, IdMismatchError."""
    xml = document.decode(errors="replace")

    def refusal(detail: str) -> BadXmlError:
        return BadXmlError("trace", xml, detail)

    try:
        root = osmxml.parsed(document)
    except BadRequestError as problem:
        raise refusal(str(problem)) from None
    element = root.find("gpx_file") if root.tag == "osm" else None
    if element is None:
        raise refusal("XML doesn't contain an osm/gpx_file element.")
    visibility, number = element.get("visibility"), element.get("id")
    if visibility is None:
        raise refusal("visibility missing")
    if number is None:
        raise refusal("ID is required when updating.")
    in_xml = leading_id(number.strip())
    if not in_xml:
        raise BadRequestError("ID of trace cannot be zero when updating.")
    if in_xml != trace_id:
        raise IdMismatchError(trace_id, in_xml)
    description = element.find("description")
    if description is None:
        raise refusal("description missing")
    tags = [tag.text or "" for tag in element.findall("tag")]
    return Description(description.text or "", tags, visibility)


def gpx(page: Page) -> Iterator[bytes]:
    """Yield a page of points as GPX 1.0: identifiable and trackable traces as tracks with times, all other points
    together in one track."""
    yield _GPX.encode()
    for track in page.tracks:
        yield f" <trk>\n{_names(track.trace)}{''.join(_segments(track))} </trk>\n".encode()
    if len(page.anonymous):
        points = "".join(
            f'   <trkpt lat="{lat:.7f}" lon="{lon:.7f}"/>\n' for lat, lon in _degrees(page.anonymous)
        )
        yield f" <trk>\n  <trkseg>\n{points}  </trkseg>\n </trk>\n".encode()
    yield b"</gpx>\n"


def _names(trace: Trace) -> str:
    if trace.visibility != Trace.Visibility.IDENTIFIABLE:
        return ""
    url = settings.PUBLIC_URL + path_of(trace)
    return (
        f"  <name>{escape(trace.name)}</name>\n  <desc>{escape(trace.description)}</desc>\n"
        f"  <url>{escape(url)}</url>\n"
    )


def _segments(track: Track) -> Iterator[str]:
    times = np.datetime_as_string(track.details["time"].astype("datetime64[s]"))
    points = [
        f'   <trkpt lat="{lat:.7f}" lon="{lon:.7f}">\n    <time>{time}Z</time>\n   </trkpt>\n'
        for (lat, lon), time in zip(_degrees(track.positions), times.tolist(), strict=True)
    ]
    ends = [*(np.flatnonzero(np.diff(track.details["segment"])) + 1).tolist(), len(points)]
    first = 0
    for end in ends:
        yield f"  <trkseg>\n{''.join(points[first:end])}  </trkseg>\n"
        first = end


def _degrees(positions: Rows) -> Iterator[tuple[float, float]]:
    return zip((positions["lat"] / 1e7).tolist(), (positions["lon"] / 1e7).tolist(), strict=True)
