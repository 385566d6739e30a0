"""The points in a box, page by page, in the order and with the privacy of the API (upstream behaviour 1.14)."""

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
_ROWS_A_FETCH = 500
_TOUCHING = """
  FROM traces_tracestretch s JOIN traces_trace t ON t.id = s.trace_id
  WHERE box(point(min_lon, min_lat), point(max_lon, max_lat))
      && box(point(%(min_lon)s::int, %(min_lat)s::int), point(%(max_lon)s::int, %(max_lat)s::int))
    AND t.visible AND t.visibility = ANY(%(visibilities)s)"""
_IN_ORDER = f"""
  SELECT s.trace_id, s.number, s.size, CASE WHEN NOT (
      min_lon >= %(min_lon)s AND max_lon <= %(max_lon)s AND min_lat >= %(min_lat)s AND max_lat <= %(max_lat)s
    ) THEN s.positions END
  {_TOUCHING}
  ORDER BY s.trace_id DESC, s.number"""
_POSITIONS = f"SELECT s.positions {_TOUCHING}"
_DETAILS = """
  SELECT s.trace_id, s.positions, s.details
  FROM unnest(%(traces)s::bigint[], %(numbers)s::int[]) AS wanted(trace_id, number)
  JOIN traces_tracestretch s USING (trace_id, number)
  ORDER BY s.trace_id DESC, s.number"""


@dataclass(frozen=True)
class Track:
    """A trace that may be recognised, with those of its points that are on the page."""

    trace: Trace
    positions: Rows
    details: Rows


@dataclass(frozen=True)
class Page:
    tracks: list[Track]
    """Newest first; points by segment and time."""
    anonymous: Rows
    """Positions of all other points, by lat and lon."""


def page(bbox: BBox, *, first: int, count: int) -> Page:
    """So many points in the box from the one with that number on. At most four statements."""
    wanted, seen, skipped = _wanted(bbox, first, count)
    tracks = _tracks(bbox, wanted, skipped, count)
    missing = count - sum(len(track.positions) for track in tracks)
    beyond = max(0, first - seen)
    # Where a trace was deleted between the statements there are fewer points; anonymous ones do not fill the gap.
    whole = first + count <= seen
    return Page(tracks, np.empty(0, POSITION) if whole else _anonymous(bbox, beyond, missing))


def _wanted(bbox: BBox, first: int, count: int) -> tuple[list[tuple[int, int]], int, int]:
    """The stretches (trace, number) that the page needs, how many points were counted up to its end, and how many of
    the first stretch belong to the page before."""
    wanted: list[tuple[int, int]] = []
    seen = skipped = 0
    with closing(_stream(_IN_ORDER, bbox, _SHOWN)) as stretches:
        for trace_id, number, size, positions in stretches:
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
        stretches = list(group)
        positions = np.frombuffer(b"".join(row[1] for row in stretches), POSITION)
        details = np.frombuffer(b"".join(row[2] for row in stretches), DETAIL)
        place = np.flatnonzero(_mask(positions, bbox))[skipped : skipped + count]
        skipped, count = 0, count - len(place)
        if trace_id in traces and len(place):
            tracks.append(Track(traces[trace_id], positions[place], details[place]))
    return tracks


def _anonymous(bbox: BBox, first: int, count: int) -> Rows:
    """Positions by lat and lon, of which only the page's own are put in order."""
    packed = b"".join(row[0] for row in _stream(_POSITIONS, bbox, _ANONYMOUS))
    positions = _inside(np.frombuffer(packed, POSITION), bbox)
    # Both numbers in one, which sorts as they do.
    keys = (positions["lat"].astype(np.int64) << 32) + positions["lon"]
    end = min(first + count, len(keys))
    if first >= end:
        return np.empty(0, POSITION)
    keys.partition([first, end - 1])
    keys = np.sort(keys[first:end])
    found = np.empty(len(keys), POSITION)
    # A negative longitude has borrowed from the latitude.
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
    yield from _cursor().stream(sql, parameters, binary=True, size=_ROWS_A_FETCH)


def _cursor() -> psycopg.Cursor[Any]:
    """A cursor below Django's: bytes come as they are instead of in digits."""
    with connection.cursor() as cursor:
        return psycopg.Cursor(cursor.connection)
