"""What the server's own processes cost: CPU seconds and memory, where they run on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_INTERVAL = 0.02
"""Seconds between two looks at the memory: a map call of 50,000 nodes is seen ten times."""


@dataclass
class Family:
    """A process and all that it has started, by now or later."""

    roots: list[int] = field(default_factory=list)

    def members(self) -> list[psutil.Process]:
        found: dict[int, psutil.Process] = {}
        for pid in self.roots:
            try:
                root = psutil.Process(pid)
                found |= {process.pid: process for process in (root, *root.children(recursive=True))}
            except psutil.NoSuchProcess:
                continue
        return list(found.values())

    def cpu(self) -> dict[int, float]:
        """CPU seconds used so far by each of the processes that are alive."""
        used = {}
        for process in self.members():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used[process.pid] = times.user + times.system
        return used

    def cpu_since(self, before: dict[int, float]) -> float:
        """CPU seconds used since; what a process that has ended in between has used last is lost."""
        return sum(seconds - before.get(pid, 0.0) for pid, seconds in self.cpu().items())


def listening_on(port: int) -> Family:
    """The processes that accept connections on a port of this machine; none where they cannot be seen."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return Family()
    pids = {
        each.pid for each in connections if each.status == psutil.CONN_LISTEN and each.laddr[1:2] == (port,)
    }
    return Family(sorted(pid for pid in pids if pid))


def database_of(web: Family) -> Family:
    """The PostgreSQL behind a web server: the only one that runs here, or the one whose folder the web
    processes were told of; none where that does not decide it."""
    running = [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and not _is_backend(process)
    ]
    if len(running) > 1:
        told = _environments(web)
        running = [
            process for process in running if process.info["cwd"] and _names(told, process.info["cwd"])
        ]
    return Family([running[0].pid]) if len(running) == 1 else Family()


def _is_backend(process: psutil.Process) -> bool:
    try:
        parent = process.parent()
        return parent is not None and parent.name() == "postgres"
    except psutil.Error:
        return True


def _environments(family: Family) -> list[dict[str, str]]:
    found = []
    for process in family.members():
        try:
            found.append(process.environ())
        except (psutil.Error, OSError):
            continue
    return found


def _names(environments: list[dict[str, str]], folder: str) -> bool:
    """Whether DATABASE_URL names the folder as its socket's, or it is the embedded one of the data folder."""
    for environment in environments:
        url, data_dir = environment.get("DATABASE_URL"), environment.get("OSMSITE_DATA_DIR")
        if url and f"host={folder}" in url:
            return True
        if not url and data_dir and Path(folder).parent == Path(data_dir).resolve():
            return True
    return False


@dataclass
class Peak:
    """The most memory that one process had at once, in bytes."""

    size: int = 0


@contextmanager
def watching_memory(family: Family) -> Iterator[Peak]:
    """Looks at the memory of the processes while the context lasts."""
    peak = Peak()
    done = threading.Event()
    members = family.members()

    def watch() -> None:
        while not done.wait(_INTERVAL):
            for process in members:
                try:
                    peak.size = max(peak.size, process.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
