"""The keeper: a small process that runs one embedded server for as long as any process uses it.

`up`, the management commands and the test suite have a shared lock on `locks/<server>.users` while they need the
server (see services.py). The keeper waits for the exclusive lock on that file: it gets it when the last user has ended,
normally or killed, and then stops the server and exits. There is no counter and no process id file, so nothing can get
stale. If the keeper itself is killed, the kernel signals the server to stop.

    python -m apps.instance.keeper DATA_DIR postgres|redis [--volatile]

Prints `ready`, or one line with the reason why the server could not be started.

docs/decisions/0005-supervisor.md compares it with existing process managers.
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

from . import embedded, postgres, processes, redis_server
from .locks import lock_within
from .processes import InstanceError
from .server import Server, ServerContext

SERVERS = {server.name: server for server in (postgres.SERVER, redis_server.SERVER)}
_SECONDS_TO_STOP = 5
_LONGEST_LOG = 10 * 1024 * 1024


class _StopError(Exception):
    """The server has exited by itself, or the keeper was told to stop."""


def main(arguments: list[str]) -> int:
    context = ServerContext(
        Path(arguments[0]), processes.service_account(), volatile="--volatile" in arguments
    )
    server = SERVERS[arguments[1]]
    alive = (embedded.lock_dir(context.data_dir) / f"{server.name}.keeper").open("w")
    _locked_files.append(alive)
    try:
        # Another process may be checking at this very time whether there is a keeper.
        if not lock_within(alive, fcntl.LOCK_EX, 2):
            raise InstanceError(f"the embedded {server.name} of {context.data_dir} is already being started")
        return keep(context, server)
    except InstanceError as error:
        return _say(str(error))


def _say(line: str) -> int:
    print(line, flush=True)  # noqa: T201 (read by services.py)
    return 1


def keep(context: ServerContext, server: Server) -> int:
    """Start the server, report that it is ready, and stop it when its last user has gone."""
    leftover = processes.running_in(server.folder(context), server.program)
    processes.terminate(leftover, first=server.stop, seconds=_SECONDS_TO_STOP)
    server.prepare(context)
    child = _start(context, server)
    signal.signal(signal.SIGTERM, _request_stop)
    try:
        _wait_until_ready(context, server, child)
        print("ready", flush=True)  # noqa: T201
        _detach_output()
        _wait_for_last_user(context, server, child)
    except _StopError:
        pass
    finally:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _stop(server, child)
    return 0


def _start(context: ServerContext, server: Server) -> subprocess.Popen[bytes]:
    command = [*processes.launcher(context.account, on_parent_death=server.stop), *server.command(context)]
    with _log(context, server) as log:
        return subprocess.Popen(
            command,
            cwd=server.folder(context),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # PostgreSQL's messages, and the sort order of some system tables, depend on these.
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
        )


def _log(context: ServerContext, server: Server) -> IO[bytes]:
    path = context.data_dir / "log" / f"{server.name}.log"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and path.stat().st_size > _LONGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _wait_until_ready(context: ServerContext, server: Server, child: subprocess.Popen[bytes]) -> None:
    """Wait without limit: after a crash PostgreSQL may replay gigabytes, and it exits by itself if it cannot start.

    Raises InstanceError with the last line of the server's log.
    """
    while child.poll() is None:
        if server.is_ready(context):
            return
        time.sleep(0.05)
    log = context.data_dir / "log" / f"{server.name}.log"
    lines = log.read_text(errors="replace").strip().splitlines() or ["the log is empty"]
    fatal = [line for line in lines[-20:] if "FATAL" in line or "Fatal" in line]
    raise InstanceError(f"the embedded {server.name} did not start ({log}): {(fatal or lines)[-1]}")


def _detach_output() -> None:
    """Close the pipe to the process that started us, which waits for its end. Nobody reads later output."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _wait_for_last_user(context: ServerContext, server: Server, child: subprocess.Popen[bytes]) -> None:
    users = (embedded.lock_dir(context.data_dir) / f"{server.name}.users").open("w")
    signal.signal(signal.SIGCHLD, _request_stop)
    if child.poll() is None:
        fcntl.flock(users, fcntl.LOCK_EX)
    # The lock stays until this process ends: a new user waits for that, and then starts a new keeper.
    _locked_files.append(users)


_locked_files: list[IO[str]] = []


def _request_stop(_signal: int, _frame: FrameType | None) -> NoReturn:
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
    # Skip Python's own cleanup: other processes are waiting for the locks.
    os._exit(main(sys.argv[1:]))
