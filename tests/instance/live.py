"""Runs the real commands, in data folders of their own, as an operator would."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """That of a fresh shell: nothing of the suite's own servers and settings."""
    ours = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "REDIS_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    kept = {name: value for name, value in kept.items() if not name.startswith("OSMSITE_")}
    light = {"DJANGO_SETTINGS_MODULE": "tests.instance.light", "OSMSITE_DATA_DIR": str(data_dir)}
    return {**kept, **light, **more}


def manage(env: Mapping[str, str], *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Runs `manage.py` to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Up:
    """A running `manage.py up`."""

    def __init__(self, env: Mapping[str, str], *arguments: str, port: int | None = None) -> None:
        self.port = port or free_port()
        self.output = Path(env["OSMSITE_DATA_DIR"] + ".up.log")
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self.start = output.tell()
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port), "--workers", "1", *arguments],
                cwd=PROJECT,
                env=env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_bytes()[self.start :].decode()

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while f"Ready: http://127.0.0.1:{self.port}/" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def status(self, path: str = "/api/0.6/capabilities") -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ends it and returns its exit status and how many seconds that took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(30), time.monotonic() - began


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Everything that was started for a data folder and still runs."""
    found = []
    for process in psutil.process_iter():
        try:
            named = str(data_dir) in " ".join(process.cmdline()) or process.cwd().startswith(str(data_dir))
            ours = named or process.environ().get("OSMSITE_DATA_DIR") == str(data_dir)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            # It has ended meanwhile, or is none of ours.
            continue
    return found


def is_part(process: psutil.Process, part: str) -> bool:
    """Whether this is the first process of a part of the instance."""
    parent = process.parent()
    if part in {"postgres", "redis-server"}:
        return process.name() == part and (parent is None or parent.name() != part)
    words = process.cmdline()
    if part == "keeper":
        return words[1:3] == ["-m", "apps.instance.keeper"]
    return part in words and (parent is None or part not in parent.cmdline())


def wait_until_gone(data_dir: Path, seconds: float = 12) -> None:
    deadline = time.monotonic() + seconds
    while left := processes_of(data_dir):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


@contextmanager
def up(env: Mapping[str, str], *arguments: str, port: int | None = None) -> Iterator[Up]:
    """Runs `up` until it is ready, and ends it with everything it has started."""
    running = Up(env, *arguments, port=port)
    try:
        running.wait_until_ready()
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
        for process in processes_of(Path(env["OSMSITE_DATA_DIR"])):
            process.kill()
