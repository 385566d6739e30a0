"""Runs the whole instance in the foreground: the embedded servers, the web server, the background worker.

Everything is a child of this process, or run by a keeper that notices when this process ends. If one process ends by
itself, `up` stops all of them: half an instance is of no use, and whatever supervises `up` can restart it.
docs/decisions/0005-supervisor.md compares this with existing process managers.
"""

import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.conf import settings
from django.core.checks import ERROR, Tags, run_checks

from . import embedded, processes, programs, services
from .commands import embedded_servers, instance, migrate, pending_migrations
from .locks import try_lock
from .processes import InstanceError
from .programs import Program
from .statics import collect

MARK = "OSMSITE_UP"
"""Environment variable of the children, set to the data folder: by it the children of a killed `up` are found."""
_PROJECT = Path(__file__).resolve().parents[2]
_STOPPING = "stopping"


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @property
    def reached_at(self) -> str:
        """The host name or IP address by which this machine itself reaches the site."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    def __str__(self) -> str:
        host = f"[{self.reached_at}]" if ":" in self.host else self.reached_at
        return f"http://{host}:{self.port}/"


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]


class Stopped(BaseException):
    """The operator has stopped the instance (Ctrl-C, SIGTERM, or the terminal was closed). Not an error."""


def run(address: Address, *, workers: int, celery: bool) -> None:
    """Start everything, print `Ready:`, and return when the operator stops it. Raises InstanceError."""
    _stop_on_signals()
    try:
        with _only_one(settings.DATA_DIR) as state, ExitStack() as stack:
            _check_port(address)
            stack.enter_context(instance())
            _prepare()
            wanted = [programs.web(address.host, address.port, workers)]
            if celery:
                wanted += programs.workers(settings.DATA_DIR)
            children = stack.enter_context(_running(wanted, address))
            stack.callback(_write, state, _STOPPING)
            _wait_until_ready(address, children)
            print(f"Ready: {address}", flush=True)  # noqa: T201 (the command's output)
            _watch(children)
    except Stopped:
        _say("Stopped.")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _stop_on_signals() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        # Further signals are ignored: a second Ctrl-C would only leave processes behind.
        for number in numbers:
            signal.signal(number, signal.SIG_IGN)
        _say("Stopping ...")
        raise Stopped

    numbers = [signal.SIGINT, signal.SIGTERM]
    # Under nohup, `up` survives the end of the terminal.
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    for number in numbers:
        signal.signal(number, stop)


@contextmanager
def _only_one(data_dir: Path) -> Iterator[int]:
    """Allow one `up` per data folder, and end the processes that a killed one has left there. Yields the descriptor of
    the file that tells the next `up` whether this one is already stopping."""
    embedded.lock_dir(data_dir).mkdir(mode=0o700, exist_ok=True, parents=True)
    with (embedded.lock_dir(data_dir) / "up").open("a+") as lock:
        # Wait for one that is stopping; the first two seconds are for one that has not noticed its signal yet.
        short_deadline = time.monotonic() + 2
        long_deadline = time.monotonic() + 15
        while not try_lock(lock, fcntl.LOCK_EX):
            lock.seek(0)
            if time.monotonic() > (long_deadline if lock.read() == _STOPPING else short_deadline):
                raise InstanceError(f"another `up` is running on the data folder {data_dir}")
            time.sleep(0.1)
        _write(lock.fileno(), str(os.getpid()))
        leftover = processes.marked_with(MARK, str(data_dir))
        if leftover:
            _say(f"Ending {len(leftover)} processes left over from a killed `up` ...")
            processes.terminate(leftover, first=signal.SIGTERM, seconds=3)
        yield lock.fileno()


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _check_port(address: Address) -> None:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(where)
    except OSError as error:
        reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        line = f"port {address.port} of {address.host} {reason}: choose another with --port"
        raise InstanceError(line) from None


def _prepare() -> None:
    for problem in run_checks(tags=[Tags.database], databases=["default"]):
        if problem.level >= ERROR:
            raise InstanceError(f"{problem.msg}. {problem.hint or ''}".strip())
    pending = pending_migrations()
    if pending:
        _say(f"Applying {len(pending)} migrations ...")
        migrate()
    if collect():
        _say("Collected the static files.")


@contextmanager
def _running(wanted: list[Program], address: Address) -> Iterator[list[Child]]:
    """Run the programs inside the context, and end them and their children after it."""
    environment = {
        **os.environ,
        MARK: str(settings.DATA_DIR),
        "OSMSITE_DATA_DIR": str(settings.DATA_DIR),
        "OSMSITE_URL": os.environ.get("OSMSITE_URL") or str(address).rstrip("/"),
    }
    children = []
    try:
        for program in wanted:
            command = [*processes.launcher(None, on_parent_death=signal.SIGTERM), *program.command]
            process = subprocess.Popen(
                command,
                cwd=_PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,
                env=environment,
                # In a process group of its own: Ctrl-C reaches only `up`, which stops everything in order.
                process_group=0,
            )
            children.append(Child(program.name, process))
        yield children
    finally:
        _end(children)


def _end(children: list[Child]) -> None:
    """End the children by SIGTERM, then by SIGQUIT (on which Celery returns its task to the queue), then by SIGKILL;
    within 4 s in total."""
    for number, seconds in [(signal.SIGTERM, 2.5), (signal.SIGQUIT, 1.5)]:
        deadline = time.monotonic() + seconds
        running = [child.process for child in children if child.process.poll() is None]
        for process in running:
            process.send_signal(number)
        while time.monotonic() < deadline and any(process.poll() is None for process in running):
            time.sleep(0.02)
    for child in children:
        try:
            os.killpg(child.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        child.process.wait()


def _wait_until_ready(address: Address, children: list[Child]) -> None:
    while not _is_ready(address):
        _check(children)
        time.sleep(0.05)


def _is_ready(address: Address) -> bool:
    """Return whether the site responds, from the web server down to the database."""
    connection = http.client.HTTPConnection(address.reached_at, address.port, timeout=10)
    try:
        connection.request("GET", "/api/0.6/capabilities")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(children: list[Child]) -> NoReturn:
    while True:
        _check(children)
        time.sleep(0.25)


def _check(children: list[Child]) -> None:
    """Raise InstanceError if a process of the instance has ended."""
    for child in children:
        if child.process.poll() is not None:
            raise InstanceError(f"the {child.name} ended by itself (status {child.process.returncode})")
    for server in embedded_servers():
        if not services.is_running(settings.DATA_DIR, server):
            log = settings.DATA_DIR / "log" / f"{server}.log"
            raise InstanceError(f"the embedded {server} ended by itself; its log is {log}")
