"""Makes the tiles of low zooms before somebody asks for them: those of a planet take seconds each."""

import time
from typing import NamedTuple

from apps.features.coverage import covered
from apps.instance.status import ONLINE, service_status

from .cache import LAST_ZOOM_AHEAD, packed_tile
from .models import CachedTile
from .subjects import Tile


class Progress(NamedTuple):
    wanted: int
    """Tiles of low zooms that have data."""
    missing: int
    stale: int
    """Those that are older than the last change in them, of zooms up to 9."""


def make_missing(seconds: float) -> int:
    """Make missing tiles of low zooms where there is data, the smallest zooms first, for so many seconds.

    Returns how many it were. Two statements to find them.
    """
    if service_status().database != ONLINE:
        return 0
    deadline = time.monotonic() + seconds
    count = 0
    for tile in sorted(_wanted() - _stored(), key=lambda tile: (tile.z, tile.x, tile.y)):
        if time.monotonic() >= deadline:
            break
        packed_tile(tile)
        count += 1
    return count


def progress() -> Progress:
    """Return how much is left to do. Three statements."""
    wanted = _wanted()
    stale = CachedTile.objects.filter(is_stale=True).count()
    return Progress(len(wanted), len(wanted - _stored()), stale)


def _wanted() -> set[Tile]:
    end = (1 << LAST_ZOOM_AHEAD) - 1
    cells = covered(LAST_ZOOM_AHEAD, (0, 0), (end, end))
    return {
        Tile(LAST_ZOOM_AHEAD - up, x >> up, y >> up)
        for x, y in zip(cells.columns.tolist(), cells.rows.tolist(), strict=True)
        for up in range(LAST_ZOOM_AHEAD + 1)
    }


def _stored() -> set[Tile]:
    return {
        Tile(*row) for row in CachedTile.objects.filter(z__lte=LAST_ZOOM_AHEAD).values_list("z", "x", "y")
    }
