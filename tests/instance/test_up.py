"""`manage.py up`, run as an operator runs it."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.instance import free_port
from tests.instance.live import (
    PROJECT,
    WEB_SERVER,
    Up,
    environment,
    is_main_process,
    manage,
    processes_of,
    up,
    wait_until_gone,
)
from tests.instance.pythons import python_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def used_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder shared by most tests, so that each of them need not create a database."""
    return tmp_path_factory.mktemp("used") / "var"


@pytest.fixture
def env(used_dir: Path) -> Iterator[dict[str, str]]:
    yield environment(used_dir)
    left = processes_of(used_dir)
    for process in left:
        process.kill()
    assert left == []


def test_it_responds_once_it_is_ready_and_leaves_no_process_behind(
    env: dict[str, str], used_dir: Path
) -> None:
    with up(env) as running:
        assert running.status() == 200
        assert len(processes_of(used_dir)) > 5
        status, seconds = running.stop()
    assert status == 0
    assert seconds < 10
    assert processes_of(used_dir) == []


def test_ctrl_c_stops_it(env: dict[str, str], used_dir: Path) -> None:
    with up(env) as running:
        # The terminal sends it to the whole foreground group.
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.process.wait(10) == 0
    assert processes_of(used_dir) == []


def test_a_stop_before_it_is_ready_leaves_no_process_behind(env: dict[str, str], used_dir: Path) -> None:
    for seconds in (0.7, 1.0, 1.5):
        running = Up(env)
        time.sleep(seconds)
        _, took = running.stop()
        assert took < 10
        wait_until_gone(used_dir)


def test_it_stops_if_any_of_its_processes_is_killed_and_can_be_started_again(
    env: dict[str, str], used_dir: Path
) -> None:
    for name in (WEB_SERVER, "celery", "postgres", "redis-server", "keeper"):
        # This also starts the instance again after the previous process was killed.
        with up(env) as running:
            assert running.status() == 200, name
            found = [process for process in processes_of(used_dir) if is_main_process(process, name)]
            found[0].kill()
            assert running.process.wait(15) == 1, name
            assert "ended by itself" in running.printed(), name
        wait_until_gone(used_dir)
    with up(env) as again:
        assert again.status() == 200


def test_it_can_be_started_right_after_it_was_killed(env: dict[str, str], used_dir: Path) -> None:
    with up(env) as running:
        running.process.kill()
        running.process.wait()
        with up(env, port=running.port) as again:
            assert again.status() == 200
    assert processes_of(used_dir) == []


def test_a_stale_process_id_does_not_keep_it_from_starting(env: dict[str, str], used_dir: Path) -> None:
    pid_file = used_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{used_dir / 'postgres'}\n1\n5432\n")
    with up(env) as running:
        assert running.status() == 200


@pytest.mark.parametrize(
    "name", ["with spaces, a comma & 100%", "ünïcode", "/".join(["a-rather-long-folder-name"] * 8)]
)
def test_the_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    data_dir = tmp_path / name
    with up(environment(data_dir), "--no-celery") as running:
        assert running.status() == 200
        assert running.stop()[0] == 0
    assert processes_of(data_dir) == []


def test_a_wrong_setting_gives_a_one_line_error(tmp_path: Path) -> None:
    result = manage(environment(tmp_path / "var", OSMSITE_STATUS="asleep"), "up")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "OSMSITE_STATUS" in result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to run programs as another user (root)")
def test_an_ordinary_user_can_run_it() -> None:
    nobody = pwd.getpwnam("nobody")
    home = Path(f"/tmp/osmsite-test-{os.getpid()}")
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    ignored = shutil.ignore_patterns(".git", "node_modules", ".venv", "var", ".*_cache")
    # The settings, which these tests have loaded, let others read nothing.
    umask = os.umask(0o022)
    try:
        python, paths = python_for(nobody.pw_uid, home)
        clone = Path(shutil.copytree(PROJECT, home / "clone", ignore=ignored))
        running = subprocess.Popen(
            [python, "manage.py", "up", "--port", str(free_port()), "--workers", "1"],
            cwd=clone,
            env=environment(home / "var", HOME="/nonexistent", **paths),
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert running.stdout is not None
        assert running.stdout.readline().startswith("Ready: ")
        owners = {process.uids().real for process in processes_of(home / "var")}
        running.terminate()
        assert running.wait(10) == 0
        assert owners == {nobody.pw_uid}
        assert processes_of(home / "var") == []
    finally:
        os.umask(umask)
        for process in processes_of(home / "var"):
            process.kill()
        shutil.rmtree(home)
