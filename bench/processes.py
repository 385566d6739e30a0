"""CPU time and memory of the server's processes, if they run on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_INTERVAL = 0.02
"""Seconds between two samples of the memory: some ten per map call of 50,000 nodes."""


@dataclass
class ProcessTree:
    """Processes with all their descendants, present and future."""

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
        """Return the CPU seconds that each living process has used so far."""
        used = {}
        for process in self.members():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used[process.pid] = times.user + times.system
        return used

    def cpu_since(self, before: dict[int, float]) -> float:
        """Return the CPU seconds used since then, without those of processes that have ended in between."""
        return sum(seconds - before.get(pid, 0.0) for pid, seconds in self.cpu().items())


def listening_on(port: int) -> ProcessTree:
    """Return the processes that listen on a port of this machine; none if they are not visible."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return ProcessTree()
    pids = {
        each.pid for each in connections if each.status == psutil.CONN_LISTEN and each.laddr[1:2] == (port,)
    }
    return ProcessTree(sorted(pid for pid in pids if pid))


def database_of(web: ProcessTree) -> ProcessTree:
    """Return the PostgreSQL behind a web server: the only one that runs here, or the one whose folder the environment
    of the web processes names; none if that does not decide it."""
    running = [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and not _is_backend(process)
    ]
    if len(running) > 1:
        environments = _environments(web)
        running = [
            process
            for process in running
            if process.info["cwd"] and _names(environments, process.info["cwd"])
        ]
    return ProcessTree([running[0].pid]) if len(running) == 1 else ProcessTree()


def _is_backend(process: psutil.Process) -> bool:
    try:
        parent = process.parent()
        return parent is not None and parent.name() == "postgres"
    except psutil.Error:
        return True


def _environments(tree: ProcessTree) -> list[dict[str, str]]:
    found = []
    for process in tree.members():
        try:
            found.append(process.environ())
        except (psutil.Error, OSError):
            continue
    return found


def _names(environments: list[dict[str, str]], folder: str) -> bool:
    """Return whether DATABASE_URL names the folder as that of its socket, or the embedded server runs in it."""
    for environment in environments:
        url, data_dir = environment.get("DATABASE_URL"), environment.get("OSMSITE_DATA_DIR")
        if url and f"host={folder}" in url:
            return True
        if not url and data_dir and Path(folder).parent == Path(data_dir).resolve():
            return True
    return False


@dataclass
class Peak:
    """The peak memory of any one process, in bytes."""

    size: int = 0


@contextmanager
def watching_memory(tree: ProcessTree) -> Iterator[Peak]:
    """Sample the memory of the processes inside the context."""
    peak = Peak()
    done = threading.Event()
    members = tree.members()

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
