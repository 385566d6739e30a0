"""Runs the real commands as an operator would, each in a data folder of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.instance import free_port

PROJECT = Path(__file__).resolve().parents[2]
WEB_SERVER = "apps.instance.web_server"


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """Return the environment of a fresh shell, without the suite's own servers and settings."""
    ours = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "DATABASE_URL", "REDIS_URL"}
    # An instance starts six Python processes, and each would compile all modules of the project.
    ours.add("PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    kept = {name: value for name, value in kept.items() if not name.startswith("OSMSITE_")}
    light = {"DJANGO_SETTINGS_MODULE": "tests.instance.light", "OSMSITE_DATA_DIR": str(data_dir)}
    return {**kept, **light, **more}


def manage(env: Mapping[str, str], *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` and wait for it."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def importer_token(env: Mapping[str, str]) -> str:
    """Create alice, whom no limit keeps from uploading a lot, and return a token with which she may edit."""
    user = ("create_user", "alice", "--email", "a@example.org", "--password", "pw", "--role", "importer")
    created = manage(env, *user)
    assert created.returncode == 0, created.stderr
    return manage(env, "create_token", "alice", "--scopes", "write_api").stdout.strip()


def copy_folder(prepared: Path, data_dir: Path) -> None:
    """Copy a data folder that is not in use, with the owners of its files."""
    subprocess.run(["cp", "-a", str(prepared), str(data_dir)], check=True)


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

    def printed(self) -> str:
        return self.output.read_bytes()[self.start :].decode()

    def wait_until_ready(self, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while f"Ready: http://127.0.0.1:{self.port}/" not in self.printed():
            assert self.process.poll() is None, self.printed()
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.05)

    def status(self, path: str = "/api/0.6/capabilities") -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                status: int = response.status
                return status
        except urllib.error.HTTPError as error:
            return error.code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Stop it. Returns the exit status and the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(30), time.monotonic() - began


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Return all running processes that were started for a data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            named = str(data_dir) in " ".join(process.cmdline()) or process.cwd().startswith(str(data_dir))
            ours = named or process.environ().get("OSMSITE_DATA_DIR") == str(data_dir)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            # It has ended in the meantime, or belongs to someone else.
            continue
    return found


def is_main_process(process: psutil.Process, name: str) -> bool:
    """Return whether this is the first process of a program, such as celery, postgres, redis-server or
    keeper."""
    try:
        parent = process.parent()
        if name in {"postgres", "redis-server"}:
            return process.name() == name and (parent is None or parent.name() != name)
        words = process.cmdline()
        if name == "keeper":
            return words[1:3] == ["-m", "apps.instance.keeper"]
        return name in words and (parent is None or name not in parent.cmdline())
    except psutil.NoSuchProcess:
        # A short-lived child has ended since it was found.
        return False


def wait_until_gone(data_dir: Path, seconds: float = 12) -> None:
    deadline = time.monotonic() + seconds
    while left := processes_of(data_dir):
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


@contextmanager
def up(env: Mapping[str, str], *arguments: str, port: int | None = None) -> Iterator[Up]:
    """Run `up` until it is ready, and stop it with everything that it has started."""
    running = Up(env, *arguments, port=port)
    try:
        running.wait_until_ready()
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
        for process in processes_of(Path(env["OSMSITE_DATA_DIR"])):
            process.kill()
