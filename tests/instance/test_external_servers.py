"""`up` with DATABASE_URL and REDIS_URL, against the PostgreSQL of the machine (15 on Debian 12)."""

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from apps.instance import redis_server
from bench.instance import free_port
from tests import needs
from tests.instance.live import environment, manage, up

pytestmark = pytest.mark.slow


def binaries() -> Path:
    """Return the folder with the programs of the newest PostgreSQL that Debian has installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return (
        found[-1].parent if found else needs.missing("no PostgreSQL (on Debian: apt install postgresql-15)")
    )


@pytest.fixture
def servers() -> Iterator[dict[str, str]]:
    """Run a PostgreSQL and a Redis on ports of their own, and return their URLs as environment variables."""
    programs = binaries()
    folder = Path(f"/tmp/osmsite-external-{os.getpid()}")
    folder.mkdir()
    account = {}
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
        account = {"user": postgres.pw_uid, "group": postgres.pw_gid}
    port, redis_port = free_port(), free_port()
    initdb = [
        str(programs / "initdb"),
        "-D",
        str(folder / "data"),
        "-U",
        "osm",
        "--auth=trust",
        "--no-sync",
        "-EUTF8",
    ]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **account)  # type: ignore[call-overload]
    server = subprocess.Popen(  # type: ignore[call-overload]
        [str(programs / "postgres"), "-D", "data", "-p", str(port), "-h", "127.0.0.1", "-k", str(folder)],
        cwd=folder,
        stderr=subprocess.DEVNULL,
        **account,
    )
    redis = subprocess.Popen(
        [str(redis_server.binary()), "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "60 1"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    try:
        url = f"postgresql://osm@127.0.0.1:{port}"
        create_database(f"{url}/postgres")
        yield {"DATABASE_URL": f"{url}/site", "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0"}
    finally:
        for process in (server, redis):
            process.terminate()
            process.wait(20)
        shutil.rmtree(folder)


def create_database(url: str) -> None:
    for _ in range(100):
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE site TEMPLATE template0 ENCODING 'UTF8'")
                return
        except psycopg.OperationalError:
            time.sleep(0.1)
    pytest.fail("PostgreSQL did not start")


def test_it_uses_external_servers_and_starts_none_of_its_own(servers: dict[str, str], tmp_path: Path) -> None:
    # The real settings, front-end packages included.
    env = environment(tmp_path / "var", DJANGO_SETTINGS_MODULE="osmsite.settings", **servers)
    with up(env) as running:
        assert running.status() == 200
        result = manage(env, "create_user", "alice", "--email", "alice@example.org", "--password", "secret")
        assert result.stdout == "1\n", result.stderr
        result = manage(env, "doctor")
        assert result.returncode == 0, result.stdout
        assert "(from the environment)" in result.stdout
        assert f"PostgreSQL     {binaries().parent.name}." in result.stdout
        assert running.stop()[0] == 0
    assert not (tmp_path / "var" / "postgres").exists()
    assert not (tmp_path / "var" / "redis").exists()


def test_an_unreachable_database_gives_a_one_line_error(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": "postgresql://osm@127.0.0.1:1/site", "REDIS_URL": "redis://127.0.0.1:1/0"}
    for command in (["up"], ["create_user", "alice", "--email", "a@example.org", "--password", "secret"]):
        result = manage(environment(tmp_path / "var", **nowhere), *command)
        assert result.returncode == 1
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert "the database is not available" in result.stderr
