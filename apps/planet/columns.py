"""Turns the columns of a PBF block into rows of the binary COPY format, with the same checks as the sink.

Nine in ten nodes have no tags: their rows are one array of fixed-size records, filled one column at a time. The rows
of ways and of tagged nodes are assembled from such records and from their tags, one by one.
"""

import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from apps.elements.rows import (
    EPOCH_2000,
    NO_TAGS,
    pack_bare_node,
    pack_bigints_head,
    pack_head,
    pack_pair,
    pack_tags,
)
from apps.osm.elements import MAX_ID, ElementType
from apps.osm.osmjson import tags_text
from apps.osm.quadtile import CELLS, LAT_SPAN, LON_SPAN

from .errors import ImportFailedError, NotOrdinaryError, NotStreamableError
from .pbf import Authored, Nodes, Relations, Ways, read_blocks
from .protobuf import Integers
from .readers import Position
from .sinks import SortedSink
from .tables import NODE, WAY

_MAX_LAT, _MAX_LON = 900_000_000, 1_800_000_000
_MAX_INT = 2**31 - 1
_TYPES = list(ElementType)

_BARE_NODE = pack_bare_node(0, 0, True, 0, 0, 0, 0, 0)
_HEAD_SIZE = len(pack_head(0, 0, 0, True, 0, 0))
_NODE_SIZE = len(_BARE_NODE)
_POSITION = _HEAD_SIZE + len(NO_TAGS)
"""Offset of the position in the row of a node without tags."""

# Each column is preceded by its length in four bytes.
_HEAD_OFFSETS = {"id": 6, "version": 18, "changeset": 35, "timestamp": 47}
_HEAD = np.dtype(
    {
        "names": list(_HEAD_OFFSETS),
        "formats": [">i8"] * 4,
        "offsets": list(_HEAD_OFFSETS.values()),
        "itemsize": _HEAD_SIZE,
    }
)
_NODE = np.dtype(
    {
        "names": [*_HEAD_OFFSETS, "lat", "lon", "tile"],
        "formats": [">i8"] * 4 + [">i4", ">i4", ">i8"],
        "offsets": [*_HEAD_OFFSETS.values(), _POSITION + 4, _POSITION + 12, _POSITION + 20],
        "itemsize": _NODE_SIZE,
    }
)
_PAIR = np.dtype({"names": ["node", "way"], "formats": [">i8"] * 2, "offsets": [6, 18], "itemsize": 26})
_ITEM = np.dtype([("length", ">i4"), ("number", ">i8")])


def read_ordinary(path: Path, sink: SortedSink, on_start: Callable[[Position], None]) -> None:
    """Push all elements of a PBF file into a sink. Raises NotOrdinaryError, possibly after some elements, if the
    file has to be read by `readers.read_file` instead."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            on_start(lambda: 1.0 if file.closed else file.tell() / size)
            for block in read_blocks(file):
                for group in block.groups:
                    _Writer(sink, block.strings).write(group)
    except (
        ImportFailedError,
        NotStreamableError,
        OSError,
        IndexError,
        KeyError,
        OverflowError,
        ValueError,
        zlib.error,
    ) as error:
        raise NotOrdinaryError from error


def tiles_of(lats: Integers, lons: Integers) -> Integers:
    """Return the tile of each position, as `apps.osm.quadtile.tile_of` does."""
    columns = (lons + _MAX_LON) * CELLS // LON_SPAN
    rows = (lats + _MAX_LAT) * CELLS // LAT_SPAN
    return _spread(columns) << 1 | _spread(rows)


def _spread(numbers: Integers) -> Integers:
    """Return the 16 bits of each number with a zero between any two of them."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        numbers = (numbers | numbers << shift) & mask
    return numbers


def _require(*, low: int, high: int, **columns: Integers) -> None:
    for column in columns.values():
        if len(column) and not (low <= column.min() and column.max() <= high):
            raise NotOrdinaryError


class _Writer:
    """Writes groups of elements that refer to the same string table."""

    def __init__(self, sink: SortedSink, strings: list[str]) -> None:
        self._sink = sink
        self._strings = strings

    def write(self, group: Nodes | Ways | Relations) -> None:
        """Check and write all elements of a group. Raises NotOrdinaryError."""
        self._check(group.common)
        self._note_authors(group.common)
        if isinstance(group, Nodes):
            self._write_nodes(group)
        elif isinstance(group, Ways):
            self._write_ways(group)
        else:
            self._write_relations(group)

    def _check(self, common: Authored) -> None:
        ids = common.ids
        if any(len(column) != len(ids) for column in vars(common).values()):
            raise NotOrdinaryError
        _require(low=1, high=MAX_ID, ids=ids, steps=np.diff(ids))
        _require(low=1, high=_MAX_INT, versions=common.versions, timestamps=common.timestamps)
        _require(low=0, high=_MAX_INT, changesets=common.changesets, uids=common.uids)
        _require(low=0, high=len(self._strings) - 1, users=common.users)

    def _note_authors(self, common: Authored) -> None:
        """Tell the sink, once per block, the owner of each changeset, and when each author last used which name."""
        owners = common.changesets << 32 | common.uids
        names = common.users << 32 | common.timestamps
        order = np.lexsort((names, owners))
        owners, names = owners[order], names[order]
        lasts = np.flatnonzero(np.diff(owners, append=-1) | np.diff(names >> 32, append=-1))
        for owner, name in zip(owners[lasts].tolist(), names[lasts].tolist(), strict=True):
            changeset, uid = owner >> 32, owner & _MAX_INT
            if changeset:
                self._sink.author(changeset, uid, self._strings[name >> 32], name & _MAX_INT)
            elif uid:
                raise NotOrdinaryError
            else:
                self._sink.note_missing_changesets()

    def _write_nodes(self, nodes: Nodes) -> None:
        count = len(nodes.common.ids)
        if not count == len(nodes.lats) == len(nodes.lons):
            raise NotOrdinaryError
        _require(low=-_MAX_LAT, high=_MAX_LAT, lats=nodes.lats)
        _require(low=-_MAX_LON, high=_MAX_LON, lons=nodes.lons)
        rows = bytearray(_BARE_NODE * count)
        records = np.frombuffer(rows, _NODE)
        _fill(records, nodes.common)
        records["lat"], records["lon"] = nodes.lats, nodes.lons
        records["tile"] = tiles_of(nodes.lats, nodes.lons)
        pieces: list[bytes | bytearray] = []
        written = 0
        for index, tags in self._tags_of_nodes(nodes.tags, count):
            row = index * _NODE_SIZE
            pieces += rows[written : row + _HEAD_SIZE], tags
            written = row + _POSITION
        pieces.append(rows[written:])
        self._sink.rows(NODE, _id_range(nodes.common), count, b"".join(pieces))

    def _tags_of_nodes(self, tags: Integers, count: int) -> list[tuple[int, bytes]]:
        """Return the index and the tags column of each node that has tags."""
        if not len(tags):
            return []
        ends = np.flatnonzero(tags == 0)
        # Each node's tags end with a 0. A 0 anywhere else is a value (an empty string), which breaks this count.
        if len(ends) != count or ends[-1] != len(tags) - 1:
            raise NotOrdinaryError
        starts = np.concatenate(([0], ends[:-1] + 1))
        tagged = np.flatnonzero(ends > starts)
        numbers = tags.tolist()
        spans = zip(tagged.tolist(), starts[tagged].tolist(), ends[tagged].tolist(), strict=True)
        return [
            (index, self._tags(numbers[start:end:2], numbers[start + 1 : end : 2]))
            for index, start, end in spans
        ]

    def _write_ways(self, ways: Ways) -> None:
        _require(low=0, high=settings.MAX_NUMBER_OF_WAY_NODES, counts=ways.counts)
        _require(low=1, high=MAX_ID, nodes=ways.nodes)
        heads = bytearray(pack_head(WAY.width, 0, 0, True, 0, 0) * len(ways.common.ids))
        _fill(np.frombuffer(heads, _HEAD), ways.common)
        items = np.empty(len(ways.nodes), _ITEM)
        items["length"], items["number"] = 8, ways.nodes
        nodes = items.tobytes()
        bounds = [0, *(np.cumsum(ways.counts) * _ITEM.itemsize).tolist()]
        pieces: list[bytes | bytearray] = []
        for index, (start, end) in enumerate(pairwise(bounds)):
            pieces += (
                heads[index * _HEAD_SIZE : (index + 1) * _HEAD_SIZE],
                self._tags(ways.keys[index], ways.values[index]),
                pack_bigints_head((end - start) // _ITEM.itemsize),
                nodes[start:end],
            )
        self._sink.rows(
            WAY, _id_range(ways.common), len(ways.common.ids), b"".join(pieces), _lookup_rows(ways)
        )

    def _write_relations(self, relations: Relations) -> None:
        # There is one relation for several hundred nodes: one by one is fast enough.
        common = np.array(list(vars(relations.common).values())).T.tolist()
        bodies = zip(
            relations.keys, relations.values, relations.types, relations.refs, relations.roles, strict=True
        )
        for (id_, version, time, changeset, uid, user), body in zip(common, bodies, strict=True):
            keys, values, types, refs, roles = body
            self._sink.relation(
                id_,
                version,
                True,
                changeset,
                time,
                uid,
                self._strings[user],
                self._pairs(keys, values),
                [_TYPES[type_] for type_ in types],
                refs,
                [self._strings[role] for role in roles],
            )

    def _pairs(self, keys: list[int], values: list[int]) -> dict[str, str]:
        strings = self._strings
        pairs = {strings[key]: strings[value] for key, value in zip(keys, values, strict=True)}
        if len(pairs) != len(keys):
            raise NotOrdinaryError
        return pairs

    def _tags(self, keys: list[int], values: list[int]) -> bytes:
        """Return a tags column."""
        return pack_tags(tags_text(self._pairs(keys, values))) if keys or values else NO_TAGS


def _id_range(common: Authored) -> tuple[int, int]:
    return int(common.ids[0]), int(common.ids[-1])


def _lookup_rows(ways: Ways) -> bytes:
    """Return the rows of `way_nodes`: each node of a way once, sorted by node. Building them in the database would
    take longer, and vacuum would have to visit the rows again."""
    way_ids = np.repeat(ways.common.ids, ways.counts)
    order = np.lexsort((way_ids, ways.nodes))
    nodes, way_ids = ways.nodes[order], way_ids[order]
    firsts = np.flatnonzero(np.diff(nodes, prepend=0) | np.diff(way_ids, prepend=0))
    rows = bytearray(pack_pair(0, 0) * len(firsts))
    records = np.frombuffer(rows, _PAIR)
    records["node"], records["way"] = nodes[firsts], way_ids[firsts]
    return bytes(rows)


def _fill(records: NDArray[np.void], common: Authored) -> None:
    """Set the columns that all elements share."""
    records["id"], records["version"] = common.ids, common.versions
    records["changeset"] = common.changesets
    records["timestamp"] = (common.timestamps - EPOCH_2000) * 1_000_000
