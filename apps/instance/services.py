"""Uses the embedded servers of a data folder: starts those that do not run, shares those that do.

    with services.using(data_dir, {"postgres", "redis"}):
        ...

Any number of processes may do so at the same time; the last one out stops the servers (keeper.py says how).
"""

import fcntl
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from apps.instance import embedded
from apps.instance.locks import try_lock
from apps.instance.processes import InstanceError

_PROJECT = Path(__file__).resolve().parents[2]
_SECONDS_TO_STOP = 15

Keeper = subprocess.Popen[bytes]


@contextmanager
def using(data_dir: Path, servers: Iterable[str], *, volatile: bool = False) -> Iterator[None]:
    """Holds the named embedded servers (postgres, redis) in use. Raises InstanceError where one cannot start.

    `volatile` does without fsync where this call is the one that starts them: for tests.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
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
        # Waits only while a keeper is stopping the server.
        fcntl.flock(users, fcntl.LOCK_SH)
        with (embedded.lock_dir(data_dir) / f"{server}.start").open("w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            keeper = None
            if not is_kept(data_dir, server):
                keeper = _start_keeper(data_dir, server, volatile=volatile)
        try:
            yield
        finally:
            _leave(data_dir, server, users, keeper)


def is_kept(data_dir: Path, server: str) -> bool:
    """Whether a keeper runs this server now."""
    path = embedded.lock_dir(data_dir) / f"{server}.keeper"
    if not path.exists():
        return False
    with path.open() as alive:
        return not try_lock(alive, fcntl.LOCK_SH)


def _start_keeper(data_dir: Path, server: str, *, volatile: bool) -> Keeper:
    command = [sys.executable, "-m", "apps.instance.keeper", str(data_dir), server]
    if volatile:
        command.append("--volatile")
    # In a session of its own: Ctrl-C in the terminal is for the one who uses the server, not for the server.
    keeper = subprocess.Popen(
        command, cwd=_PROJECT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True
    )
    assert keeper.stdout is not None  # noqa: S101 (for the type checker)
    said = keeper.stdout.read().decode().strip()
    if said != "ready":
        keeper.wait()
        raise InstanceError(said.splitlines()[-1] if said else f"the keeper of the embedded {server} crashed")
    return keeper


def _leave(data_dir: Path, server: str, users: IO[str], keeper: Keeper | None) -> None:
    """Lets go of the server; where this was its last user, waits until it has stopped."""
    # Whoever gets the exclusive lock was alone. Who does not get even a shared one came after the keeper,
    # which has it for good. Else others still use the server.
    alone = try_lock(users, fcntl.LOCK_EX)
    if not alone and try_lock(users, fcntl.LOCK_SH):
        return
    fcntl.flock(users, fcntl.LOCK_UN)
    deadline = time.monotonic() + _SECONDS_TO_STOP
    while time.monotonic() < deadline:
        # Our own child is waited for to its very end; of another's we see that it has let go of its lock.
        if keeper.poll() is not None if keeper else not is_kept(data_dir, server):
            return
        time.sleep(0.02)


def addresses(data_dir: Path) -> dict[str, str]:
    """The environment by which other processes find the servers of this data folder."""
    return {
        "OSMSITE_DATA_DIR": str(data_dir),
        "DATABASE_URL": embedded.database_url(data_dir),
        "REDIS_URL": embedded.redis_url(data_dir),
    }
