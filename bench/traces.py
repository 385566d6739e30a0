"""`python -m bench.traces`: uploads a large GPX file to an instance of its own, waits for its worker, and times pages of
trackpoints, first of a trackable and then of a private trace."""

import argparse
import json
import math
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median

import psutil

from .client import LoadError
from .instance import importers, own_instance

BBOX = (9.4, 47.0, 9.65, 47.25)
_START = datetime(2020, 1, 1, tzinfo=UTC)
_POINTS_A_SEGMENT = 5000
_BOUNDARY = "osmsite-bench"
_TIMEOUT = 600


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.traces", description=__doc__)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5, help="requests per page")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="osmsite-bench-") as folder:
            _run(Path(folder), options.points, options.rounds)
    except (LoadError, OSError) as error:
        print(f"traces: {error}", file=sys.stderr)
        return 1
    return 0


def _run(folder: Path, points: int, rounds: int) -> None:
    document = b"".join(piece.encode() for piece in gpx(points))
    print(f"file: {points:,} points, {len(document) / 1e6:.0f} MB")
    with own_instance(None, folder, worker=True) as server:
        [token] = importers(folder, 1, "read_gpx write_gpx")
        trace = Trace(server.base_url, token)
        began = time.perf_counter()
        trace.upload(document)
        print(f"upload: {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        memory = _wait(trace, folder)
        print(f"import: {time.perf_counter() - began:.1f} s, worker at most {memory / 1e6:.0f} MB")
        pages = [0, 1, points // 2 // 5000, max(0, points // 5000 - 1)]
        for visibility in ("trackable", "private"):
            trace.describe(visibility)
            for page in pages:
                times = [trace.page(page) for _ in range(rounds + 1)][1:]
                print(f"page {page:4}, {visibility}: {1000 * median(times):.0f} ms")


def gpx(points: int) -> Iterator[str]:
    """Yield a GPX file in pieces: a walk inside the bbox that turns a little at each step, one step per second."""
    random, direction = Random(1), 0.0
    left, bottom, right, top = BBOX
    lon, lat = (left + right) / 2, (bottom + top) / 2
    yield '<?xml version="1.0"?>\n<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n'
    for number in range(points):
        if number and number % _POINTS_A_SEGMENT == 0:
            yield "</trkseg><trkseg>\n"
        direction += random.uniform(-0.3, 0.3)
        step_x, step_y = 2e-4 * math.cos(direction), 1.4e-4 * math.sin(direction)
        if not (left < lon + step_x < right and bottom < lat + step_y < top):
            direction += math.pi
            step_x, step_y = -step_x, -step_y
        lon, lat = lon + step_x, lat + step_y
        time_ = (_START + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><ele>{455 + number % 50}</ele><time>{time_}</time></trkpt>\n'
    yield "</trkseg></trk></gpx>\n"


class Trace:
    """The API calls of a trace's owner."""

    def __init__(self, base_url: str, token: str) -> None:
        self.base_url, self.token, self.id = base_url, token, 0

    def upload(self, document: bytes) -> None:
        fields = {"description": "bench", "visibility": "trackable"}
        parts = [
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        ]
        head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.gpx"\r\n\r\n'
        body = ("".join(parts) + head).encode() + document + f"\r\n--{_BOUNDARY}--\r\n".encode()
        self.id = int(self.call("POST", "gpx", body, f"multipart/form-data; boundary={_BOUNDARY}"))

    def is_pending(self) -> bool:
        pending: bool = json.loads(self.call("GET", f"gpx/{self.id}.json"))["trace"]["pending"]
        return pending

    def describe(self, visibility: str) -> None:
        new = (
            f'<gpx_file id="{self.id}" visibility="{visibility}"><description>bench</description></gpx_file>'
        )
        self.call("PUT", f"gpx/{self.id}", f"<osm>{new}</osm>".encode())

    def page(self, number: int) -> float:
        """Request a page of points. Returns the seconds that it took."""
        began = time.perf_counter()
        bbox = ",".join(map(str, BBOX))
        if b"<trkpt" not in self.call("GET", f"trackpoints?bbox={bbox}&page={number}"):
            raise LoadError(f"page {number} is empty")
        return time.perf_counter() - began

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "text/xml") -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        request = urllib.request.Request(
            f"{self.base_url}/api/0.6/{path}", data=body, headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
                content: bytes = response.read()
                return content
        except urllib.error.HTTPError as error:
            raise LoadError(f"{method} {path}: {error.code} {error.read()[:200]!r}") from None


def _wait(trace: Trace, folder: Path) -> int:
    """Wait until the points are imported. Returns the peak memory of a process of the worker."""
    peak, deadline = 0, time.monotonic() + _TIMEOUT
    workers = [process for process in psutil.process_iter() if _is_worker(process, folder)]
    while trace.is_pending():
        if time.monotonic() > deadline:
            raise LoadError("the import does not end")
        peak = max([peak, *(process.memory_info().rss for process in workers if process.is_running())])
        time.sleep(0.1)
    return peak


def _is_worker(process: psutil.Process, folder: Path) -> bool:
    try:
        return "celery" in process.cmdline() and str(folder) in " ".join(process.cmdline())
    except psutil.Error:
        return False


if __name__ == "__main__":
    sys.exit(main())
