"""Reader of osmChange documents, as clients upload them.

An expat parser with four levels (osmChange, action, element, child), fed in chunks. It builds nothing but the changes,
and stops at the first element that is nested deeper, at a document type, and at a repeated attribute. Editors show the
texts of the errors.
"""

import math
import re
from collections.abc import Iterable
from enum import Enum
from xml.parsers import expat

from .edit_errors import BadDocumentError, NoNodesError, TooManyMembersError, TooManyWayNodesError
from .elements import COORDINATE_SCALE, MAX_ID, MAX_TEXT, UNWRITABLE, ElementType, Member

_INTEGER = re.compile("-?[0-9]++").match
_NUMBER = re.compile(
    r"-?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][-+]?[0-9]++)?+|-?inf(?:inity)?|nan", re.IGNORECASE
).match
_TYPES = {kind.label: kind for kind in ElementType}


class Action(Enum):
    CREATE = "create"
    MODIFY = "modify"
    DELETE = "delete"


_ACTIONS = {action.value: action for action in Action}


class Limits:
    """How many nodes a way may have, and how many members a relation."""

    def __init__(self, way_nodes: int, members: int) -> None:
        self.way_nodes = way_nodes
        self.members = members


class Change:
    """One element of an upload. Negative ids are placeholders; coordinates are integers of 1e-7 degrees."""

    __slots__ = (
        "action", "changeset", "id", "if_unused", "lat", "lon", "members", "nodes", "tags", "type", "version",
    )  # fmt: skip

    def __init__(self, action: Action, kind: ElementType, *, if_unused: bool = False) -> None:
        self.action = action
        self.type = kind
        self.id = 0
        self.version = 0
        self.changeset = 0
        self.lat: int | None = None
        self.lon: int | None = None
        self.tags: dict[str, str] = {}
        self.nodes: list[int] = []
        self.members: list[Member] = []
        self.if_unused = if_unused

    def __str__(self) -> str:
        return f"{self.type.label.capitalize()} {self.id}"


def parse(chunks: Iterable[bytes], limits: Limits) -> list[Change]:
    """Return the changes of an osmChange document, in its order.

    Raises BadDocumentError with the line and column, NoNodesError, TooManyWayNodesError, TooManyMembersError.
    """
    reader = _Reader(limits)
    reader.read(chunks)
    return reader.changes


class _Reader:
    def __init__(self, limits: Limits) -> None:
        self.changes: list[Change] = []
        self._limits = limits
        self._depth = 0
        self._action: Action | None = None
        self._if_unused = False
        self._change: Change | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._refuse_doctype

    def read(self, chunks: Iterable[bytes]) -> None:
        try:
            for chunk in chunks:
                self._parser.Parse(chunk, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise BadDocumentError(
                f"XML cannot be read: {expat.ErrorString(error.code)}", *self._position()
            ) from None
        except (LookupError, ValueError):
            # Raised by expat if the declaration names an encoding that Python does not know.
            if self._depth:
                raise
            raise BadDocumentError("XML cannot be read: unknown encoding", *self._position()) from None
        except _Problem as problem:
            raise BadDocumentError(str(problem), *self._position()) from None

    def _position(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber

    def _refuse_doctype(self, *_: object) -> None:
        raise _Problem("A document type is not allowed")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = self._depth = self._depth + 1
        if depth == 4:
            self._start_child(name, attributes)
        elif depth == 3:
            self._start_element(name, attributes)
        elif depth == 2:
            action = _ACTIONS.get(name)
            if action is None:
                raise _Problem(f"Unknown action {name}, choices are create, modify, delete")
            self._action = action
            self._if_unused = action is Action.DELETE and "if-unused" in attributes
        elif depth == 1:
            if name != "osmChange":
                raise _Problem(f"Unknown top-level element {name}, expecting osmChange")
        else:
            raise _Problem("xml file nested too deep")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 2:
            change = self._change
            assert change is not None  # noqa: S101 (for the type checker)
            _check_complete(change, self._limits)
            self.changes.append(change)

    def _start_element(self, name: str, attributes: dict[str, str]) -> None:
        kind = _TYPES.get(name)
        if kind is None:
            raise _Problem(f"Unknown element {name}, expecting node, way or relation")
        assert self._action is not None  # noqa: S101 (for the type checker)
        self._change = change = Change(self._action, kind, if_unused=self._if_unused)
        if "id" not in attributes:
            raise _Problem("Mandatory field id missing in object")
        change.id = _integer(attributes["id"], "Id is not numeric", "Id number is too large")
        if change.id == 0:
            raise _Problem("Id must be different from 0")
        if "changeset" not in attributes:
            raise _Problem(f"Changeset id is missing for {change}")
        change.changeset = _integer(
            attributes["changeset"], "Changeset is not numeric", "Changeset number is too large"
        )
        if change.changeset <= 0:
            raise _Problem("Changeset must be a positive number")
        if change.action is not Action.CREATE:
            if "version" not in attributes:
                raise _Problem(f"Version is required when updating {change}")
            change.version = _integer(
                attributes["version"], "Version is not numeric", "Version value is too large"
            )
            if change.version < 0:
                raise _Problem("Version may not be negative")
            if change.version == 0:
                raise _Problem(f"Invalid version number {change.version} in {change}")
        if kind is ElementType.NODE:
            if "lat" in attributes:
                change.lat = _coordinate(attributes["lat"], "Latitude", 90)
            if "lon" in attributes:
                change.lon = _coordinate(attributes["lon"], "Longitude", 180)

    def _start_child(self, name: str, attributes: dict[str, str]) -> None:
        change = self._change
        assert change is not None  # noqa: S101 (for the type checker)
        if name == "tag":
            _add_tag(change, attributes)
        elif name == "nd" and change.type is ElementType.WAY:
            if "ref" not in attributes:
                raise _Problem(f"Missing mandatory ref field on way node {change}")
            ref = _integer(attributes["ref"], "Way node is not numeric", "Way node value is too large")
            if ref == 0:
                raise _Problem("Way node value may not be 0")
            change.nodes.append(ref)
        elif name == "member" and change.type is ElementType.RELATION:
            change.members.append(_member(attributes))


class _Problem(Exception):  # noqa: N818 (becomes BadDocumentError, which adds line and column)
    pass


def _integer(text: str, not_numeric: str, too_large: str) -> int:
    """Return the integer at the start of a text, as cgimap reads it."""
    match = _INTEGER(text)
    if match is None:
        raise _Problem(not_numeric)
    digits = match.group()
    number = int(digits) if len(digits) < 25 else MAX_ID + 1
    if not -MAX_ID - 1 <= number <= MAX_ID:
        raise _Problem(too_large)
    return number


def _coordinate(text: str, what: str, limit: int) -> int:
    match = _NUMBER(text)
    if match is None:
        raise _Problem(f"{what} is not numeric")
    degrees = float(match.group())
    if degrees < -limit or degrees > limit:
        raise _Problem(f"{what} outside of valid range")
    if math.isnan(degrees):
        raise _Problem(f"{what} not a valid finite number")
    return round(degrees * COORDINATE_SCALE)


def _add_tag(change: Change, attributes: dict[str, str]) -> None:
    key, value = attributes.get("k"), attributes.get("v")
    if key is None:
        raise _Problem(f"Mandatory field k missing in tag element for {change}")
    if value is None:
        raise _Problem(f"Mandatory field v missing in tag element for {change}")
    if not key:
        raise _Problem(f"Key may not be empty in {change}")
    if len(key) > MAX_TEXT:
        raise _Problem(f"Key has more than 255 unicode characters in {change}")
    if len(value) > MAX_TEXT:
        raise _Problem(f"Value has more than 255 unicode characters in {change}")
    if UNWRITABLE.search(key) or UNWRITABLE.search(value):
        raise _Problem(f"Tag contains invalid characters in {change}")
    if key in change.tags:
        raise _Problem(f"{change} has duplicate tags with key {key}")
    change.tags[key] = value


def _member(attributes: dict[str, str]) -> Member:
    name = attributes.get("type")
    if name is None:
        raise _Problem("Missing 'type' attribute in Relation member")
    kind = _TYPES.get(name.lower())
    if kind is None:
        raise _Problem(f"Invalid type {name} in member relation")
    if "ref" not in attributes:
        raise _Problem("Missing 'ref' attribute in Relation member")
    ref = _integer(
        attributes["ref"],
        "Relation member 'ref' attribute is not numeric",
        "Relation member 'ref' attribute value is too large",
    )
    if ref == 0:
        raise _Problem("Relation member 'ref' attribute may not be 0")
    role = attributes.get("role", "")
    if len(role) > MAX_TEXT:
        raise _Problem("Relation Role has more than 255 unicode characters")
    if UNWRITABLE.search(role):
        raise _Problem("Relation Role contains invalid characters")
    return Member(kind, ref, role)


def _check_complete(change: Change, limits: Limits) -> None:
    """Check the rules that need the whole element."""
    if change.action is not Action.DELETE:
        if change.type is ElementType.NODE and (change.lat is None or change.lon is None):
            raise _Problem(f"{change} does not include all mandatory fields")
        if change.type is ElementType.WAY:
            if not change.nodes:
                raise NoNodesError(change.id)
            if len(change.nodes) > limits.way_nodes:
                raise TooManyWayNodesError(len(change.nodes), change.id, limits.way_nodes)
        elif len(change.members) > limits.members:
            raise TooManyMembersError(len(change.members), change.id, limits.members)
    if change.action is Action.CREATE and change.id >= 0:
        raise _Problem("Placeholder IDs must be negative for created elements.")
