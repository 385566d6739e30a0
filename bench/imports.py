"""`python -m bench.imports FILE`: times the import of a PBF file with our own reader and with pyosmium, in turns."""

import argparse
import gc
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from typing import NamedTuple
from unittest.mock import patch

import django

READERS = ["our reader", "pyosmium"]


class Cost(NamedTuple):
    """Elapsed seconds, and CPU seconds of this process (without PostgreSQL)."""

    seconds: float
    cpu: float


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.imports", description="Time imports of a PBF file with both readers."
    )
    parser.add_argument("file", type=Path, help="a sorted .osm.pbf file with full metadata")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="osmsite-imports-") as folder:
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        os.environ |= {"OSMSITE_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "osmsite.settings"}
        django.setup()
        _run(options.file, options.rounds)
    return 0


def _run(path: Path, rounds: int) -> None:
    # All these need settings, which need the data folder.
    from apps.instance.commands import instance, migrate

    with instance():
        migrate()
        # The import does the same; reading on its own has to.
        gc.disable()
        elements = _read(path, "our reader")
        print(f"{path.name}: {elements:,} elements, {rounds} rounds; medians, and the range of the seconds")
        for what, work in (("reading", _read), ("whole import", _import)):
            costs: dict[str, list[Cost]] = {reader: [] for reader in READERS}
            # The first round warms up and does not count.
            for number in range(rounds + 1):
                for reader in READERS if number % 2 else reversed(READERS):
                    costs[reader] += [_timed(work, path, reader)] if number else []
            for reader in READERS:
                print(_line(what, reader, costs[reader], elements), flush=True)


def _read(path: Path, reader: str) -> int:
    """Read the file and pack its rows, without a database. Returns the number of elements."""
    from apps.planet.columns import read_ordinary
    from apps.planet.readers import read_file
    from apps.planet.sinks import SortedSink

    sink = SortedSink(_NoPump(), int(time.time()), lambda _kind: None)  # type: ignore[arg-type]
    read = read_ordinary if reader == "our reader" else read_file
    read(path, sink, lambda _position: None)
    sink.finish()
    return sum(sink.counts.values())


class _NoPump:
    """Discards all rows, in place of the thread that sends them to PostgreSQL."""

    def copy(self, table: str, rows: bytes) -> None:
        pass

    def execute(self, statement: object) -> None:
        pass


def _import(path: Path, reader: str) -> int:
    """Import the file into empty tables, indexes and statistics included. Returns the number of elements."""
    from django.core.management.base import OutputWrapper

    from apps.planet import importer
    from apps.planet.errors import NotOrdinaryError
    from apps.planet.progress import Progress

    progress = Progress(OutputWrapper(io.StringIO()), path.name)
    unusable = patch.object(importer, "read_ordinary", side_effect=NotOrdinaryError)
    with nullcontext() if reader == "our reader" else unusable:
        return importer.import_file(path, progress).elements


def _timed(work: Callable[[Path, str], int], path: Path, reader: str) -> Cost:
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    start, cpu = time.perf_counter(), time.process_time()
    work(path, reader)
    return Cost(time.perf_counter() - start, time.process_time() - cpu)


def _line(what: str, reader: str, costs: list[Cost], elements: int) -> str:
    seconds = sorted(cost.seconds for cost in costs)
    middle = median(seconds)
    return (
        f"{what:14}{reader:12}{middle:7.2f} s ({seconds[0]:.2f} to {seconds[-1]:.2f})"
        f"{elements / middle:10,.0f} elements/s{median(cost.cpu for cost in costs):7.2f} s CPU"
    )


if __name__ == "__main__":
    sys.exit(main())
