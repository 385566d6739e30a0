"""Locks on files, which the kernel takes back from whoever ends, however it ended."""

import fcntl
import time
from typing import IO


def try_lock(file: IO[str], kind: int) -> bool:
    """Takes a file's lock (fcntl.LOCK_SH or LOCK_EX) unless another process has it."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_within(file: IO[str], kind: int, seconds: float) -> bool:
    """Takes a file's lock as soon as it is free, or gives up after the seconds."""
    deadline = time.monotonic() + seconds
    while not try_lock(file, kind):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
