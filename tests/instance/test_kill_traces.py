"""The worker is killed with SIGKILL during an import: the trace is imported again, and no point is stored twice."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from apps.instance import embedded
from bench.traces import Trace, gpx
from tests.instance.live import environment, manage, processes_of, up

pytestmark = pytest.mark.slow

POINTS = 150_000


def state(data_dir: Path) -> tuple[str, int, int]:
    """Return the state and the attempts of the only trace, and how many points are stored."""
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        found = connection.execute(
            "SELECT state, attempts, coalesce((SELECT sum(size) FROM traces_tracechunk), 0) FROM traces_trace"
        ).fetchone()
    assert found is not None
    return found[0], found[1], int(found[2])


def wait_for(data_dir: Path, wanted: str, attempts: int) -> None:
    deadline = time.monotonic() + 90
    while state(data_dir)[:2] != (wanted, attempts):
        assert time.monotonic() < deadline, state(data_dir)
        time.sleep(0.02)


def celery(data_dir: Path) -> list[psutil.Process]:
    """Return the worker's processes, the main process first."""
    found = [process for process in processes_of(data_dir) if {"celery", "--beat"} <= set(process.cmdline())]
    ids = {process.pid for process in found}
    return sorted(found, key=lambda process: process.ppid() in ids)


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def test_an_import_survives_the_death_of_its_worker(new_data_dir: Callable[[str], Path]) -> None:
    data_dir = new_data_dir("kill-traces")
    env = environment(data_dir)
    user = ["create_user", "alice", "--email", "alice@example.org", "--password", "correct horse battery"]
    with up(env) as running:
        assert manage(env, *user).returncode == 0
        token = manage(env, "create_token", "alice", "--scopes", "read_gpx write_gpx").stdout.strip()
        trace = Trace(f"http://127.0.0.1:{running.port}", token)
        trace.upload("".join(gpx(POINTS)).encode())
        wait_for(data_dir, "running", 1)
        # Only the process that runs the task: the task returns to the queue.
        kill(celery(data_dir)[1:])
        wait_for(data_dir, "running", 2)
        assert state(data_dir)[2] == 0
        # The whole worker, which stops the instance; the next worker looks for interrupted imports when it starts.
        kill(celery(data_dir))
        assert running.process.wait(20) == 1, running.printed()
    with up(env):
        wait_for(data_dir, "imported", 3)
        assert state(data_dir)[2] == POINTS
