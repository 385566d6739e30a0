"""Reader of the points of GPX documents of any size, in chunks."""

import math
import re
from collections.abc import Callable
from xml.parsers import expat

from django.conf import settings
from django.utils.translation import gettext as _

from apps.osm.elements import COORDINATE_SCALE

from .archives import Stream
from .encodings import decoder_for
from .errors import BadTraceError, NotGpxError
from .points import Points
from .times import seconds_of

NO_POINTS = "0 points parsed ok. Do they all have lat,lng,alt,timestamp?"
_LONGEST_TOKEN = 1_000_000
"""The largest tag, comment or attribute in bytes: expat holds it in memory."""
_LONGEST_VALUE = 100
_DEEPEST = 100
"""How deep elements may be nested; expat remembers each open one."""
_DECLARATION = re.compile("xmlns(?::|$)").match
_GPX = re.compile(r"https?://www\.topografix\.com/GPX/[0-9]/[0-9]/?")


class Reader:
    """Collects the points of one document after another, and counts what it leaves out.

    Only `trkpt`, its `ele` and `time`, and the end of `trkseg` matter, and only as elements of GPX at their own place:
    those of other namespaces and those in `extensions` are skipped. A point without a time, or outside the world, counts
    but is left out (upstream behaviour 1.14.1).
    """

    def __init__(self, report: Callable[[int], None] = lambda _count: None) -> None:
        self.points = Points()
        self.count = self.untimed = self.outside = self.unreadable = 0
        self.first_unreadable = ""
        """The first of the times that could not be read."""
        self.waypoints = self.routes = 0
        self._report = report
        self._segment = 0

    def read(self, stream: Stream) -> None:
        """Add the points of a document. Raises NotGpxError, with nothing added, if it is something else, or
        BadTraceError: incomplete, too many points."""
        if stream.is_archive:
            raise NotGpxError(_("It is an archive within an archive."))
        document = _Document(self)
        decoder = decoder_for(stream.head())
        # What is decoded here reaches the parser in UTF-8, whatever the document says.
        parser = expat.ParserCreate("utf-8" if decoder else None)
        parser.buffer_text = True
        parser.StartElementHandler = document.start
        parser.EndElementHandler = document.end
        parser.CharacterDataHandler = document.characters
        parser.StartDoctypeDeclHandler = document.refuse_doctype
        size = 0
        try:
            while True:
                chunk = stream.read()
                content = decoder.decode(chunk, not chunk).encode() if decoder else chunk
                parser.Parse(content, not chunk)
                if not chunk:
                    break
                size += len(content)
                if size - parser.CurrentByteIndex > _LONGEST_TOKEN:
                    raise BadTraceError(_("The XML has a tag of more than a million characters."))
                self._report(self.count)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # LookupError: an unknown encoding.
            kind = BadTraceError if document.is_gpx else NotGpxError
            raise kind(_("The XML cannot be read: {error}").format(error=error)) from None
        if not document.is_gpx:
            raise NotGpxError(NO_POINTS)

    def begin_point(self) -> None:
        self.count += 1
        if self.count > settings.MAX_TRACE_SIZE:
            limit = settings.MAX_TRACE_SIZE
            raise BadTraceError(_("It has more than {limit} track points.").format(limit=limit))

    def add_point(self, lat: float, lon: float, values: dict[str, str]) -> None:
        """Add a point, or count why it is left out."""
        # NaN is in no range.
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            self.outside += 1
        elif not values.get("time", "").strip():
            self.untimed += 1
        elif (time := seconds_of(values["time"])) is None:
            self.unreadable += 1
            self.first_unreadable = self.first_unreadable or " ".join(values["time"].split())
        else:
            elevation = _float(values.get("ele"))
            self.points.append(
                round(lat * COORDINATE_SCALE),
                round(lon * COORDINATE_SCALE),
                time,
                elevation if abs(elevation) < 1e9 else 0.0,
                self._segment,
            )

    def end_segment(self) -> None:
        self._segment += 1


class _Document:
    """The state of one document while it is parsed."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.is_gpx = False
        """Whether its root element is `gpx`."""
        self._root_namespace = ""
        self._depth = 0
        self._skipped = 0
        """The depth of the open element whose content is skipped; 0 if there is none."""
        self._scopes: list[tuple[int, dict[str, str]]] = [(0, {})]
        """The prefixes of namespaces, from the depth on where they were declared."""
        self._kinds: dict[str, str | None] = {}
        """What the names in this scope mean: the name in GPX, or None for other elements."""
        self._point = 0
        """The depth of the open point; 0 if there is none."""
        self._lat = self._lon = math.nan
        self._values: dict[str, str] = {}
        self._field: str | None = None
        self._text = ""

    def refuse_doctype(self, name: str, *_args: object) -> None:
        kind = BadTraceError if name.rpartition(":")[2] == "gpx" else NotGpxError
        raise kind(_("The XML has a document type, which is not allowed."))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadTraceError(_("The XML is nested too deeply."))
        if self._skipped:
            return
        if attributes:
            self._declare(attributes)
        if self._depth == 1:
            self._root_namespace = self._namespace(name)
            self.is_gpx = self._kind(name) == "gpx"
        kind = self._kinds[name] if name in self._kinds else self._kind(name)
        if not self.is_gpx or kind is None or kind == "extensions":
            self._skipped = self._depth
        elif self._point:
            if self._depth == self._point + 1 and kind in {"ele", "time"}:
                self._field, self._text = kind, ""
        elif kind == "trkpt":
            self._reader.begin_point()
            self._point, self._values = self._depth, {}
            self._lat, self._lon = _float(attributes.get("lat")), _float(attributes.get("lon"))
        elif self._depth == 2:
            self._reader.waypoints += kind == "wpt"
            self._reader.routes += kind == "rte"

    def characters(self, text: str) -> None:
        if self._field and self._depth == self._point + 1 and len(self._text) < _LONGEST_VALUE:
            self._text += text[:_LONGEST_VALUE]

    def end(self, name: str) -> None:
        depth, self._depth = self._depth, self._depth - 1
        if self._skipped:
            if depth == self._skipped:
                self._skipped = 0
        elif depth == self._point:
            self._point = 0
            self._reader.add_point(self._lat, self._lon, self._values)
        elif self._field and depth == self._point + 1:
            self._values[self._field], self._field = self._text, None
        elif not self._point and self._kind(name) == "trkseg":
            self._reader.end_segment()
        if depth == self._scopes[-1][0]:
            self._scopes.pop()
            self._kinds = {}

    def _declare(self, attributes: dict[str, str]) -> None:
        """Remember the prefixes that an element declares, until its end."""
        if any(map(_DECLARATION, attributes)):
            declared = {key[6:]: value for key, value in attributes.items() if _DECLARATION(key)}
            self._scopes.append((self._depth, {**self._scopes[-1][1], **declared}))
            self._kinds = {}

    def _kind(self, name: str) -> str | None:
        """Return the name of an element of GPX without its prefix, None for an element of another namespace."""
        if name not in self._kinds:
            namespace = self._namespace(name)
            # Some programs write `xmlns=""` into the elements below the root by mistake.
            is_ours = namespace in {"", self._root_namespace} or _GPX.fullmatch(namespace)
            self._kinds[name] = name.rpartition(":")[2] if is_ours else None
        return self._kinds[name]

    def _namespace(self, name: str) -> str:
        """Return the namespace of a name. Some devices write prefixes without a declaration, which expat itself would
        refuse: those are namespaces of their own."""
        prefix = name.rpartition(":")[0]
        return self._scopes[-1][1].get(prefix, prefix)


def _float(text: str | None) -> float:
    try:
        return float(text) if text else math.nan
    except ValueError:
        return math.nan
