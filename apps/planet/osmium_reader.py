"""The general reader: pushes the elements that pyosmium reads into a sink."""

from itertools import islice
from pathlib import Path

import osmium
from django.utils.translation import gettext as _
from osmium.osm.types import Changeset, Node, Relation, TagList, Way

from apps.osm.elements import ElementType

from .errors import BadElementError, BadFileError
from .oddities import Oddity
from .records import NO_POSITION, ChangesetRecord
from .sink import Sink

_TYPES = {"n": ElementType.NODE, "w": ElementType.WAY, "r": ElementType.RELATION}
_NO_TAGS: dict[str, str] = {}


class _Handler(osmium.SimpleHandler):
    """Passes the elements that libosmium reads on to a sink."""

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
                self._tags(f"node {node.id}", tags) if len(tags) else _NO_TAGS,
                location.y,
                location.x,
            )
        except UnicodeDecodeError as error:
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
                self._tags(f"way {way.id}", way.tags),
                [nodes[index].ref for index in range(len(nodes))],
            )
        except UnicodeDecodeError as error:
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
                self._tags(f"relation {relation.id}", relation.tags),
                [_TYPES[member.type] for member in members],
                [member.ref for member in members],
                [member.role for member in members],
            )
        except UnicodeDecodeError as error:
            raise _bad_text(f"relation {relation.id}", error) from None

    def changeset(self, changeset: Changeset) -> None:
        try:
            tags = self._tags(f"changeset {changeset.id}", changeset.tags)
            _push_changeset(changeset, tags, self._sink)
        except UnicodeDecodeError as error:
            raise _bad_text(f"changeset {changeset.id}", error) from None

    def _tags(self, element: str, tags: TagList) -> dict[str, str]:
        # Sliced by length: libosmium's own iterator ends with a C++ exception, which costs as much as ten tags.
        count = len(tags)
        pairs = dict(islice(tags, count))
        if len(pairs) != count:
            self._sink.oddities.note(Oddity.REPEATED_TAG, element)
        return pairs


def _bad_text(element: str, error: UnicodeDecodeError) -> BadElementError:
    return BadElementError(element, _("a text is not valid UTF-8: %r") % error.object[:60])


def read_with_osmium(path: Path, sink: Sink) -> None:
    """Push all elements of the file into the sink. Raises ImportFailedError."""
    try:
        _Handler(sink).apply_file(path)
    except (RuntimeError, ValueError) as error:
        # libosmium repeats the whole path, which the caller names already.
        reason = str(error).replace(str(path), path.name)
        accepted = _("OSM XML (also packed with gzip or bzip2), .osm.pbf and .opl are accepted")
        raise BadFileError(
            _("not an OSM file, or damaged: {reason} ({accepted})").format(reason=reason, accepted=accepted)
        ) from None


def _push_changeset(item: Changeset, tags: dict[str, str], sink: Sink) -> None:
    bounds = item.bounds
    bbox = (bounds.bottom_left.y, bounds.bottom_left.x, bounds.top_right.y, bounds.top_right.x)
    closed_at = int(item.closed_at.timestamp()) or None
    sink.changeset(
        ChangesetRecord(
            id=item.id,
            user_id=item.uid,
            user=item.user,
            created_at=int(item.created_at.timestamp()) or None,
            closed_at=closed_at,
            open=item.open,
            bbox=None if NO_POSITION in bbox else bbox,
            num_changes=item.num_changes,
            tags=tags,
        )
    )
