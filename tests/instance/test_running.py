"""What other processes and clients can and cannot do with a running instance.

OSMSITE_HOSTILE sets how many malformed requests are sent over the network (60 by default), OSMSITE_HOSTILE_SEED which.
"""

import http.client
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import psutil
import psycopg
import pytest

from apps.instance import embedded
from bench.instance import free_port
from tests.hostile.mutations import broken
from tests.hostile.wire import raw, status_of
from tests.instance.live import WEB_SERVER, Up, environment, is_main_process, manage, processes_of, up

pytestmark = pytest.mark.slow

SCOPES = "read_prefs write_prefs write_api read_gpx write_gpx write_notes"
HOSTILE = int(os.environ.get("OSMSITE_HOSTILE", "60"))
SEED = int(os.environ.get("OSMSITE_HOSTILE_SEED", "1"))


@pytest.fixture(scope="module")
def data_dir(new_data_dir: Callable[[str], Path]) -> Path:
    return new_data_dir("running")


@pytest.fixture(scope="module")
def env(data_dir: Path) -> dict[str, str]:
    temporary = data_dir.parent / "tmp"
    temporary.mkdir()
    return environment(data_dir, TMPDIR=str(temporary))


@pytest.fixture(scope="module")
def running(env: dict[str, str], data_dir: Path) -> Iterator[Up]:
    """Run one instance for all tests of this file; each of them leaves it running."""
    with up(env) as running:
        yield running
        assert running.process.poll() is None, running.printed()
    assert processes_of(data_dir) == []


def test_a_second_up_on_the_same_data_folder_is_refused(
    running: Up, env: dict[str, str], data_dir: Path
) -> None:
    second = manage(env, "up", "--port", str(free_port()))
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr.count("\n") == 1
    assert f"another `up` is running on the data folder {data_dir}" in second.stderr


def test_a_port_in_use_gives_a_one_line_error(running: Up, tmp_path: Path) -> None:
    other = manage(environment(tmp_path / "var"), "up", "--port", str(running.port))
    assert other.returncode == 1
    assert other.stderr.count("\n") == 1
    assert f"port {running.port} of 127.0.0.1 is in use" in other.stderr


def test_two_instances_run_side_by_side(running: Up, new_data_dir: Callable[[str], Path]) -> None:
    other = new_data_dir("second")
    with up(environment(other)) as second:
        assert running.status() == 200
        assert second.status() == 200
    assert running.status() == 200
    assert processes_of(other) == []


def test_commands_share_its_database_and_leave_it_running(running: Up, env: dict[str, str]) -> None:
    for _ in range(2):
        result = manage(env, "doctor")
        assert result.returncode == 0, result.stdout + result.stderr
    assert running.process.poll() is None
    assert running.status() == 200


def test_web_workers_are_replaced_however_often_they_are_killed(running: Up, data_dir: Path) -> None:
    [master] = [process for process in processes_of(data_dir) if is_main_process(process, WEB_SERVER)]
    for _ in range(3):
        [worker] = master.children()
        worker.kill()
        deadline = time.monotonic() + 15
        while not [child for child in master.children() if child.pid != worker.pid]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert wait_for_response(running) == 200
    assert running.process.poll() is None


def test_the_databases_listen_on_no_port(running: Up, data_dir: Path) -> None:
    ports = {
        connection.laddr.port
        for process in processes_of(data_dir)
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert ports == {running.port}


def test_no_other_user_can_enter_the_folders_of_the_databases(running: Up, data_dir: Path) -> None:
    folders = [data_dir / "postgres", data_dir / "redis", embedded.socket_dir(data_dir)]
    assert [oct(folder.stat().st_mode & 0o777) for folder in folders] == ["0o700"] * 3


def test_the_sites_database_role_is_not_a_superuser(running: Up, data_dir: Path) -> None:
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == (False,)


def test_malformed_requests_kill_no_process(running: Up, env: dict[str, str], data_dir: Path) -> None:
    manage(env, "create_user", "mallory", "--email", "m@example.org", "--password", "pw")
    token = manage(env, "create_token", "mallory", "--scopes", SCOPES).stdout.strip()
    processes = {process.pid for process in processes_of(data_dir)}
    random, statuses, troubles = Random(SEED), Counter[int | None](), []
    for number, call in enumerate(broken(SEED + 1, HOSTILE)):
        sent = raw(random, call, token)
        status = status_of(running.port, sent, hang_up=random.random() < 0.1)
        statuses[status] += 1
        if status and status >= 500:
            troubles.append(f"{number}: {status} for {sent[:600]!r}")
    print(dict(statuses))  # noqa: T201 (for the long run)
    assert not troubles, "\n\n".join(troubles[:20])
    assert running.status() == 200
    assert {process.pid for process in processes_of(data_dir)} >= processes
    # The worker's processes communicate through folders with such names.
    assert [path for path in Path(env["TMPDIR"]).iterdir() if not path.name.startswith("pymp-")] == []


def test_a_refused_client_keeps_its_connection(running: Up) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    for size in (10, 100_000, 3_000_000, 10):
        connection.request("PUT", "/api/0.6/changeset/create", body=b"<osm>" + b" " * size)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (401, b"Couldn't authenticate you")


def wait_for_response(running: Up, seconds: float = 15) -> int:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return running.status()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
