"""Shared use of the embedded servers of a data folder: those that do not run yet are started.

    with services.using(data_dir, {"postgres", "redis"}):
        ...

Any number of processes may do this at the same time; the last one to leave stops the servers (see keeper.py).
"""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from . import embedded
from .folders import make_private
from .locks import try_lock
from .processes import InstanceError

_PROJECT = Path(__file__).resolve().parents[2]
_SECONDS_TO_STOP = 15

Keeper = subprocess.Popen[bytes]


@contextmanager
def using(data_dir: Path, servers: Iterable[str], *, volatile: bool = False) -> Iterator[None]:
    """Keep the named embedded servers (postgres, redis) running inside the context.

    With `volatile`, servers that this call starts do without fsync; for tests. Raises InstanceError if a server cannot
    be started.
    """
    try:
        make_private(data_dir)
        embedded.lock_dir(data_dir).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InstanceError(f"cannot write to the data folder {data_dir}: {error.strerror}") from None
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(_using_one(data_dir, server, volatile=volatile))
        yield


@contextmanager
def _using_one(data_dir: Path, server: str, *, volatile: bool) -> Iterator[None]:
    try:
        users = (embedded.lock_dir(data_dir) / f"{server}.users").open("w")
    except PermissionError:
        raise InstanceError(f"the data folder {data_dir} belongs to another user") from None
    with users:
        # Blocks only while a keeper is stopping the server.
        fcntl.flock(users, fcntl.LOCK_SH)
        with (embedded.lock_dir(data_dir) / f"{server}.start").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            keeper = None
            if not is_running(data_dir, server):
                keeper = _start_keeper(data_dir, server, volatile=volatile)
        try:
            yield
        finally:
            _leave(data_dir, server, users, keeper)


def is_running(data_dir: Path, server: str) -> bool:
    """Return whether a keeper runs this server now."""
    path = embedded.lock_dir(data_dir) / f"{server}.keeper"
    if not path.exists():
        return False
    with path.open() as alive:
        return not try_lock(alive, fcntl.LOCK_SH)


def _start_keeper(data_dir: Path, server: str, *, volatile: bool) -> Keeper:
    command = [sys.executable, "-m", "apps.instance.keeper", str(data_dir), server]
    if volatile:
        command.append("--volatile")
    # In a session of its own: Ctrl-C in the terminal is for the program that uses the server, not for the server.
    keeper = subprocess.Popen(
        command, cwd=_PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
    )
    assert keeper.stdout is not None  # noqa: S101 (for the type checker)
    output = keeper.stdout.read().decode().strip()
    if output != "ready":
        keeper.wait()
        raise InstanceError(
            output.splitlines()[-1] if output else f"the keeper of the embedded {server} crashed"
        )
    return keeper


def _leave(data_dir: Path, server: str, users: IO[str], keeper: Keeper | None) -> None:
    """Release the server. If this was its last user, wait until it has stopped."""
    # The exclusive lock is free only for the last user. If not even the shared lock is free, the keeper already has
    # the exclusive one, and is stopping the server. Otherwise other processes still use it.
    is_last = try_lock(users, fcntl.LOCK_EX)
    if not is_last and try_lock(users, fcntl.LOCK_SH):
        return
    fcntl.flock(users, fcntl.LOCK_UN)
    deadline = time.monotonic() + _SECONDS_TO_STOP
    while time.monotonic() < deadline:
        # Our own child is waited for until it has exited; of any other keeper we only see that its lock is free.
        if keeper.poll() is not None if keeper else not is_running(data_dir, server):
            return
        time.sleep(0.02)


def environment(data_dir: Path) -> dict[str, str]:
    """Return the environment variables by which other processes find the servers of this data folder."""
    return {
        "OSMSITE_DATA_DIR": str(data_dir),
        "DATABASE_URL": embedded.database_url(data_dir),
        "REDIS_URL": embedded.redis_url(data_dir),
    }
