"""Times one call on one or two servers in turns, so that other load on the machine affects both."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from statistics import median, quantiles
from typing import NamedTuple
from urllib.parse import urlsplit

from .calls import Call
from .client import Request, Sample
from .load import Burst, Load
from .processes import ProcessTree, database_of, listening_on, watching_memory

_LOCAL = {"127.0.0.1", "localhost", "::1"}
_ROUNDS = 6


@dataclass(frozen=True)
class Server:
    base_url: str
    web: ProcessTree
    database: ProcessTree


def server_at(url: str, web_pid: int | None = None, database_pid: int | None = None) -> Server:
    """Return the server at a URL, with its processes if they run on this machine."""
    parts = urlsplit(url)
    web = database = ProcessTree()
    if parts.hostname in _LOCAL:
        web = ProcessTree([web_pid]) if web_pid else listening_on(parts.port or 80)
        database = ProcessTree([database_pid]) if database_pid else database_of(web)
    return Server(url.rstrip("/"), web, database)


class Figures(NamedTuple):
    """What a call costs with a number of clients. CPU milliseconds are per request; None is unknown."""

    requests: int
    requests_a_second: float
    elements_a_second: float
    size: int
    p50_ms: float
    p95_ms: float
    first_byte_ms: float
    web_cpu_ms: float | None
    database_cpu_ms: float | None
    load_cpu_ms: float
    peak_mb: float | None


@dataclass
class _Record:
    bursts: list[Burst] = field(default_factory=list)
    web_cpu: float = 0.0
    database_cpu: float = 0.0
    peak: int = 0


def measure(
    call: Call, elements: int, servers: list[Server], clients: int, *, seconds: float, load: Load
) -> list[Figures]:
    """Return the figures of each server, after some seconds of load on each in six rounds of alternating order."""
    records = [_Record() for _ in servers]
    for server in servers:
        load(Request(server.base_url, call.path, call.gzip), clients, 0)
    for number in range(_ROUNDS):
        turn = list(zip(servers, records, strict=True))
        for server, record in turn if number % 2 else reversed(turn):
            request = Request(server.base_url, call.path, call.gzip)
            _round(server, record, partial(load, request, clients, seconds / _ROUNDS))
    return [_figures(record, elements, server) for server, record in zip(servers, records, strict=True)]


def _round(server: Server, record: _Record, load: Callable[[], Burst]) -> None:
    before = server.web.cpu(), server.database.cpu()
    with watching_memory(server.web) as peak:
        record.bursts.append(load())
    record.web_cpu += server.web.cpu_since(before[0])
    record.database_cpu += server.database.cpu_since(before[1])
    record.peak = max(record.peak, peak.size)


def _figures(record: _Record, elements: int, server: Server) -> Figures:
    samples: list[Sample] = [sample for burst in record.bursts for sample in burst.samples]
    rate = median(len(burst.samples) / burst.seconds for burst in record.bursts)
    totals = [sample.total * 1000 for sample in samples]
    each = 1000 / len(samples)
    return Figures(
        requests=len(samples),
        requests_a_second=rate,
        elements_a_second=rate * elements,
        size=samples[0].size,
        p50_ms=median(totals),
        p95_ms=quantiles(totals, n=20, method="inclusive")[-1] if len(totals) > 1 else totals[0],
        first_byte_ms=median(sample.first_byte * 1000 for sample in samples),
        web_cpu_ms=record.web_cpu * each if server.web.roots else None,
        database_cpu_ms=record.database_cpu * each if server.database.roots else None,
        load_cpu_ms=sum(burst.cpu for burst in record.bursts) * each,
        peak_mb=record.peak / 1e6 if record.peak else None,
    )
