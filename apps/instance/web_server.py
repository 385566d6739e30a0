"""`python -m apps.instance.web_server HOST PORT WORKERS`: granian, as `up` runs it."""

import resource
import sys
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

_CONNECTIONS = 8192
"""Connections per worker; idle ones cost a few kilobytes. Further ones wait in the socket's queue."""
_HEADER_SECONDS = 20
"""Time to send the header of a request; then also the time that a connection may be idle between two requests."""


class WebServer(MPServer):
    """Granian, except that it replaces killed workers however often they are killed.

    Granian takes the second end of a worker within 5.5 seconds for a crash loop and gives up. That is right for
    workers that end by themselves, which cannot start, and wrong for those that were killed, by the kernel if memory is
    short.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.respawned_wrks = _Replaced(self)

    def _respawn_workers(self, *args: Any, **options: Any) -> None:
        super()._respawn_workers(*args, **options)
        # Granian forgets workers that ended while it was busy with another one.
        ended = {worker.idx for worker in self.wrks if worker.inner.exitcode is not None}
        if ended:
            self.interrupt_children = sorted(ended)
            self.main_loop_interrupt.set()


class _Replaced(dict[int, float]):
    """When each worker was replaced, by which granian recognises a crash loop; never, for a killed one."""

    def __init__(self, server: WebServer) -> None:
        super().__init__()
        self._server = server

    def get(self, index: int, default: Any = 0) -> Any:
        return default if (self._server.wrks[index].inner.exitcode or 0) < 0 else super().get(index, default)


def main(host: str, port: str, workers: str) -> None:
    _allow_connections()
    WebServer(
        "osmsite.asgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.ASGI,
        workers=int(workers),
        # Editors and reverse proxies speak plain HTTP/1.1.
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_SECONDS * 1000),
        backlog=1024,
        backpressure=_CONNECTIONS,
        # A killed worker is replaced; one that has grown too large is replaced after its current requests.
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_max_rss=1024,
        workers_kill_timeout=2,
        log_level=LogLevels.error,
    ).serve()


def _allow_connections() -> None:
    """Raise the limit of open files to what all connections need, or as far as the system allows."""
    wanted = _CONNECTIONS + 1024
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


if __name__ == "__main__":
    main(*sys.argv[1:])
