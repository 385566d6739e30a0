"""Takes elements one by one, checks them, and hands them on as rows.

Readers push: they call `node`, `way`, `relation` for each version in the file. Two sinks take them: the
sorted one writes straight into empty tables, the staged one into temporary tables that are merged later.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from apps.osm.elements import MAX_ID, MAX_TEXT, ElementType
from apps.osm.osmjson import tags_text
from apps.osm.quadtile import tile_of

from .errors import BadElementError, NotStreamableError
from .pump import Pump
from .rows import (
    EPOCH_2000,
    NO_TAGS,
    NO_TIMESTAMP,
    microseconds,
    pack_bigints,
    pack_document,
    pack_head,
    pack_name,
    pack_owner,
    pack_position,
    pack_smallints,
    pack_tags,
    pack_texts,
    without_tile,
)
from .tables import NODE, RELATION, WAY, Kind

_CHUNK = 1 << 18
_REMEMBERED = 200_000
"""How many changesets and users are kept in memory to leave out repetitions."""

_MAX_LAT, _MAX_LON = 900_000_000, 1_800_000_000
_BOX_LIMITS = (_MAX_LAT, _MAX_LON, _MAX_LAT, _MAX_LON)
_MAX_COUNT = 2**31 - 1
NO_POSITION = 2**31 - 1
"""What libosmium gives for a coordinate that is not there."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class CommentRecord(NamedTuple):
    """A comment of a changeset's discussion; times in seconds since 1970, uid 0 where unknown."""

    id: int | None
    user_id: int
    user: str
    created_at: int | None
    body: str
    visible: bool


class ChangesetRecord(NamedTuple):
    """A changeset as the file gives it: None where it says nothing; box as min lat, min lon, max lat, max lon."""

    id: int
    user_id: int
    user: str
    created_at: int | None
    closed_at: int | None
    open: bool | None
    box: tuple[int, int, int, int] | None
    num_changes: int | None
    tags: dict[str, str]
    comments: Sequence[CommentRecord] = ()


def check_text(element: str, what: str, text: str) -> None:
    """Refuses what no tag, role or name can hold: over 255 characters, or what XML cannot write."""
    if len(text) > MAX_TEXT:
        raise BadElementError(
            element,
            _("%(what)s is longer than %(max)d characters (%(count)d): %(text)s...")
            % {"what": what, "max": MAX_TEXT, "count": len(text), "text": text[:30]},
        )
    if _NOT_IN_XML.search(text):
        raise BadElementError(
            element, _("%(what)s holds a control character: %(text)r") % {"what": what, "text": text[:60]}
        )


def tags_json(element: str, tags: dict[str, str]) -> bytes:
    """The tags as JSON, checked."""
    try:
        json = tags_text(tags)
    except TypeError:
        json = b"\\"
    # Most tags are short and plain: then their JSON is, and nothing needs to be looked at.
    if len(json) > MAX_TEXT or b"\\" in json or b"\xef\xbf" in json:
        for key, value in tags.items():
            if len(key) > MAX_TEXT or len(value) > MAX_TEXT or _NOT_IN_XML.search(key + value):
                check_text(element, _("the key of a tag"), key)
                check_text(element, _("the value of the tag %s") % key, value)
    return json


class Sink:
    """What both ways of importing share: checks, rows, authors, counts.

    Uids below 1 must come as 0.
    """

    _no_position = (0, 0)
    _absent_time = NO_TIMESTAMP

    def __init__(self, pump: Pump) -> None:
        self._pump = pump
        self.on_progress: Callable[[int], None] = lambda elements: None
        self._buffers: dict[str, bytearray] = {}
        self._owners: dict[int, int] = {}
        self._names: dict[int, tuple[str, int]] = {}
        self._max_nodes = settings.MAX_NUMBER_OF_WAY_NODES
        self._max_members = settings.MAX_NUMBER_OF_RELATION_MEMBERS
        self.counts = {NODE: 0, WAY: 0, RELATION: 0}
        self.changesets = 0

    def node(
        self,
        id_: int,
        version: int,
        visible: bool,
        changeset: int,
        timestamp: int | None,
        uid: int,
        user: str,
        tags: dict[str, str],
        lat: int,
        lon: int,
    ) -> None:
        """A version of a node: changeset 0 and uid 0 where unknown, timestamp in seconds since 1970, position
        in 1e-7 degrees (NO_POSITION where a deleted node has none)."""
        head = self._head(NODE, id_, version, visible, changeset, timestamp, uid, user)
        if not (-_MAX_LAT <= lat <= _MAX_LAT and -_MAX_LON <= lon <= _MAX_LON):
            lat, lon = self._absent_position(id_, version, visible, lat, lon)
            tile = 0
        else:
            tile = tile_of(lat, lon)
        json = pack_tags(tags_json(f"node {id_}", tags)) if tags else NO_TAGS
        self._write(NODE, id_, version, head + json + pack_position(lat, lon, tile))

    def way(
        self,
        id_: int,
        version: int,
        visible: bool,
        changeset: int,
        timestamp: int | None,
        uid: int,
        user: str,
        tags: dict[str, str],
        nodes: Sequence[int],
    ) -> None:
        """A version of a way; the other arguments as of a node."""
        head = self._head(WAY, id_, version, visible, changeset, timestamp, uid, user)
        if len(nodes) > self._max_nodes:
            raise BadElementError(
                f"way {id_}",
                _("%(count)d nodes, the limit is %(max)d") % {"count": len(nodes), "max": self._max_nodes},
            )
        if nodes and min(nodes) < 1:
            raise BadElementError(f"way {id_}", _("refers to node %d, ids start at 1") % min(nodes))
        json = pack_tags(tags_json(f"way {id_}", tags)) if tags else NO_TAGS
        self._write(WAY, id_, version, head + json + pack_bigints(nodes))

    def relation(
        self,
        id_: int,
        version: int,
        visible: bool,
        changeset: int,
        timestamp: int | None,
        uid: int,
        user: str,
        tags: dict[str, str],
        types: Sequence[ElementType],
        refs: Sequence[int],
        roles: Sequence[str],
    ) -> None:
        """A version of a relation with its members as three lists; the other arguments as of a node."""
        head = self._head(RELATION, id_, version, visible, changeset, timestamp, uid, user)
        element = f"relation {id_}"
        if len(refs) > self._max_members:
            raise BadElementError(
                element,
                _("%(count)d members, the limit is %(max)d") % {"count": len(refs), "max": self._max_members},
            )
        for type_, ref, role in zip(types, refs, roles, strict=True):
            if ref < 1:
                raise BadElementError(
                    element,
                    _("refers to %(type)s %(ref)d, ids start at 1") % {"type": type_.label, "ref": ref},
                )
            if len(role) > MAX_TEXT or _NOT_IN_XML.search(role):
                check_text(
                    element, _("the role of %(type)s %(ref)d") % {"type": type_.label, "ref": ref}, role
                )
        json = pack_tags(tags_json(element, tags)) if tags else NO_TAGS
        members = pack_smallints(types) + pack_bigints(refs) + pack_texts(roles)
        self._write(RELATION, id_, version, head + json + members)

    def changeset(self, record: ChangesetRecord) -> None:
        """A changeset with its discussion."""
        element = f"changeset {record.id}"
        if not 1 <= record.id <= MAX_ID:
            raise BadElementError(element, _("ids go from 1 to %d") % MAX_ID)
        if not 0 <= (record.num_changes or 0) <= _MAX_COUNT:
            raise BadElementError(element, _("the number of changes cannot be %d") % record.num_changes)
        tags_json(element, record.tags)
        document = record._asdict()
        document["comments"] = [comment._asdict() for comment in record.comments]
        for comment in record.comments:
            self._check_comment(element, comment)
        if record.box:
            document |= zip(("min_lat", "min_lon", "max_lat", "max_lon"), record.box, strict=True)
            if not all(abs(side) <= limit for side, limit in zip(record.box, _BOX_LIMITS, strict=True)):
                raise BadElementError(element, _("its box lies outside the world"))
        self._append("staged_changesets", pack_document(orjson.dumps(document)))
        self.author(0, record.user_id, record.user, record.closed_at or record.created_at)
        self.changesets += 1

    def _check_comment(self, element: str, comment: CommentRecord) -> None:
        if comment.id is not None and not 1 <= comment.id <= MAX_ID:
            raise BadElementError(
                element, _("comment %(id)d: ids go from 1 to %(max)d") % {"id": comment.id, "max": MAX_ID}
            )
        if _NOT_IN_XML.search(comment.body):
            raise BadElementError(element, _("a comment holds a control character"))
        self.author(0, comment.user_id, comment.user, comment.created_at)

    def author(self, changeset: int, uid: int, name: str, timestamp: int | None) -> None:
        """Note who owns a changeset (below 1: unknown), and that a user goes by a name at a time."""
        if changeset > 0 and self._owners.get(changeset) != uid:
            if len(self._owners) >= _REMEMBERED:
                self._owners.clear()
            self._owners[changeset] = uid
            self._append("staged_owners", pack_owner(changeset, uid))
        if uid:
            known = self._names.get(uid)
            time = NO_TIMESTAMP if timestamp is None else timestamp
            if known is None or known[0] != name or time > known[1]:
                self._note_name(uid, name, time, known)

    def finish(self) -> None:
        """All has been read: hand on what is still held back."""
        self._forget_names()
        for table in list(self._buffers):
            self._flush(table)

    def _head(
        self,
        kind: Kind,
        id_: int,
        version: int,
        visible: bool,
        changeset: int,
        timestamp: int | None,
        uid: int,
        user: str,
    ) -> bytes:
        if not 1 <= id_ <= MAX_ID:
            raise BadElementError(f"{kind.label} {id_}", _("ids go from 1 to %d") % MAX_ID)
        if not 1 <= version <= MAX_ID:
            raise BadElementError(f"{kind.label} {id_}", _("version %d, versions start at 1") % version)
        if changeset < 1:
            changeset = self._without_changeset(uid)
        if uid or self._owners.get(changeset) != 0:
            self.author(changeset, uid, user, timestamp)
        self.counts[kind] += 1
        time = self._absent_time if timestamp is None else (timestamp - EPOCH_2000) * 1_000_000
        return pack_head(kind.width, id_, version, visible, changeset, time)

    def _append(self, table: str, row: bytes) -> None:
        buffer = self._buffers.get(table)
        if buffer is None:
            buffer = self._buffers[table] = bytearray()
        buffer += row
        if len(buffer) >= _CHUNK:
            self._flush(table)

    def _flush(self, table: str) -> None:
        buffer = self._buffers.get(table)
        if buffer:
            self._pump.copy(table, bytes(buffer))
            buffer.clear()
            self.on_progress(sum(self.counts.values()))

    def _note_name(self, uid: int, name: str, time: int, known: tuple[str, int] | None) -> None:
        if known and known[0] != name:
            self._append("staged_names", _name_row(uid, *known))
        elif known is None and len(self._names) >= _REMEMBERED:
            self._forget_names()
        if known is None or known[0] != name:
            check_text(f"user {uid}", _("the name"), name)
        self._names[uid] = (name, time)

    def _forget_names(self) -> None:
        for uid, (name, time) in self._names.items():
            self._append("staged_names", _name_row(uid, name, time))
        self._names.clear()

    def _absent_position(self, id_: int, version: int, visible: bool, lat: int, lon: int) -> tuple[int, int]:
        if not visible and lat == lon == NO_POSITION:
            return self._no_position
        if lat == lon == NO_POSITION:
            raise BadElementError(f"node {id_}", _("version %d has no position") % version)
        raise BadElementError(
            f"node {id_}",
            _("outside the world: latitude %(lat).7f, longitude %(lon).7f")
            % {"lat": lat / 1e7, "lon": lon / 1e7},
        )

    def _without_changeset(self, uid: int) -> int:
        """The id to write for an element of an author (0: unknown) that names no changeset."""
        raise NotImplementedError

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:
        raise NotImplementedError


def _name_row(uid: int, name: str, seconds: int) -> bytes:
    return pack_name(uid, name, NO_TIMESTAMP if seconds == NO_TIMESTAMP else microseconds(seconds))


class SortedSink(Sink):
    """Writes into the final, empty tables. The elements must come by type, id and version; then the version
    that the next element does not supersede is current, and nothing but the last row is held."""

    def __init__(
        self,
        pump: Pump,
        now: int,
        on_kind_done: Callable[[Kind], None],
    ) -> None:
        super().__init__(pump)
        self._absent_time = microseconds(now)
        self._on_kind_done = on_kind_done
        self._kinds: Iterable[Kind] = iter((NODE, WAY, RELATION))
        self._kind: Kind | None = None
        self._id = self._version = 0
        self._row = b""
        self._current = bytearray()

    def finish(self) -> None:
        self._settle()
        super().finish()
        if self._kind:
            self._on_kind_done(self._kind)
        for kind in self._kinds:
            self._on_kind_done(kind)

    def _without_changeset(self, uid: int) -> int:
        if uid:
            raise NotStreamableError
        if 0 not in self._owners:
            self._owners[0] = 0
            self._append("staged_owners", pack_owner(0, 0))
        return 0

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:
        if kind is not self._kind:
            self._settle()
            self._begin(kind)
        elif id_ > self._id:
            self._current += self._row
            if len(self._current) >= _CHUNK:
                self._flush(kind.current)
        elif id_ < self._id or version < self._version:
            raise NotStreamableError
        elif version == self._version:
            raise BadElementError(f"{kind.label} {id_}", _("version %d is in the file twice") % version)
        else:
            self._append(kind.old, without_tile(self._row) if kind is NODE else self._row)
        self._id, self._version, self._row = id_, version, row

    def _settle(self) -> None:
        """No element follows that could supersede the last one."""
        if self._kind and self._row:
            self._append(self._kind.current, self._row)
            self._row = b""

    def _begin(self, kind: Kind) -> None:
        previous, self._kind = self._kind, kind
        self._current = self._buffers.setdefault(kind.current, bytearray())
        if previous:
            self._flush(previous.old)
            self._flush(previous.current)
            self._on_kind_done(previous)
        for skipped in self._kinds:
            if skipped is kind:
                return
            self._on_kind_done(skipped)
        raise NotStreamableError


class StagedSink(Sink):
    """Writes every version into temporary tables, in any order. What the file does not say is kept as such, so
    that the merge can tell it from a difference: `-infinity`, the position 2**31 - 1, changeset -uid."""

    _no_position = (NO_POSITION, NO_POSITION)

    def _without_changeset(self, uid: int) -> int:
        return -uid

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:  # noqa: ARG002
        self._append(kind.staged, row)
