"""Reads OSM XML, osmChange and changeset dumps as a stream of events.

Expat instead of a tree: memory use does not grow with the file, and a document type (the way to entity bombs and to
external files) is refused before it has any effect.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar
from xml.parsers import expat

from django.utils.translation import gettext as _

from apps.osm.elements import MAX_ID, ElementType

from .errors import BadElementError, BadFileError
from .oddities import Oddity
from .records import NO_POSITION, ChangesetRecord, CommentRecord
from .sink import Sink

_ELEMENTS = {"node", "way", "relation"}
_ROOTS = {"osm", "osmChange"}
_EDITS = {"modify", "delete"}
"""What JOSM writes into `action` for changes that were not uploaded."""
_BOOLEANS = {"true": True, "false": False}
_MODES = {"create", "modify", "delete"}
_AROUND = _MODES | {"action", "old", "new", "bound", "bounds", "meta"}
"""What stands around map data, also in Overpass's differences, and has nothing to import of its own."""
_SEGMENTS = {"segment", "seg"}
"""What ways were made of before version 0.5."""

Attributes = dict[str, str]
T = TypeVar("T")


class XmlReader:
    """Pushes the elements of a file that is fed to it in chunks into a sink. Raises ImportFailedError."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._root: str | None = None
        self._is_of_overpass = False
        self._in_member = False
        """Whether a member is open, in which Overpass writes its geometry."""
        self._passed_over = ""
        """The name of the open element that is no map data."""
        self._others: set[str] = set()
        """The names of all such elements so far."""
        self._deletes = False
        self._name = ""
        """The type of the open node, way, relation or changeset."""
        self._latest = ""
        self._attributes: Attributes = {}
        self._tags: dict[str, str] = {}
        self._nodes: list[int] = []
        self._types: list[ElementType] = []
        self._refs: list[int] = []
        self._roles: list[str] = []
        self._comment: Attributes | None = None
        self._comments: list[CommentRecord] = []
        self._text: list[str] | None = None
        self._body = ""

    def feed(self, chunk: bytes) -> None:
        self._parse(chunk, last=False)

    def close(self) -> None:
        self._parse(b"", last=True)
        if self._others and not (self._sink.changesets or any(self._sink.counts.values())):
            names = ", ".join(f"<{name}>" for name in sorted(self._others))
            raise BadFileError(_("it has no map data: nothing but %s") % names)

    def _parse(self, chunk: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            place = f"{self._latest}: " if self._latest else ""
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS] or (last and self._root):
                raise BadFileError(place + _("the file is cut off (line %d)") % error.lineno) from None
            message = expat.ErrorString(error.code)
            raise BadFileError(
                place
                + _("not valid XML in UTF-8: %(error)s (line %(line)d)")
                % {"error": message, "line": error.lineno}
            ) from None
        except (LookupError, ValueError) as error:
            # Raised by expat if the declaration names an encoding that Python does not know or support.
            if self._root:
                raise
            raise BadFileError(
                _("not valid XML in UTF-8: %(error)s (line %(line)d)")
                % {"error": error, "line": self._parser.CurrentLineNumber}
            ) from None

    def _refuse_doctype(self, *_arguments: object) -> None:
        raise BadFileError(_("a document type is not allowed"))

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._root is None:
            if name not in _ROOTS:
                raise BadFileError(_("not an OSM file: its root element is <%s>") % name)
            self._begin_document(name, attributes)
        elif self._in_member or self._passed_over:
            pass
        elif name == "tag" and self._name:
            key = self._attribute(attributes, "k", "tag")
            if key in self._tags:
                self._sink.oddities.note(Oddity.REPEATED_TAG, self._latest)
            self._tags[key] = self._attribute(attributes, "v", "tag")
        elif name == "nd" and self._name:
            self._nodes.append(self._integer(attributes, "ref"))
        elif name == "member" and self._name:
            self._add_member(attributes)
            self._in_member = True
        elif name in _ELEMENTS or name == "changeset":
            self._begin(name, attributes)
        elif self._name:
            self._start_inside(name, attributes)
        else:
            self._start_around(name, attributes)

    def _start_inside(self, name: str, attributes: Attributes) -> None:
        """Begin a part of the open element that few have."""
        if name == "comment" and self._name == "changeset":
            self._comment, self._body = attributes, ""
        elif name == "text" and self._comment is not None:
            self._text = []
        elif name in _SEGMENTS:
            raise _segments_error()

    def _start_around(self, name: str, attributes: Attributes) -> None:
        """Begin what stands outside of nodes, ways, relations and changesets."""
        if name == "remark":
            self._text = []
        elif name in _SEGMENTS:
            raise _segments_error()
        elif name in _MODES and self._root == "osmChange":
            self._deletes = name == "delete"
        elif name not in _AROUND and (name != "note" or attributes):
            self._passed_over = name
            self._others.add(name)
            self._sink.oddities.note(Oddity.NO_MAP_DATA, f"<{name}>")

    def _begin_document(self, root: str, attributes: Attributes) -> None:
        if attributes.get("upload") == "never":
            raise BadFileError(_('its writer does not want it on a server: it says upload="never"'))
        self._root = root
        self._is_of_overpass = attributes.get("generator", "").startswith("Overpass API")

    def _begin(self, name: str, attributes: Attributes) -> None:
        if self._name:
            raise BadElementError(self._latest, _("contains a <%s>") % name)
        self._name, self._attributes = name, attributes
        self._latest = f"{name} {attributes.get('id', '?')}"
        self._tags, self._nodes, self._comments = {}, [], []
        self._types, self._refs, self._roles = [], [], []

    def _add_member(self, attributes: Attributes) -> None:
        label = self._attribute(attributes, "type", "member")
        try:
            self._types.append(ElementType.from_label(label))
        except ValueError:
            raise BadElementError(self._latest, _("a member of the unknown type %s") % label) from None
        self._refs.append(self._integer(attributes, "ref"))
        self._roles.append(attributes.get("role", ""))

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        if self._passed_over:
            if name == self._passed_over:
                self._passed_over = ""
        elif name == "member":
            self._in_member = False
        elif name == "text" and self._text is not None:
            self._body, self._text = "".join(self._text), None
        elif name == "remark" and self._text is not None:
            # Overpass has run out of time or memory, and what follows is missing.
            raise BadFileError(_("incomplete, says its writer: %s") % " ".join("".join(self._text).split()))
        elif name == "comment" and self._comment is not None:
            self._end_comment(self._comment)
            self._comment = None
        elif name == "delete" and not self._name:
            self._deletes = False
        elif name == self._name:
            self._push(name)
            self._name = ""

    def _push(self, name: str) -> None:
        if name == "changeset":
            self._sink.changeset(self._changeset())
            return
        attributes = self._attributes
        id_ = self._integer(attributes, "id")
        version = self._integer(attributes, "version", 1)
        if attributes.get("action") in _EDITS and id_ > 0:
            self._sink.oddities.note(Oddity.NOT_UPLOADED, self._latest)
            if attributes["action"] == "delete":
                # The deletion is the next version, by an author and at a time that the file does not name.
                version, attributes = version + 1, {"visible": "false"}
                self._tags, self._nodes, self._types, self._refs, self._roles = {}, [], [], [], []
        elif attributes.get("action") == "delete":
            # Made in the editor and deleted again.
            return
        # An editor writes `visible` as it was before what it deletes is uploaded.
        visible = not self._deletes and self._boolean(attributes, "visible") is not False
        if self._is_of_overpass and visible:
            self._check_body(name)
        head = (
            id_,
            version,
            visible,
            max(self._integer(attributes, "changeset", 0), 0),
            self._timestamp(attributes, "timestamp"),
            max(self._integer(attributes, "uid", 0), 0),
            attributes.get("user", ""),
            self._tags,
        )
        if name == "node":
            lat, lon = self._coordinate(attributes, "lat"), self._coordinate(attributes, "lon")
            self._sink.node(*head, lat, lon)
        elif name == "way":
            self._sink.way(*head, self._nodes)
        else:
            self._sink.relation(*head, self._types, self._refs, self._roles)

    def _check_body(self, name: str) -> None:
        """Raise BadElementError if Overpass was asked for ids or tags only: all ways and relations would be empty.

        A relation may be empty, but then it has a version, which comes with `out meta` only.
        """
        is_cut = {
            "node": "lat" not in self._attributes,
            "way": not self._nodes,
            "relation": not self._refs and "version" not in self._attributes,
        }
        if is_cut[name]:
            raise BadElementError(
                self._latest,
                _("Overpass was not asked for its body: use `out meta`, not `out ids` or `out tags`"),
            )

    def _changeset(self) -> ChangesetRecord:
        attributes = self._attributes
        sides = [self._coordinate(attributes, side) for side in ("min_lat", "min_lon", "max_lat", "max_lon")]
        count = "num_changes" if "num_changes" in attributes else "changes_count"
        return ChangesetRecord(
            id=self._integer(attributes, "id"),
            user_id=max(self._integer(attributes, "uid", 0), 0),
            user=attributes.get("user", ""),
            created_at=self._timestamp(attributes, "created_at"),
            closed_at=self._timestamp(attributes, "closed_at"),
            open=self._boolean(attributes, "open"),
            bbox=None if NO_POSITION in sides else (sides[0], sides[1], sides[2], sides[3]),
            num_changes=self._integer(attributes, count) if attributes.get(count) else None,
            tags=self._tags,
            comments=self._comments,
        )

    def _end_comment(self, attributes: Attributes) -> None:
        self._comments.append(
            CommentRecord(
                id=self._integer(attributes, "id") if attributes.get("id") else None,
                user_id=max(self._integer(attributes, "uid", 0), 0),
                user=attributes.get("user", ""),
                created_at=self._timestamp(attributes, "date"),
                body=self._body,
                visible=self._boolean(attributes, "visible") is not False,
            )
        )

    def _attribute(self, attributes: Attributes, name: str, owner: str) -> str:
        try:
            return attributes[name]
        except KeyError:
            raise BadElementError(
                self._latest, _("a <%(owner)s> without %(name)s") % {"owner": owner, "name": name}
            ) from None

    def _value(self, attributes: Attributes, name: str, read: Callable[[str], T]) -> T:
        text = self._attribute(attributes, name, self._name)
        try:
            return read(text)
        except (ValueError, ArithmeticError):
            raise BadElementError(
                self._latest, _("%(name)s is not valid: %(text)s") % {"name": name, "text": text[:40]}
            ) from None

    def _integer(self, attributes: Attributes, name: str, default: int | None = None) -> int:
        if default is not None and not attributes.get(name):
            return default
        return self._value(attributes, name, _integer)

    def _boolean(self, attributes: Attributes, name: str) -> bool | None:
        return self._value(attributes, name, _boolean) if attributes.get(name) else None

    def _timestamp(self, attributes: Attributes, name: str) -> int | None:
        return self._value(attributes, name, _seconds) if attributes.get(name) else None

    def _coordinate(self, attributes: Attributes, name: str) -> int:
        return self._value(attributes, name, _scaled) if attributes.get(name) else NO_POSITION


def _segments_error() -> BadFileError:
    return BadFileError(_("it has segments: data from before October 2007 has to be converted first"))


def _integer(text: str) -> int:
    number = int(text)
    if not (text.isascii() and text.removeprefix("-").isdigit()) or abs(number) > MAX_ID:
        raise ValueError(text)
    return number


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text]


def _seconds(text: str) -> int:
    """Return the seconds since 1970 of an ISO 8601 time, which is in UTC if it names no time zone."""
    time = datetime.fromisoformat(text)
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def _scaled(text: str) -> int:
    """Return 1e-7 degrees, rounded half up. As a float instead of a Decimal, a half could round either way."""
    scaled = int((Decimal(text) * 10_000_000).quantize(Decimal(1), ROUND_HALF_UP))
    # The columns hold no more, and NO_POSITION must not come from a file; both ends lie outside the world.
    return max(-(2**31), min(scaled, NO_POSITION - 1))
