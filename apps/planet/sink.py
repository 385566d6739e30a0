"""The common part of both sinks: receives elements one by one, checks them, and passes them on as rows.

Readers push: they call `node`, `way`, `relation` for each version in the file. The two sinks in `sinks.py` differ in
where the rows go.
"""

from collections.abc import Callable, Sequence

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from apps.elements.rows import (
    EPOCH_2000,
    NO_TAGS,
    NO_TIMESTAMP,
    microseconds,
    pack_bare_node,
    pack_bigints,
    pack_document,
    pack_head,
    pack_name,
    pack_pair,
    pack_position,
    pack_smallints,
    pack_tags,
    pack_texts,
)
from apps.osm.elements import MAX_ID, MAX_TEXT, ElementType
from apps.osm.quadtile import tile_of

from .checks import are_ordinary, stored_comment, stored_text, tags_json, writable_text
from .errors import BadElementError
from .oddities import Oddities, Oddity
from .pump import Pump
from .records import NO_POSITION, ChangesetRecord, CommentRecord
from .tables import NODE, RELATION, WAY, Kind

CHUNK = 1 << 18
_REMEMBERED = 200_000
"""How many changesets and users are kept in memory to avoid writing them again and again."""

_MAX_LAT, _MAX_LON = 900_000_000, 1_800_000_000
_MAX_COUNT = 2**31 - 1


class Sink:
    """Checks and counts elements, packs their rows and notes their authors. Readers must pass uids below 1 as 0."""

    _no_position = (0, 0)
    _missing_time = NO_TIMESTAMP

    def __init__(self, pump: Pump) -> None:
        self._pump = pump
        self.on_progress: Callable[[int], None] = lambda _elements: None
        self._buffers: dict[str, bytearray] = {}
        self._owners: dict[int, int] = {}
        self._names: dict[int, tuple[str, int]] = {}
        self._max_nodes = settings.MAX_NUMBER_OF_WAY_NODES
        self._max_members = settings.MAX_NUMBER_OF_RELATION_MEMBERS
        self.oddities = Oddities()
        self.counts = {NODE: 0, WAY: 0, RELATION: 0}
        self.changesets = 0

    # The arguments of these three are positional: they are called for each element, and keywords cost time.

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
        """Receive a version of a node. An unknown changeset or uid is 0; the timestamp is in seconds since 1970, the
        position in 1e-7 degrees (NO_POSITION if a deleted node has none). Raises BadElementError."""
        changeset, time = self._register(NODE, id_, version, changeset, timestamp, uid, user)
        if not (-_MAX_LAT <= lat <= _MAX_LAT and -_MAX_LON <= lon <= _MAX_LON):
            lat, lon, tile = self._odd_position(id_, version, visible, lat, lon)
        else:
            tile = tile_of(lat, lon)
        if tags:
            head = pack_head(NODE.width, id_, version, visible, changeset, time)
            row = (
                head
                + pack_tags(tags_json(f"node {id_}", tags, self.oddities))
                + pack_position(lat, lon, tile)
            )
        else:
            row = pack_bare_node(id_, version, visible, changeset, time, lat, lon, tile)
        self._write(NODE, id_, version, row)

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
        """Receive a version of a way; for the other arguments see `node`."""
        changeset, time = self._register(WAY, id_, version, changeset, timestamp, uid, user)
        if len(nodes) > self._max_nodes:
            self.oddities.note(Oddity.MANY_NODES, f"way {id_}")
        if nodes and min(nodes) < 1:
            raise BadElementError(f"way {id_}", _("refers to node %d, ids start at 1") % min(nodes))
        json = pack_tags(tags_json(f"way {id_}", tags, self.oddities)) if tags else NO_TAGS
        head = pack_head(WAY.width, id_, version, visible, changeset, time)
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
        """Receive a version of a relation, its members as three lists; for the other arguments see `node`."""
        changeset, time = self._register(RELATION, id_, version, changeset, timestamp, uid, user)
        element = f"relation {id_}"
        if len(refs) > self._max_members:
            self.oddities.note(Oddity.MANY_MEMBERS, element)
        for type_, ref in zip(types, refs, strict=True):
            if ref < 1:
                raise BadElementError(
                    element,
                    _("refers to %(type)s %(ref)d, ids start at 1") % {"type": type_.label, "ref": ref},
                )
        if not are_ordinary(roles):
            roles = [stored_text(role, element, self.oddities) for role in roles]
        json = pack_tags(tags_json(element, tags, self.oddities)) if tags else NO_TAGS
        members = pack_smallints(types) + pack_bigints(refs) + pack_texts(roles)
        head = pack_head(RELATION.width, id_, version, visible, changeset, time)
        self._write(RELATION, id_, version, head + json + members)

    def changeset(self, record: ChangesetRecord) -> None:
        """Receive a changeset with its discussion. Raises BadElementError."""
        element = f"changeset {record.id}"
        if not 1 <= record.id <= MAX_ID:
            raise BadElementError(element, _("ids go from 1 to %d") % MAX_ID)
        document = record._asdict()
        if not 0 <= (record.num_changes or 0) <= _MAX_COUNT:
            self.oddities.note(Oddity.BAD_COUNT, element)
            document["num_changes"] = None
        document["tags"] = orjson.Fragment(tags_json(element, record.tags, self.oddities))
        document["comments"] = [self._comment(element, comment) for comment in record.comments]
        if record.bbox:
            document |= zip(("min_lat", "min_lon", "max_lat", "max_lon"), record.bbox, strict=True)
            self._check_bbox(element, *record.bbox)
        if record.created_at and record.closed_at and record.closed_at < record.created_at:
            self.oddities.note(Oddity.CLOSED_BEFORE_CREATED, element)
        self._append("staged_changesets", pack_document(orjson.dumps(document)))
        self.author(0, record.user_id, record.user, record.closed_at or record.created_at)
        self.changesets += 1

    def _check_bbox(self, element: str, min_lat: int, min_lon: int, max_lat: int, max_lon: int) -> None:
        """Note a bbox that no map can show. It is stored as it is."""
        if max(abs(min_lat), abs(max_lat)) > _MAX_LAT or max(abs(min_lon), abs(max_lon)) > _MAX_LON:
            self.oddities.note(Oddity.BBOX_OUTSIDE, element)
        elif min_lat > max_lat or min_lon > max_lon:
            self.oddities.note(Oddity.BBOX_UPSIDE_DOWN, element)

    def _comment(self, element: str, comment: CommentRecord) -> dict[str, object]:
        """Return a comment as part of the changeset's document."""
        if comment.id is not None and not 1 <= comment.id <= MAX_ID:
            raise BadElementError(
                element, _("comment %(id)d: ids go from 1 to %(max)d") % {"id": comment.id, "max": MAX_ID}
            )
        self.author(0, comment.user_id, comment.user, comment.created_at)
        return comment._asdict() | {"body": stored_comment(comment.body, element, self.oddities)}

    def author(self, changeset: int, uid: int, name: str, timestamp: int | None) -> None:
        """Note who owns a changeset (below 1: unknown), and which name a user had at a time."""
        if changeset > 0 and self._owners.get(changeset) != uid:
            if len(self._owners) >= _REMEMBERED:
                self._owners.clear()
            self._owners[changeset] = uid
            self._append("staged_owners", pack_pair(changeset, uid))
        if uid:
            known = self._names.get(uid)
            time = NO_TIMESTAMP if timestamp is None else timestamp
            if known is None or known[0] != name or time > known[1]:
                self._note_name(uid, name, time, known)

    def finish(self) -> None:
        """Pass on what is still buffered, once the whole file has been read."""
        self._flush_names()
        for table in list(self._buffers):
            self._flush(table)

    def _register(
        self, kind: Kind, id_: int, version: int, changeset: int, timestamp: int | None, uid: int, user: str
    ) -> tuple[int, int]:
        """Check and count a version, and note its author. Returns the changeset id and the time to write, in
        microseconds since 2000."""
        if not 1 <= id_ <= MAX_ID:
            reason = _("ids go from 1 to %d") % MAX_ID
            if id_ < 0:
                reason = _(
                    "a negative id stands for an element that was never uploaded: upload it with the editor"
                )
            raise BadElementError(f"{kind.label} {id_}", reason)
        if not 1 <= version <= MAX_ID:
            raise BadElementError(f"{kind.label} {id_}", _("version %d, versions start at 1") % version)
        if changeset < 1:
            changeset = self._without_changeset(uid)
        if uid or self._owners.get(changeset) != 0:
            self.author(changeset, uid, user, timestamp)
        self.counts[kind] += 1
        return changeset, self._missing_time if timestamp is None else (timestamp - EPOCH_2000) * 1_000_000

    def _append(self, table: str, row: bytes) -> None:
        buffer = self._buffers.get(table)
        if buffer is None:
            buffer = self._buffers[table] = bytearray()
        buffer += row
        if len(buffer) >= CHUNK:
            self._flush(table)

    def _flush(self, table: str) -> None:
        buffer = self._buffers.get(table)
        if buffer:
            self._pump.copy(table, bytes(buffer))
            buffer.clear()
            self.on_progress(sum(self.counts.values()))

    def _note_name(self, uid: int, name: str, time: int, known: tuple[str, int] | None) -> None:
        if not are_ordinary([name]):
            name = self._shortened(uid, name, known)
        if known and known[0] != name:
            self._append("staged_names", _name_row(uid, *known))
        elif known is None and len(self._names) >= _REMEMBERED:
            self._flush_names()
        self._names[uid] = (name, time)

    def _shortened(self, uid: int, name: str, known: tuple[str, int] | None) -> str:
        """Return a name as long as an account's name can be, in characters that XML can represent."""
        shortened = writable_text(name[:MAX_TEXT])
        if known is None or known[0] != shortened:
            self.oddities.note(Oddity.LONG_NAME if len(name) > MAX_TEXT else Oddity.UNWRITABLE, f"user {uid}")
        return shortened

    def _flush_names(self) -> None:
        for uid, (name, time) in self._names.items():
            self._append("staged_names", _name_row(uid, name, time))
        self._names.clear()

    def _odd_position(
        self, id_: int, version: int, visible: bool, lat: int, lon: int
    ) -> tuple[int, int, int]:
        """Return the position and tile to write for a node outside the world, or without a position."""
        if not visible:
            if (lat, lon) != (NO_POSITION, NO_POSITION):
                self.oddities.note(Oddity.DELETED_OUTSIDE, f"node {id_}")
            return *self._no_position, 0
        if NO_POSITION in {lat, lon}:
            raise BadElementError(f"node {id_}", _("version %d has no position") % version)
        self.oddities.note(Oddity.NODE_OUTSIDE, f"node {id_}")
        inside = max(-_MAX_LAT, min(lat, _MAX_LAT)), max(-_MAX_LON, min(lon, _MAX_LON))
        return lat, lon, tile_of(*inside)

    def _without_changeset(self, uid: int) -> int:
        """Return the changeset id to write for an element that names none, given its author (0: unknown)."""
        raise NotImplementedError

    def _write(self, kind: Kind, id_: int, version: int, row: bytes) -> None:
        raise NotImplementedError


def _name_row(uid: int, name: str, seconds: int) -> bytes:
    return pack_name(uid, name, NO_TIMESTAMP if seconds == NO_TIMESTAMP else microseconds(seconds))
