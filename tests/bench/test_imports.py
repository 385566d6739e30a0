"""`python -m bench.imports`, with a small extract and an instance of its own."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.planet.helpers import convert


@pytest.mark.slow
def test_it_times_both_readers(tmp_path: Path) -> None:
    head = "v1 dV c1 t2020-01-01T00:00:00Z i5 ualice"
    path = convert(f"n1 {head} x1 y1\nw1 {head} Nn1\nr1 {head} Mw1@\n", tmp_path / "extract.osm.pbf")
    done = subprocess.run(
        [sys.executable, "-m", "bench.imports", str(path), "--rounds", "1"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    title, *lines = done.stdout.splitlines()
    assert title.startswith("extract.osm.pbf: 3 elements, 1 rounds")
    assert [line[:26].split("  ")[0] for line in lines] == [
        "reading",
        "reading",
        "whole import",
        "whole import",
    ]
    assert [line[14:26].strip() for line in lines] == ["our reader", "pyosmium"] * 2
