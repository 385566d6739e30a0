"""`python -m bench.features FILE`: times how long all features of an extract take, and an update after an edit of many nodes."""

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import django


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.features", description="Time the features of an extract."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--touched", type=int, default=10_000, help="how many nodes an edit touches, scattered"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="osmsite-features-") as folder:
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        os.environ |= {"OSMSITE_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "osmsite.settings"}
        django.setup()
        _run(options.file, options.rounds, options.touched)
    return 0


def _run(path: Path, rounds: int, touched: int) -> None:
    # All these need settings, which need the data folder.
    from django.core.management.base import OutputWrapper
    from django.db import connection

    from apps.features.rebuild import rebuild
    from apps.features.update import update
    from apps.instance.commands import instance, migrate
    from apps.journal import actions
    from apps.osm.elements import ElementType
    from apps.planet.importer import import_file
    from apps.planet.progress import Progress

    with instance():
        migrate()
        elements = import_file(path, Progress(OutputWrapper(io.StringIO()), path.name)).elements
        before = _peak_mb()
        features, seconds = 0, []
        # The first round warms up and does not count.
        for number in range(rounds + 1):
            start = time.perf_counter()
            features = rebuild()
            seconds += [time.perf_counter() - start] if number else []
        print(
            f"{path.name}: {elements:,} elements, {features:,} features; rebuilt in {median(seconds):.2f} s "
            f"({min(seconds):.2f} to {max(seconds):.2f}); peak memory {_peak_mb():.0f} MB, {before:.0f} before"
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM nodes WHERE visible ORDER BY id * 7919 %% 1000003 LIMIT %s", [touched]
            )
            nodes = [row[0] for row in cursor]
        seconds = []
        for number in range(rounds + 1):
            actions.add({ElementType.NODE: nodes, ElementType.WAY: [], ElementType.RELATION: []})
            start = time.perf_counter()
            update()
            seconds += [time.perf_counter() - start] if number else []
        print(
            f"update after an edit of {len(nodes):,} scattered nodes: {median(seconds):.2f} s "
            f"({min(seconds):.2f} to {max(seconds):.2f})"
        )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
