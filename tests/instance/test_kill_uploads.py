"""Processes of a running instance are killed in the middle of uploads: each upload is stored completely or not at all,
and sending it again returns the same ids.

OSMSITE_KILL_ROUNDS sets how often (3 by default; 20 take about two minutes).
"""

import http.client
import random
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg
import pytest

from apps.instance import embedded
from bench.instance import free_port
from bench.mapper import Mapper, Ref, Refusal, Result
from tests.instance.live import (
    WEB_SERVER,
    Up,
    environment,
    importer_token,
    is_main_process,
    processes_of,
    up,
)
from tests.instance.test_kill import ROUNDS

pytestmark = pytest.mark.slow

NODES, WAYS = 2000, 200
VICTIMS = ["web server", "postgres", "web worker", "postgres connection"]
SURVIVED = {"web worker", "postgres connection"}
"""The victims that the instance replaces by itself."""


def document(changeset: int) -> bytes:
    nodes = "".join(
        f'<node id="-{number}" changeset="{changeset}" lat="47.1" lon="9.5{number:05}"/>'
        for number in range(1, NODES + 1)
    )
    ways = "".join(
        f'<way id="-{number}" changeset="{changeset}"><nd ref="-{number}"/><nd ref="-{number + 1}"/></way>'
        for number in range(1, WAYS + 1)
    )
    return f"<osmChange><create>{nodes}{ways}</create></osmChange>".encode()


class Uploader(threading.Thread):
    """Uploads to one new changeset after another, until the server fails or does not respond."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__()
        self.mapper = Mapper(f"http://127.0.0.1:{port}", token, timeout=30)
        self.confirmed: dict[int, list[Result]] = {}
        self.pending: int | None = None
        """The changeset whose upload got no response."""
        self.refused = 500
        self.is_warm = threading.Event()

    def run(self) -> None:
        try:
            while True:
                changeset = self.mapper.open_changeset("killed")
                self.pending = changeset
                self.confirmed[changeset] = self.mapper.upload(changeset, document(changeset))
                self.pending = None
                self.is_warm.set()
        except Refusal as refusal:
            self.refused = refusal.status
        except (OSError, http.client.HTTPException):
            return


def wait_until_it_accepts_changes(mapper: Mapper, seconds: float = 30) -> None:
    """Wait until changes are accepted again, which needs the whole instance."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            mapper.close_changeset(mapper.open_changeset("after"))
            return
        except (Refusal, OSError, http.client.HTTPException):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def kill(data_dir: Path, victim: str) -> None:
    """Kill a process with all its children, or only its busy children if they are replaced."""
    name = WEB_SERVER if victim.startswith("web") else "postgres"
    [main] = [process for process in processes_of(data_dir) if is_main_process(process, name)]
    children = main.children(recursive=True)
    if victim == "postgres connection":
        doomed = [child for child in children if " [local] " in " ".join(child.cmdline())]
    else:
        doomed = children if victim == "web worker" else [main, *children]
    assert doomed
    for process in doomed:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue


def created_in(mapper: Mapper, changeset: int) -> set[Ref]:
    """Return what a changeset created, after checking that its counter agrees with its download."""
    downloaded = mapper.downloaded(changeset)
    assert all((action, version) == ("create", 1) for action, _ref, version in downloaded)
    assert mapper.json(f"changeset/{changeset}.json")["changeset"]["changes_count"] == len(downloaded)
    return {ref for _action, ref, _version in downloaded}


def refs(results: list[Result]) -> set[Ref]:
    return {Ref(result.kind, result.new_id or 0) for result in results}


def outcome(mapper: Mapper, uploader: Uploader) -> str:
    """Send the upload that got no response twice more. Returns a line that says what had become of it."""
    changeset = uploader.pending
    if changeset is None:
        return "no upload was in progress"
    found = created_in(mapper, changeset)
    assert len(found) in {0, NODES + WAYS}
    again = mapper.upload(changeset, document(changeset))
    assert found in (set(), refs(again))
    assert created_in(mapper, changeset) == refs(again)
    assert mapper.upload(changeset, document(changeset)) == again
    uploader.confirmed[changeset] = again
    return "the upload was stored" if found else "nothing of the upload was stored"


def rows(data_dir: Path) -> tuple[int, ...]:
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        tables = ["nodes", "ways", "way_nodes", "old_nodes", "idempotency_records"]
        counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        row = connection.execute(f"SELECT {counts}").fetchone()
        assert row is not None
        return tuple(row)


def test_an_interrupted_upload_is_stored_completely_or_not_at_all(
    new_data_dir: Callable[[str], Path],
) -> None:
    data_dir = new_data_dir("kill-uploads")
    env = environment(data_dir)
    token = importer_token(env)
    port, confirmed = free_port(), 0
    with ExitStack() as instances:
        running: Up | None = None
        for number in range(ROUNDS):
            victim, seconds = VICTIMS[number % len(VICTIMS)], random.uniform(0, 0.5)
            if running is None:
                running = instances.enter_context(up(env, "--no-celery", port=port))
            uploader = Uploader(port, token)
            uploader.start()
            assert uploader.is_warm.wait(30)
            time.sleep(seconds)
            kill(data_dir, victim)
            uploader.join(60)
            assert not uploader.is_alive()
            assert uploader.refused >= 500
            if victim not in SURVIVED:
                assert running.process.wait(15) == 1, running.printed()
                running = instances.enter_context(up(env, "--no-celery", port=port))
            mapper = Mapper(f"http://127.0.0.1:{port}", token)
            wait_until_it_accepts_changes(mapper)
            result = outcome(mapper, uploader)
            for changeset, results in uploader.confirmed.items():
                assert created_in(mapper, changeset) == refs(results)
            confirmed += len(uploader.confirmed)
            sys.stdout.write(f"round {number + 1}: {victim} after {seconds:.2f} s, {result}\n")
        assert rows(data_dir) == (confirmed * NODES, confirmed * WAYS, confirmed * 2 * WAYS, 0, confirmed)
