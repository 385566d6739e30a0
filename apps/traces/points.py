"""The points of a trace as columns, and their storage in chunks of some hundred points (TraceChunk)."""

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
from django.db import connection, transaction

POINTS_PER_CHUNK = 512
POSITION = np.dtype([("lat", "<i4"), ("lon", "<i4")])
DETAIL = np.dtype([("time", "<i8"), ("segment", "<i4"), ("elevation", "<f4")])
_COLUMNS = "trace_id, number, size, min_lon, min_lat, max_lon, max_lat, positions, details"
EARLIEST = datetime(1, 1, 2, tzinfo=UTC).timestamp()
LATEST = datetime(9999, 12, 30, tzinfo=UTC).timestamp()

Rows = np.ndarray[Any, np.dtype[Any]]


class Points:
    """The points of a trace while it is read: 24 bytes each, in the order of the file."""

    def __init__(self) -> None:
        self.lat, self.lon, self.segment = array("i"), array("i"), array("i")
        self.time, self.elevation = array("q"), array("f")

    def __len__(self) -> int:
        return len(self.lat)

    def append(self, lat: int, lon: int, time: int, elevation: float, segment: int) -> None:
        """Add a point: integers of 1e-7 degrees, seconds since 1970, metres."""
        self.lat.append(lat)
        self.lon.append(lon)
        self.time.append(time)
        self.elevation.append(elevation)
        self.segment.append(segment)

    def rows(self) -> tuple[Rows, Rows]:
        """Return the positions and details, by segment and time (upstream behaviour 1.14)."""
        positions, details = np.empty(len(self), POSITION), np.empty(len(self), DETAIL)
        order = np.lexsort((np.asarray(self.time), np.asarray(self.segment)))
        for rows, names in ((positions, ("lat", "lon")), (details, ("time", "segment", "elevation"))):
            for name in names:
                rows[name] = np.asarray(getattr(self, name))[order]
        return positions, details


def write(trace_id: int, positions: Rows, details: Rows) -> None:
    """Replace the points of a trace, all or none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM traces_tracechunk WHERE trace_id = %s", [trace_id])
        with cursor.copy(f"COPY traces_tracechunk ({_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", *["int4"] * 6, "bytea", "bytea"])
            for number, first in enumerate(range(0, len(positions), POINTS_PER_CHUNK)):
                chunk = positions[first : first + POINTS_PER_CHUNK]
                lat, lon = chunk["lat"], chunk["lon"]
                bbox = [int(side) for side in (lon.min(), lat.min(), lon.max(), lat.max())]
                content = chunk.tobytes(), details[first : first + POINTS_PER_CHUNK].tobytes()
                copy.write_row((trace_id, number, len(chunk), *bbox, *content))


def remove(trace_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM traces_tracechunk WHERE trace_id = %s", [trace_id])


def read(trace_id: int) -> tuple[Rows, Rows]:
    """Return the positions and details of all points, by segment and time. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT positions, details FROM traces_tracechunk WHERE trace_id = %s ORDER BY number",
            [trace_id],
        )
        found = cursor.fetchall()
    positions = np.frombuffer(b"".join(row[0] for row in found), POSITION)
    return positions, np.frombuffer(b"".join(row[1] for row in found), DETAIL)


def lines(trace_id: int, most: int) -> Iterator[list[tuple[float, float]]]:
    """Yield the line of each segment, as (lon, lat) in degrees, thinned out to about `most` points in all.

    The ends of a segment are always included.
    """
    positions, details = read(trace_id)
    starts = [0, *(np.flatnonzero(np.diff(details["segment"])) + 1).tolist(), len(positions)]
    step = max(1, -(-len(positions) // most))
    for first, end in pairwise(starts):
        chosen = [*range(first, end - 1, step), end - 1] if end > first else []
        if chosen:
            drawn = positions[chosen]
            yield [
                (float(lon), float(lat))
                for lon, lat in zip(drawn["lon"] / 1e7, drawn["lat"] / 1e7, strict=True)
            ]
