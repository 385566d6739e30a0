"""Reader of the points of GPX documents of any size, in chunks."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from xml.parsers import expat

from django.conf import settings
from django.utils.translation import gettext as _

from apps.osm.elements import COORDINATE_SCALE

from .archives import Stream
from .errors import BadTraceError
from .points import EARLIEST, LATEST, Points

_LONGEST_TOKEN = 1_000_000
"""The largest tag, comment or attribute in bytes: expat holds it in memory."""
_LONGEST_VALUE = 100
_DEEPEST = 100
"""How deep elements may be nested; expat remembers each open one."""


class Reader:
    """Collects the points of one document after another.

    Only `trkpt`, `ele`, `time` and the end of `trkseg` matter. A point without a time, or outside the world, counts but
    is left out (upstream behaviour 1.14.1).
    """

    def __init__(self, report: Callable[[int], None] = lambda _count: None) -> None:
        self.points = Points()
        self.count = 0
        self._report = report
        self._segment = self._depth = 0
        self._lat = self._lon = math.nan
        self._values: dict[str, str] = {}
        self._in_point = False
        self._field: str | None = None
        self._text = ""

    def read(self, stream: Stream) -> None:
        """Add the points of a document. Raises BadTraceError: not XML, incomplete, too many points."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._in_point, self._field, self._depth = False, None, 0
        size = 0
        try:
            while True:
                chunk = stream.read()
                parser.Parse(chunk, not chunk)
                if not chunk:
                    return
                size += len(chunk)
                if size - parser.CurrentByteIndex > _LONGEST_TOKEN:
                    raise BadTraceError(_("The XML has a tag of more than a million characters."))
                self._report(self.count)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # LookupError: an unknown encoding.
            raise BadTraceError(_("The XML cannot be read: {error}").format(error=error)) from None

    def _refuse_doctype(self, *_args: object) -> None:
        raise BadTraceError(_("The XML has a document type, which is not allowed."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadTraceError(_("The XML is nested too deeply."))
        if self._in_point:
            self._field = _local(name)
            self._text = ""
        elif _local(name) == "trkpt":
            self.count += 1
            if self.count > settings.MAX_TRACE_SIZE:
                limit = settings.MAX_TRACE_SIZE
                raise BadTraceError(_("It has more than {limit} track points.").format(limit=limit))
            self._in_point, self._values = True, {}
            self._lat, self._lon = _float(attributes.get("lat")), _float(attributes.get("lon"))

    def _characters(self, text: str) -> None:
        if self._field is not None and len(self._text) < _LONGEST_VALUE:
            self._text += text[:_LONGEST_VALUE]

    def _end(self, name: str) -> None:
        self._depth -= 1
        kind = _local(name)
        if self._in_point and kind == "trkpt":
            self._in_point, self._field = False, None
            self._finish()
        elif self._field is not None:
            if kind == self._field and kind in {"ele", "time"}:
                self._values[kind] = self._text
            self._field = None
        elif kind == "trkseg":
            self._segment += 1

    def _finish(self) -> None:
        # NaN is in no range.
        if not (-90 <= self._lat <= 90 and -180 <= self._lon <= 180) or "time" not in self._values:
            return
        time = _time(self._values["time"])
        if time is not None:
            elevation = _float(self._values.get("ele"))
            self.points.append(
                round(self._lat * COORDINATE_SCALE),
                round(self._lon * COORDINATE_SCALE),
                time,
                elevation if abs(elevation) < 1e9 else 0.0,
                self._segment,
            )


def _local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def _float(text: str | None) -> float:
    try:
        return float(text) if text else math.nan
    except ValueError:
        return math.nan


def _time(text: str) -> int | None:
    """Return seconds since 1970, or None if it is not a time in ISO 8601."""
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    seconds = time.timestamp()
    return math.floor(seconds) if EARLIEST <= seconds <= LATEST else None
