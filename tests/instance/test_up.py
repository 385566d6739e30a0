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

from tests.instance.live import (
    PROJECT,
    Up,
    environment,
    free_port,
    is_part,
    manage,
    processes_of,
    up,
    wait_until_gone,
)
from tests.instance.pythons import python_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def kept_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been used before, so that most tests need not make a database."""
    return tmp_path_factory.mktemp("kept") / "var"


@pytest.fixture
def env(kept_dir: Path) -> Iterator[dict[str, str]]:
    yield environment(kept_dir)
    left = processes_of(kept_dir)
    for process in left:
        process.kill()
    assert left == []


def test_it_answers_when_it_says_ready_and_leaves_no_process_behind(
    env: dict[str, str], kept_dir: Path
) -> None:
    with up(env) as running:
        assert running.status() < 500
        assert len(processes_of(kept_dir)) > 5
        status, seconds = running.stop()
    assert status == 0
    assert seconds < 10
    assert processes_of(kept_dir) == []


def test_ctrl_c_ends_it(env: dict[str, str], kept_dir: Path) -> None:
    with up(env) as running:
        # The terminal sends it to the whole foreground group.
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.process.wait(10) == 0
    assert processes_of(kept_dir) == []


def test_a_stop_before_it_is_ready_leaves_no_process_behind(env: dict[str, str], kept_dir: Path) -> None:
    for seconds in (0.7, 1.0, 1.5):
        running = Up(env)
        time.sleep(seconds)
        _, took = running.stop()
        assert took < 10
        wait_until_gone(kept_dir)


def test_it_ends_as_a_whole_when_a_part_is_killed_and_starts_again(
    env: dict[str, str], kept_dir: Path
) -> None:
    for part in ("granian", "celery", "postgres", "redis-server", "keeper"):
        # Which is also the start after the part before was killed.
        with up(env) as running:
            assert running.status() < 500, part
            parts = [process for process in processes_of(kept_dir) if is_part(process, part)]
            parts[0].kill()
            assert running.process.wait(15) == 1, part
            assert "ended by itself" in running.said(), part
        wait_until_gone(kept_dir)
    with up(env) as again:
        assert again.status() < 500


def test_killed_it_starts_again_at_once(env: dict[str, str], kept_dir: Path) -> None:
    with up(env) as running:
        running.process.kill()
        running.process.wait()
        with up(env, port=running.port) as again:
            assert again.status() < 500
    assert processes_of(kept_dir) == []


def test_a_stale_process_number_does_not_keep_it_from_starting(env: dict[str, str], kept_dir: Path) -> None:
    pid_file = kept_dir / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{kept_dir / 'postgres'}\n1\n5432\n")
    with up(env) as running:
        assert running.status() < 500


@pytest.mark.parametrize(
    "name", ["with spaces, a comma & 100%", "ünïcode", "/".join(["a-rather-long-folder-name"] * 8)]
)
def test_the_data_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    data_dir = tmp_path / name
    with up(environment(data_dir), "--no-celery") as running:
        assert running.status() < 500
        assert running.stop()[0] == 0
    assert processes_of(data_dir) == []


def test_it_refuses_a_wrong_setting_with_one_line(tmp_path: Path) -> None:
    result = manage(environment(tmp_path / "var", OSMSITE_STATUS="asleep"), "up")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "OSMSITE_STATUS" in result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to run programs as another user (root)")
def test_an_ordinary_user_runs_it() -> None:
    nobody = pwd.getpwnam("nobody")
    home = Path(f"/tmp/osmsite-test-{os.getpid()}")
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    ignored = shutil.ignore_patterns(".git", "node_modules", ".venv", "var", ".*_cache")
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
        for process in processes_of(home / "var"):
            process.kill()
        shutil.rmtree(home)
