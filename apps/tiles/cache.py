"""Tiles that have been made, and what makes them stale.

A tile that somebody is making from old features must not be stored after they have changed. So whoever makes one holds
a shared lock from before it reads the features until the tile is stored, and whoever changes features the exclusive
one from before it removes tiles until it commits.
"""

import hashlib
import time
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

from django.db import connection, transaction
from isal import igzip

from apps.elements.reads import fetch_one
from apps.features.cells import Cell, Cells
from apps.features.coverage import has_data
from apps.instance.status import ONLINE, service_status

from . import changes
from .encoding import is_only
from .layers import OCEAN
from .rendering import render
from .subjects import Tile

LAST_ZOOM_AHEAD = 7
"""Tiles of these zooms, 21,845 at the most, are made before somebody asks for them (`ahead.py`); empty ones are kept, too."""
LATER = changes.LOWEST
"""Tiles of smaller zooms are many times as expensive, and change with nearly every edit: the worker makes them again."""
_LOCK = 0x74696C65
"""The advisory lock between those who make tiles and those who change features."""
_LEVEL = 2

_AT = "FROM tiles WHERE z = %(z)s::int AND x = %(x)s::int AND y = %(y)s::int"
_TAG = f"SELECT tag {_AT}"
_CONTENT = f"SELECT content {_AT} AND tag = %(tag)s"
_FRESH = f"SELECT content, tag {_AT} AND NOT is_stale"
_STORE = """
INSERT INTO tiles (z, x, y, content, tag, is_stale) VALUES (%s, %s, %s, %s, %s, false)
ON CONFLICT (z, x, y)
DO UPDATE SET content = EXCLUDED.content, tag = EXCLUDED.tag, made_at = now(), is_stale = false
"""
_TOUCHED = "SELECT * FROM unnest(%s::int[], %s::int[], %s::int[]) AS cell (z, x, y)"
_REMOVE = f"""
DELETE FROM tiles USING ({_TOUCHED}) AS cell
WHERE tiles.z = cell.z AND tiles.x = cell.x AND tiles.y = cell.y AND tiles.z >= {LATER}
"""
_MARK = f"""
UPDATE tiles SET is_stale = true FROM ({_TOUCHED}) AS cell
WHERE tiles.z = cell.z AND tiles.x = cell.x AND tiles.y = cell.y AND tiles.z < {LATER} AND NOT is_stale
"""
_REMOVE_WITHIN = f"""
DELETE FROM tiles USING ({_TOUCHED}) AS cell
WHERE tiles.z > cell.z AND tiles.x >> (tiles.z - cell.z) = cell.x AND tiles.y >> (tiles.z - cell.z) = cell.y
"""


class Packed(NamedTuple):
    """A tile as it is sent: compressed, and a tag that tells it from other versions."""

    content: bytes
    tag: str


def tag_of(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def packed_tile(tile: Tile) -> Packed | None:
    """Return a tile, None if nothing is in it. One statement if it is there already, two if nobody asked this process for
    it lately."""
    row = _row(_TAG, tile)
    if row is None:
        return _made(tile)
    tag = row[0].decode()
    try:
        return Packed(_content(tile, tag), tag) if tag else None
    except LookupError:
        return _made(tile)


@lru_cache(maxsize=256)
def _content(tile: Tile, tag: str) -> bytes:
    """Return the content that a tag belongs to. Raises LookupError if the tile has just got another one."""
    row = _row(_CONTENT, tile, tag=tag)
    if row is None:
        raise LookupError(tag)
    return bytes(row[0])


def _row(statement: str, tile: Tile, **more: str) -> Any:
    return fetch_one(statement, {"z": tile.z, "x": tile.x, "y": tile.y, **more})


def _packed(row: Any) -> Packed | None:
    content, tag = row
    return Packed(bytes(content), tag.decode()) if content else None


def _made(tile: Tile) -> Packed | None:
    """Make a tile and store it, unless somebody else has just done so: one process works, the others wait for it."""
    if service_status().database != ONLINE:
        return _pack(render(tile))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK + tile.z, tile.x << 14 | tile.y])
        if row := _row(_FRESH, tile):
            return _packed(row)
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])
        content = render(tile)
        packed = _pack(content)
        if _is_worth_storing(tile, content):
            cursor.execute(_STORE, [tile.z, tile.x, tile.y, *(packed or (b"", ""))])
        else:
            cursor.execute("DELETE FROM tiles WHERE z = %s AND x = %s AND y = %s", [tile.z, tile.x, tile.y])
        return packed


def _is_worth_storing(tile: Tile, content: bytes) -> bool:
    """Return whether a tile is of a low zoom, or has data in it. Of the others, empty or only sea, there are millions, and
    each is made in no time."""
    if tile.z <= LAST_ZOOM_AHEAD:
        return True
    return bool(content) and (not is_only(OCEAN.name, content) or has_data(tile.z, tile.x, tile.y))


def _pack(content: bytes) -> Packed | None:
    if not content:
        return None
    packed = igzip.compress(content, compresslevel=_LEVEL, mtime=0)
    return Packed(packed, tag_of(packed))


def on_features_rebuilt(**_: object) -> None:
    """Forget all tiles, within the transaction that changes the features."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("DELETE FROM tiles")
    changes.add(changes.EVERYTHING)


def on_cells_changed(*, cells: Cells, **_: object) -> None:
    """Forget the tiles in which features have changed, within the transaction that changes them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        touched = _columns(cells.touched)
        cursor.execute(_REMOVE, touched)
        cursor.execute(_MARK, touched)
        if cells.whole:
            cursor.execute(_REMOVE_WITHIN, _columns(cells.whole))
    changes.add(cells)


def _columns(cells: set[Cell]) -> list[list[int]]:
    return [list(column) for column in zip(*sorted(cells), strict=True)]


def refresh_stale(seconds: float = inf) -> int:
    """Make stale tiles again, those of high zooms first, for so many seconds, and return how many it were."""
    if service_status().database != ONLINE:
        return 0
    deadline = time.monotonic() + seconds
    count = 0
    while time.monotonic() < deadline and (found := _stale()):
        tile, tag = found
        with transaction.atomic():
            packed = _made(tile)
            if (packed.tag if packed else "") != tag:
                changes.add_tile(Cell(tile.z, tile.x, tile.y))
        count += 1
    return count


def _stale() -> tuple[Tile, str] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT z, x, y, tag FROM tiles WHERE is_stale ORDER BY z DESC LIMIT 1")
        row = cursor.fetchone()
    return (Tile(*row[:3]), row[3]) if row else None
