"""Pages of the points in a bbox, in the API's order and with its privacy rules (upstream behaviour 1.14)."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import psycopg
from django.db import connection

from apps.osm.bbox import BBox

from .models import Trace
from .points import DETAIL, POSITION, Rows

_SHOWN = [Trace.Visibility.TRACKABLE, Trace.Visibility.IDENTIFIABLE]
_ANONYMOUS = [Trace.Visibility.PUBLIC, Trace.Visibility.PRIVATE]
_ROWS_PER_FETCH = 500
_TOUCHING = """
  FROM traces_tracechunk c JOIN traces_trace t ON t.id = c.trace_id
  WHERE box(point(min_lon, min_lat), point(max_lon, max_lat))
      && box(point(%(min_lon)s::int, %(min_lat)s::int), point(%(max_lon)s::int, %(max_lat)s::int))
    AND t.visible AND t.visibility = ANY(%(visibilities)s)"""
_IN_ORDER = f"""
  SELECT c.trace_id, c.number, c.size, CASE WHEN NOT (
      min_lon >= %(min_lon)s AND max_lon <= %(max_lon)s AND min_lat >= %(min_lat)s AND max_lat <= %(max_lat)s
    ) THEN c.positions END
  {_TOUCHING}
  ORDER BY c.trace_id DESC, c.number"""
_POSITIONS = f"SELECT c.positions {_TOUCHING}"
_DETAILS = """
  SELECT c.trace_id, c.positions, c.details
  FROM unnest(%(traces)s::bigint[], %(numbers)s::int[]) AS wanted(trace_id, number)
  JOIN traces_tracechunk c USING (trace_id, number)
  ORDER BY c.trace_id DESC, c.number"""


@dataclass(frozen=True)
class Track:
    """A trace whose points belong together visibly, with those of its points that are on the page."""

    trace: Trace
    positions: Rows
    details: Rows


@dataclass(frozen=True)
class Page:
    tracks: list[Track]
    """Newest first; points by segment and time."""
    anonymous: Rows
    """The positions of all other points, by lat and lon."""


def page(bbox: BBox, *, first: int, count: int) -> Page:
    """Return `count` points in the bbox, starting with the one at the index `first`. At most four statements."""
    wanted, seen, skipped = _wanted(bbox, first, count)
    tracks = _tracks(bbox, wanted, skipped, count)
    missing = count - sum(len(track.positions) for track in tracks)
    beyond = max(0, first - seen)
    # If a trace was deleted between the statements there are fewer points; anonymous ones do not fill the gap.
    is_full = first + count <= seen
    return Page(tracks, np.empty(0, POSITION) if is_full else _anonymous(bbox, beyond, missing))


def _wanted(bbox: BBox, first: int, count: int) -> tuple[list[tuple[int, int]], int, int]:
    """Return the chunks (trace, number) of the page, the count of points up to its end, and how many points of the
    first chunk belong to the page before."""
    wanted: list[tuple[int, int]] = []
    seen = skipped = 0
    with closing(_stream(_IN_ORDER, bbox, _SHOWN)) as chunks:
        for trace_id, number, size, positions in chunks:
            inside = size if positions is None else len(_inside(np.frombuffer(positions, POSITION), bbox))
            if inside and seen + inside > first:
                if not wanted:
                    skipped = first - seen
                wanted.append((trace_id, number))
            seen += inside
            if seen >= first + count:
                break
    return wanted, seen, skipped


def _tracks(bbox: BBox, wanted: list[tuple[int, int]], skipped: int, count: int) -> list[Track]:
    if not wanted:
        return []
    traces = Trace.objects.select_related("user").in_bulk({trace_id for trace_id, _ in wanted})
    ids, numbers = zip(*wanted, strict=True)
    rows = (
        _cursor().execute(_DETAILS, {"traces": list(ids), "numbers": list(numbers)}, binary=True).fetchall()
    )
    tracks = []
    for trace_id, group in groupby(rows, key=itemgetter(0)):
        chunks = list(group)
        positions = np.frombuffer(b"".join(row[1] for row in chunks), POSITION)
        details = np.frombuffer(b"".join(row[2] for row in chunks), DETAIL)
        chosen = np.flatnonzero(_mask(positions, bbox))[skipped : skipped + count]
        skipped, count = 0, count - len(chosen)
        if trace_id in traces and len(chosen):
            tracks.append(Track(traces[trace_id], positions[chosen], details[chosen]))
    return tracks


def _anonymous(bbox: BBox, first: int, count: int) -> Rows:
    """Return the page's positions by lat and lon, without sorting those of other pages."""
    packed = b"".join(row[0] for row in _stream(_POSITIONS, bbox, _ANONYMOUS))
    positions = _inside(np.frombuffer(packed, POSITION), bbox)
    # Both numbers in one, which sorts like the pair.
    keys = (positions["lat"].astype(np.int64) << 32) + positions["lon"]
    end = min(first + count, len(keys))
    if first >= end:
        return np.empty(0, POSITION)
    keys.partition([first, end - 1])
    keys = np.sort(keys[first:end])
    found = np.empty(len(keys), POSITION)
    # Rounds up where a negative longitude has borrowed from the latitude.
    found["lat"] = (keys + 2**31) >> 32
    found["lon"] = keys - (found["lat"].astype(np.int64) << 32)
    return found


def _inside(positions: Rows, bbox: BBox) -> Rows:
    found: Rows = positions[_mask(positions, bbox)]
    return found


def _mask(positions: Rows, bbox: BBox) -> Rows:
    lat, lon = positions["lat"], positions["lon"]
    found: Rows = (
        (lat >= bbox.min_lat) & (lat <= bbox.max_lat) & (lon >= bbox.min_lon) & (lon <= bbox.max_lon)
    )
    return found


def _stream(sql: str, bbox: BBox, visibilities: list[Trace.Visibility]) -> Generator[Any, None, None]:
    parameters = {**bbox._asdict(), "visibilities": [str(visibility) for visibility in visibilities]}
    yield from _cursor().stream(sql, parameters, binary=True, size=_ROWS_PER_FETCH)


def _cursor() -> psycopg.Cursor[Any]:
    """Return a psycopg cursor instead of Django's, for binary results."""
    with connection.cursor() as cursor:
        return psycopg.Cursor(cursor.connection)
