"""Opens a file of any of the formats and pushes what it holds into a sink.

PBF and OPL are read with pyosmium. XML is read here (`xml_reader.py`): pyosmium gives no discussions, no
`changes_count`, refuses the id 9223372036854775807 and takes a missing attribute for a zero.
"""

import bz2
import gzip
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import IO, cast

import osmium
from django.utils.translation import gettext as _
from osmium.osm.types import Changeset, Node, Relation, TagList, Way

from apps.osm.elements import ElementType

from .errors import BadElementError, BadFileError
from .records import NO_POSITION, ChangesetRecord
from .sink import Sink
from .xml_reader import XmlReader

_TYPES = {"n": ElementType.NODE, "w": ElementType.WAY, "r": ElementType.RELATION}
_NO_TAGS: dict[str, str] = {}
_XML_CHUNK = 1 << 16
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Position = Callable[[], float | None]
"""How much of the file has been read, from 0 to 1; None where that is not known."""


def read_file(path: Path, sink: Sink, on_start: Callable[[Position], None]) -> None:
    """Push all elements of the file into the sink; `on_start` is given the position before the first one.

    Raises ImportFailedError.
    """
    try:
        with path.open("rb") as file, _unpacked(file) as content:
            start = content.read(64)
            content.seek(0)
            size = path.stat().st_size
            if not start:
                raise BadFileError(_("the file is empty"))
            if start.startswith(_UTF16) or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                on_start(lambda: 1.0 if file.closed else file.tell() / size)
                reader = XmlReader(sink)
                while chunk := content.read(_XML_CHUNK):
                    reader.feed(chunk)
                reader.close()
                return
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadFileError(_("the file is damaged or cut off: %s") % error) from None
    except OSError as error:
        raise BadFileError(_("the file cannot be read: %s") % (error.strerror or error)) from None
    on_start(lambda: _position(path, size))
    _read_with_osmium(path, sink)


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    magic = file.read(3)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=file))
    return bz2.BZ2File(file) if magic == b"BZh" else file


def _position(path: Path, size: int) -> float | None:
    """Where libosmium's reader is: it does not tell, but Linux does."""
    try:
        for descriptor in Path("/proc/self/fd").iterdir():
            if descriptor.exists() and descriptor.samefile(path):
                info = Path("/proc/self/fdinfo", descriptor.name).read_text()
                return int(info.split("\n", 1)[0].removeprefix("pos:")) / size
    except (OSError, ValueError):
        pass
    return None


class _RepeatedTagError(Exception):
    """The same key twice in one element."""


class _Handler(osmium.SimpleHandler):
    """Passes on what libosmium reads."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink
        self._push_node = sink.node

    def node(self, node: Node) -> None:
        try:
            location = node.location
            tags = node.tags
            self._push_node(
                node.id,
                node.version or 1,
                node.visible,
                node.changeset,
                int(node.timestamp.timestamp()) or None,
                node.uid,
                node.user,
                _tags(tags) if len(tags) else _NO_TAGS,
                location.y,
                location.x,
            )
        except (UnicodeDecodeError, _RepeatedTagError) as error:
            raise _bad_text(f"node {node.id}", error) from None

    def way(self, way: Way) -> None:
        try:
            nodes = way.nodes
            self._sink.way(
                way.id,
                way.version or 1,
                way.visible,
                way.changeset,
                int(way.timestamp.timestamp()) or None,
                way.uid,
                way.user,
                _tags(way.tags),
                [nodes[index].ref for index in range(len(nodes))],
            )
        except (UnicodeDecodeError, _RepeatedTagError) as error:
            raise _bad_text(f"way {way.id}", error) from None

    def relation(self, relation: Relation) -> None:
        try:
            members = list(islice(relation.members, len(relation.members)))
            self._sink.relation(
                relation.id,
                relation.version or 1,
                relation.visible,
                relation.changeset,
                int(relation.timestamp.timestamp()) or None,
                relation.uid,
                relation.user,
                _tags(relation.tags),
                [_TYPES[member.type] for member in members],
                [member.ref for member in members],
                [member.role for member in members],
            )
        except (UnicodeDecodeError, _RepeatedTagError) as error:
            raise _bad_text(f"relation {relation.id}", error) from None

    def changeset(self, changeset: Changeset) -> None:
        try:
            _push_changeset(changeset, self._sink)
        except (UnicodeDecodeError, _RepeatedTagError) as error:
            raise _bad_text(f"changeset {changeset.id}", error) from None


def _tags(tags: TagList) -> dict[str, str]:
    # A slice by length: the end of libosmium's own iterator is a C++ exception, as costly as ten tags.
    count = len(tags)
    pairs = dict(islice(tags, count))
    if len(pairs) != count:
        raise _RepeatedTagError
    return pairs


def _bad_text(element: str, error: UnicodeDecodeError | _RepeatedTagError) -> BadElementError:
    if isinstance(error, _RepeatedTagError):
        return BadElementError(element, _("has the same tag twice"))
    return BadElementError(element, _("a text is not valid UTF-8: %r") % error.object[:60])


def _read_with_osmium(path: Path, sink: Sink) -> None:
    try:
        _Handler(sink).apply_file(path)
    except (RuntimeError, ValueError) as error:
        raise BadFileError(_("not an OSM file, or damaged: %s") % error) from None


def _push_changeset(item: Changeset, sink: Sink) -> None:
    box = item.bounds
    corners = (box.bottom_left.y, box.bottom_left.x, box.top_right.y, box.top_right.x)
    closed_at = int(item.closed_at.timestamp()) or None
    sink.changeset(
        ChangesetRecord(
            id=item.id,
            user_id=item.uid,
            user=item.user,
            created_at=int(item.created_at.timestamp()) or None,
            closed_at=closed_at,
            open=item.open,
            box=None if NO_POSITION in corners else corners,
            num_changes=item.num_changes,
            tags=_tags(item.tags),
        )
    )
