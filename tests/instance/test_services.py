"""Several users of one data folder share its servers, and the last one out stops them."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apps.instance import services
from tests.instance.live import PROJECT, environment, manage, wait_until_gone

pytestmark = pytest.mark.slow

HOLD = """
import sys
from pathlib import Path
from apps.instance import services
with services.using(Path(sys.argv[1]), ["redis"]):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(data_dir: Path) -> "subprocess.Popen[str]":
    """A process that uses the folder's Redis until its input ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data_dir)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def let_go(holder: "subprocess.Popen[str]") -> None:
    assert holder.stdin is not None
    holder.stdin.close()
    assert holder.wait(15) == 0


def test_the_one_who_started_a_server_may_leave_first(tmp_path: Path) -> None:
    first, second = hold(tmp_path), hold(tmp_path)
    let_go(first)
    assert services.is_kept(tmp_path, "redis")
    let_go(second)
    assert not services.is_kept(tmp_path, "redis")
    wait_until_gone(tmp_path, 1)


def test_a_killed_user_counts_as_gone(tmp_path: Path) -> None:
    first, second = hold(tmp_path), hold(tmp_path)
    first.kill()
    first.wait()
    assert services.is_kept(tmp_path, "redis")
    let_go(second)
    wait_until_gone(tmp_path, 1)


def test_it_can_be_used_again_at_once(tmp_path: Path) -> None:
    for _ in range(3):
        holder = hold(tmp_path)
        holder.kill()
        holder.wait()
    let_go(hold(tmp_path))
    wait_until_gone(tmp_path, 1)


def test_commands_may_start_at_the_same_time_on_a_new_folder(tmp_path: Path) -> None:
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


def test_a_server_that_cannot_start_is_one_line(tmp_path: Path) -> None:
    env = environment(tmp_path / "var")
    assert manage(env, "doctor").returncode == 1  # the schema is not there yet
    (tmp_path / "var" / "postgres" / "PG_VERSION").write_text("12\n")
    result = manage(env, "create_user", "alice", "--email", "alice@example.org", "--password", "secret")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "was made by PostgreSQL 12" in result.stderr
    wait_until_gone(tmp_path, 1)


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    result = manage(environment(tmp_path / "var"), "doctor")
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "cannot use the data folder" in result.stderr
