"""Locks on files, which the kernel releases when a process ends, however it ends."""

import fcntl
import time
from typing import IO


def try_lock(file: IO[str], kind: int) -> bool:
    """Lock a file (fcntl.LOCK_SH or LOCK_EX) unless another process has it locked. Returns whether that worked."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock_within(file: IO[str], kind: int, seconds: float) -> bool:
    """Lock a file as soon as it is free, or give up after `seconds`. Returns whether that worked."""
    deadline = time.monotonic() + seconds
    while not try_lock(file, kind):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
