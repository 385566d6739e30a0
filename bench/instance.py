"""Runs an instance to measure, in a folder of its own."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from apps.instance.postgres import SERVER as POSTGRES
from apps.instance.processes import running_in

from .client import LoadError
from .measure import Server
from .processes import ProcessTree, listening_on

_BENCH = Path(__file__).resolve().parent
_MANAGE = _BENCH.parent / "manage.py"
_SYNTHETIC_NODES = 300_000
_STOP_SECONDS = 15


@contextmanager
def own_instance(data: Path | None, data_dir: Path | None, *, worker: bool = False) -> Iterator[Server]:
    """Import a file and run `up`. Yields the server once it is ready.

    Without a data folder the instance uses a temporary one; with a data folder and no file it serves the data that is
    there; with neither it imports a synthetic file. `worker` also starts the background worker.
    """
    temporary = (
        tempfile.TemporaryDirectory(prefix="osmsite-bench-") if data_dir is None else nullcontext(data_dir)
    )
    with temporary as folder:
        environment = _environment(Path(folder))
        if data is None and data_dir is None:
            data = Path(folder, "synthetic.osm.pbf")
            _run(
                [str(_BENCH / "make_extract.py"), str(data), "--nodes", str(_SYNTHETIC_NODES)],
                dict(os.environ),
            )
        if data is not None:
            _manage(["import_osm", str(data)], environment)
        port = free_port()
        up = subprocess.Popen(
            [sys.executable, str(_MANAGE), "up", "--port", str(port), *([] if worker else ["--no-celery"])],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            _wait_until_ready(up)
            database = running_in(Path(folder).resolve() / "postgres", POSTGRES.program)
            backends = ProcessTree(sorted(found.pid for found in database)[:1])
            yield Server(f"http://127.0.0.1:{port}", listening_on(port), backends)
        finally:
            up.terminate()
            up.wait(_STOP_SECONDS)


def importers(data_dir: Path, count: int, scopes: str = "write_api") -> list[str]:
    """Create users with the role importer, who may change any number of elements. Returns their tokens."""
    environment = _environment(data_dir)
    tokens = []
    for number in range(1, count + 1):
        name = f"importer {number}"
        new = [
            "create_user",
            name,
            "--email",
            f"importer{number}@example.org",
            "--password",
            secrets.token_hex(),
        ]
        _manage([*new, "--role", "importer"], environment)
        tokens.append(_printed(["create_token", name, "--scopes", scopes], environment))
    return tokens


def _environment(data_dir: Path) -> dict[str, str]:
    """Return the environment of an instance with embedded servers in this folder."""
    others = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return {**others, "OSMSITE_DATA_DIR": str(data_dir)}


def _printed(arguments: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, str(_MANAGE), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LoadError(f"{' '.join(arguments)} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def _manage(arguments: list[str], environment: dict[str, str]) -> None:
    _run([str(_MANAGE), *arguments], environment)


def _run(arguments: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, *arguments], env=environment, stdout=sys.stderr, check=False)
    if done.returncode:
        raise LoadError(f"{' '.join(arguments)} failed")


def _wait_until_ready(up: subprocess.Popen[str]) -> None:
    assert up.stdout is not None  # noqa: S101 (for the type checker)
    for line in up.stdout:
        if line.startswith("Ready:"):
            return
    raise LoadError("manage.py up ended before it was ready")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
