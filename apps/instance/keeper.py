"""The keeper: one small process that runs one embedded server for as long as anybody uses it.

`up`, the management commands and the test suite hold a shared lock on `locks/<server>.users` while they need
the server (see services.py). The keeper waits for the exclusive lock on that file: it gets it when the last
user is gone, whether it left or was killed, and then stops the server and ends. Nothing is counted and no
process number is trusted, so nothing can get stale. Should the keeper be killed, the kernel tells the server.

    python -m apps.instance.keeper DATA_DIR postgres|redis [--volatile]

Prints `ready`, or one line that says why not.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from apps.instance import embedded, postgres, processes, redis_server
from apps.instance.locks import lock_within
from apps.instance.processes import InstanceError
from apps.instance.server import Place, Server

SERVERS = {server.name: server for server in (postgres.SERVER, redis_server.SERVER)}
_SECONDS_TO_STOP = 5
_LONGEST_LOG = 10 * 1024 * 1024


class _StopError(Exception):
    """The server ended by itself, or the keeper is told to end."""


def main(arguments: list[str]) -> int:
    place = Place(Path(arguments[0]), processes.service_account(), volatile="--volatile" in arguments)
    server = SERVERS[arguments[1]]
    alive = (embedded.lock_dir(place.data_dir) / f"{server.name}.keeper").open("w")
    _held.append(alive)
    try:
        # Somebody may just be looking whether there is a keeper.
        if not lock_within(alive, fcntl.LOCK_EX, 2):
            raise InstanceError(f"the embedded {server.name} of {place.data_dir} is already being started")
        return keep(place, server)
    except InstanceError as error:
        return _say(str(error))


def _say(line: str) -> int:
    print(line, flush=True)  # noqa: T201 (read by services.py)
    return 1


def keep(place: Place, server: Server) -> int:
    """Starts the server, says so, and stops it when its last user has gone."""
    leftover = processes.running_in(server.folder(place), server.program)
    processes.end(leftover, first=server.stop, seconds=_SECONDS_TO_STOP)
    server.prepare(place)
    child = _start(place, server)
    signal.signal(signal.SIGTERM, _raise_stop)
    try:
        _wait_until_ready(place, server, child)
        print("ready", flush=True)  # noqa: T201
        _let_go_of_output()
        _wait_for_last_user(place, server, child)
    except _StopError:
        pass
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _stop(server, child)
    return 0


def _start(place: Place, server: Server) -> subprocess.Popen[bytes]:
    command = [*processes.launcher(place.account, on_parent_death=server.stop), *server.command(place)]
    with _log(place, server) as log:
        return subprocess.Popen(
            command,
            cwd=server.folder(place),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # PostgreSQL makes its messages, and the sort order of some system tables, depend on these.
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        )


def _log(place: Place, server: Server) -> IO[bytes]:
    path = place.data_dir / "log" / f"{server.name}.log"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and path.stat().st_size > _LONGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _wait_until_ready(place: Place, server: Server, child: subprocess.Popen[bytes]) -> None:
    """Waits without limit: after a crash PostgreSQL may replay gigabytes. It ends by itself if it cannot."""
    while child.poll() is None:
        if server.is_ready(place):
            return
        time.sleep(0.05)
    log = place.data_dir / "log" / f"{server.name}.log"
    lines = log.read_text(errors="replace").strip().splitlines() or ["it says nothing"]
    fatal = [line for line in lines[-20:] if "FATAL" in line or "Fatal" in line]
    raise InstanceError(f"the embedded {server.name} did not start ({log}): {(fatal or lines)[-1]}")


def _let_go_of_output() -> None:
    """From here on nobody reads what we say; the pipe's other end must see its end."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _wait_for_last_user(place: Place, server: Server, child: subprocess.Popen[bytes]) -> None:
    users = (embedded.lock_dir(place.data_dir) / f"{server.name}.users").open("w")
    signal.signal(signal.SIGCHLD, _raise_stop)
    if child.poll() is None:
        fcntl.flock(users, fcntl.LOCK_EX)
    # The lock is held until the process ends: who comes now waits, and then starts a new keeper.
    _held.append(users)


_held: list[IO[str]] = []


def _raise_stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _StopError


def _stop(server: Server, child: subprocess.Popen[bytes]) -> None:
    for number, seconds in [(server.stop, _SECONDS_TO_STOP), (server.give_up, 2), (signal.SIGKILL, 5)]:
        child.send_signal(number)
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return


if __name__ == "__main__":
    # Without Python's own tidying up: who waits for the locks shall not wait for that.
    os._exit(main(sys.argv[1:]))
