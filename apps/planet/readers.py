"""Opens a file of any of the formats and pushes what it holds into a sink.

PBF and OPL are read with pyosmium. XML is read here (`xml_reader.py`): pyosmium gives no discussions, no
`changes_count`, refuses the id 9223372036854775807 and takes a missing attribute for a zero.
"""

import bz2
import gzip
import os
import zlib
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import IO, Any

import osmium
from django.utils.translation import gettext as _
from osmium.osm.types import Node, Relation, Way

from apps.osm.elements import ElementType

from .errors import BadElementError, BadFileError
from .sink import NO_POSITION, ChangesetRecord, Sink
from .xml_reader import XmlReader

_TYPES = {"n": ElementType.NODE, "w": ElementType.WAY, "r": ElementType.RELATION}
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
                on_start(lambda: file.tell() / size)
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
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    return bz2.BZ2File(file) if magic == b"BZh" else file  # type: ignore[return-value]


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


def _read_with_osmium(path: Path, sink: Sink) -> None:
    latest = ""
    try:
        for item in osmium.FileProcessor(os.fspath(path)):
            latest = f"{type(item).__name__.lower()} {item.id}"
            if isinstance(item, Node):
                _push_node(item, sink)
            elif isinstance(item, Way):
                _push_way(item, sink)
            elif isinstance(item, Relation):
                _push_relation(item, sink)
            else:
                _push_changeset(item, sink)
    except UnicodeDecodeError as error:
        raise BadElementError(latest, _("a text is not valid UTF-8: %r") % error.object[:60]) from None
    except (RuntimeError, ValueError) as error:
        where = _("after %s") % latest if latest else _("at the start")
        raise BadFileError(_("not an OSM file, or damaged %(where)s: %(error)s") % {"where": where, "error": error}) from None


def _push_node(node: Node, sink: Sink) -> None:
    location = node.location
    sink.node(*_head(node), location.y, location.x)


def _push_way(way: Way, sink: Sink) -> None:
    nodes = way.nodes
    sink.way(*_head(way), [nodes[index].ref for index in range(len(nodes))])


def _push_relation(relation: Relation, sink: Sink) -> None:
    members = list(islice(relation.members, len(relation.members)))
    sink.relation(
        *_head(relation),
        [_TYPES[member.type] for member in members],
        [member.ref for member in members],
        [member.role for member in members],
    )


def _head(item: Any) -> tuple[int, int, bool, int, int | None, int, str, dict[str, str]]:
    """Id, version, visible, changeset, timestamp, uid, user, tags. A file without metadata has version 0."""
    # Slices by length: the end of libosmium's own iterators is a C++ exception, which costs as much as ten tags.
    count = len(item.tags)
    tags = dict(islice(item.tags, count)) if count else {}
    if len(tags) != count:
        raise BadElementError(f"{type(item).__name__.lower()} {item.id}", _("has the same tag twice"))
    seconds = int(item.timestamp.timestamp())
    return item.id, item.version or 1, item.visible, item.changeset, seconds or None, item.uid, item.user, tags


def _push_changeset(item: Any, sink: Sink) -> None:
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
            tags=dict(item.tags),
        )
    )
