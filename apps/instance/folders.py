"""The data folder is private: only the account that runs the instance may look into it."""

import os
import stat
from pathlib import Path

from . import processes
from .embedded import PRIVATE_FILE, PRIVATE_FOLDER

_PASSABLE_FOLDER = 0o711
_OTHERS = 0o077


def make_private(data_dir: Path) -> None:
    """Create the data folder, take from other users all rights that earlier versions gave them, and have this process and
    its children give none. Raises OSError."""
    os.umask(_OTHERS)
    data_dir.mkdir(parents=True, exist_ok=True)
    if data_dir == Path(data_dir.anchor) or data_dir.stat().st_mode & stat.S_ISVTX:
        # Not the instance's own: `/`, or a folder that everyone shares, such as /tmp.
        return
    # Servers with an account of their own have to pass through the folder, if need be without looking into it.
    _tighten(data_dir, PRIVATE_FOLDER if processes.servers_pass_private_folders() else _PASSABLE_FOLDER)
    for path in data_dir.iterdir():
        if not path.is_symlink():
            _tighten(path, PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


def _tighten(path: Path, most: int) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & _OTHERS & ~most:
            path.chmod(mode & (most | ~_OTHERS))
    except (PermissionError, FileNotFoundError):
        # It belongs to the account of the servers, or was a temporary file.
        return
