"""Several processes share the servers of a data folder, and the last one to leave stops them."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apps.instance import services
from tests.instance.live import PROJECT, environment, manage, wait_until_gone

pytestmark = pytest.mark.slow

USE = """
import sys
from pathlib import Path
from apps.instance import services
with services.using(Path(sys.argv[1]), ["redis"]):
    print("in use", flush=True)
    sys.stdin.read()
"""


def start_user(data_dir: Path) -> "subprocess.Popen[str]":
    """Start a process that uses the folder's Redis until its input ends."""
    user = subprocess.Popen(
        [sys.executable, "-c", USE, str(data_dir)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout is not None
    assert user.stdout.readline() == "in use\n"
    return user


def end_user(user: "subprocess.Popen[str]") -> None:
    assert user.stdin is not None
    user.stdin.close()
    assert user.wait(15) == 0


def test_the_process_that_started_a_server_may_leave_first(tmp_path: Path) -> None:
    first, second = start_user(tmp_path), start_user(tmp_path)
    end_user(first)
    assert services.is_running(tmp_path, "redis")
    end_user(second)
    assert not services.is_running(tmp_path, "redis")
    wait_until_gone(tmp_path, 1)


def test_a_killed_process_no_longer_uses_the_server(tmp_path: Path) -> None:
    first, second = start_user(tmp_path), start_user(tmp_path)
    first.kill()
    first.wait()
    assert services.is_running(tmp_path, "redis")
    end_user(second)
    wait_until_gone(tmp_path, 1)


def test_a_server_can_be_used_again_at_once(tmp_path: Path) -> None:
    for _ in range(3):
        user = start_user(tmp_path)
        user.kill()
        user.wait()
    end_user(start_user(tmp_path))
    wait_until_gone(tmp_path, 1)


def test_commands_may_start_at_the_same_time_on_a_new_data_folder(tmp_path: Path) -> None:
    env = environment(tmp_path / "var")

    def create(number: int) -> str:
        name = f"mapper {number}"
        result = manage(env, "create_user", name, "--email", f"{number}@example.org", "--password", "secret")
        assert result.returncode == 0, result.stderr
        assert result.stderr == ""
        return result.stdout

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(create, range(3))) == ["1\n", "2\n", "3\n"]
    wait_until_gone(tmp_path, 1)


def test_a_server_that_cannot_start_gives_a_one_line_error(tmp_path: Path) -> None:
    env = environment(tmp_path / "var")
    assert manage(env, "doctor").returncode == 1  # the schema does not exist yet
    (tmp_path / "var" / "postgres" / "PG_VERSION").write_text("12\n")
    result = manage(env, "create_user", "alice", "--email", "alice@example.org", "--password", "secret")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "was made by PostgreSQL 12" in result.stderr
    wait_until_gone(tmp_path, 1)


def test_a_data_folder_that_is_a_file_gives_a_one_line_error(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    result = manage(environment(tmp_path / "var"), "doctor")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "cannot use the data folder" in result.stderr
