"""The load generator, in a process of its own: sampling memory and printing do not disturb it."""

import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import NamedTuple

from .client import LoadError, Request, Sample, burst


class Burst(NamedTuple):
    """The result of some seconds of load."""

    samples: list[Sample]
    seconds: float
    cpu: float
    """CPU seconds that the load generator itself has used."""


Load = Callable[[Request, int, float], Burst]


@contextmanager
def load_process() -> Iterator[Load]:
    """Yield a function that puts a server under load, given a request, a number of clients and seconds. It raises
    LoadError."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()

    def load(request: Request, clients: int, seconds: float) -> Burst:
        ours.send((request, clients, seconds))
        result: Burst | str = ours.recv()
        if isinstance(result, str):
            raise LoadError(f"{request.base_url}{request.path}: {result}")
        return result

    try:
        yield load
    finally:
        ours.close()
        process.join()


def _serve(orders: Connection) -> None:
    while True:
        try:
            request, clients, seconds = orders.recv()
        except (EOFError, KeyboardInterrupt):
            return
        began, cpu = time.perf_counter(), time.process_time()
        try:
            samples = burst(request, clients, seconds)
        except (LoadError, OSError) as error:
            orders.send(str(error))
            continue
        orders.send(Burst(samples, time.perf_counter() - began, time.process_time() - cpu))
