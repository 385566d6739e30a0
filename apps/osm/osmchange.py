"""Reads osmChange documents as clients upload them.

A parser with a stack of four levels (osmChange, action, element, child), fed in pieces: nothing is built but the
changes themselves, and what is nested deeper, declares a document type or says an attribute twice is refused where
it stands. Texts are contract: editors show them.
"""

import math
import re
from collections.abc import Iterable
from enum import Enum
from xml.parsers import expat

from .edit_errors import BadDocumentError, NoNodesError, TooManyMembersError, TooManyWayNodesError
from .elements import COORDINATE_SCALE, MAX_ID, MAX_TEXT, UNWRITABLE, ElementType, Member

_INTEGER = re.compile("-?[0-9]+").match
_NUMBER = re.compile(
    r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|-?inf(?:inity)?|nan", re.IGNORECASE
).match
_TYPES = {kind.label: kind for kind in ElementType}


class Action(Enum):
    CREATE = "create"
    MODIFY = "modify"
    DELETE = "delete"


_ACTIONS = {action.value: action for action in Action}


class Limits:
    """How many nodes a way and how many members a relation may have."""

    def __init__(self, way_nodes: int, members: int) -> None:
        self.way_nodes = way_nodes
        self.members = members


class Change:
    """One element of an upload. Ids below 0 are placeholders; positions are integers of 1e-7 degrees."""

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


def parse(pieces: Iterable[bytes], limits: Limits) -> list[Change]:
    """The changes of an osmChange document in its order.

    Raises BadDocumentError with the place in the document, and the errors of the rules that a single element
    can break by itself.
    """
    reader = _Reader(limits)
    reader.read(pieces)
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

    def read(self, pieces: Iterable[bytes]) -> None:
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise BadDocumentError(
                f"XML cannot be read: {expat.ErrorString(error.code)}", *self._place()
            ) from None
        except (LookupError, ValueError):
            # Raised by expat where the declaration names an encoding of which Python makes nothing.
            if self._depth:
                raise
            raise BadDocumentError("XML cannot be read: unknown encoding", *self._place()) from None
        except _Problem as problem:
            raise BadDocumentError(str(problem), *self._place()) from None

    def _place(self) -> tuple[int, int]:
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
            assert change is not None  # noqa: S101 (an element ends, so one has begun)
            _check_whole(change, self._limits)
            self.changes.append(change)

    def _start_element(self, name: str, attributes: dict[str, str]) -> None:
        kind = _TYPES.get(name)
        if kind is None:
            raise _Problem(f"Unknown element {name}, expecting node, way or relation")
        assert self._action is not None  # noqa: S101 (elements stand within actions)
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
        assert change is not None  # noqa: S101 (children stand within elements)
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


class _Problem(Exception):  # noqa: N818 (becomes BadDocumentError where the place is known)
    pass


def _integer(text: str, not_numeric: str, too_large: str) -> int:
    """The number at the start of a text, as cgimap reads it."""
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


def _check_whole(change: Change, limits: Limits) -> None:
    """What can be said of an element only when all of it has been read."""
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
