"""The table: one line per call, number of clients and server."""

from .calls import TARGETS, Call
from .measure import Figures

_COLUMNS = [
    ("call", 34),
    ("clients", 7),
    ("server", 6),
    ("el", 7),
    ("kB", 7),
    ("req", 6),
    ("req/s", 8),
    ("el/s", 9),
    ("p50 ms", 8),
    ("p95 ms", 8),
    ("first", 7),
    ("web CPU", 8),
    ("db CPU", 8),
    ("load", 7),
    ("MB", 6),
    ("ratio", 6),
]
LEGEND = """\
el: elements in a response; kB: its body as sent; req: requests made; el/s: elements received per second by all clients
together; p50, p95: response time as a client sees it; first: median time to the first byte of the body; web CPU, db
CPU, load: CPU milliseconds per request of the web processes, of PostgreSQL and of this load generator (- unknown);
MB: peak memory of a web process; ratio: requests per second, relative to the other server (B).
"""


def heading() -> str:
    names = [
        f"{name:<{width}}" if not at else f"{name:>{width}}" for at, (name, width) in enumerate(_COLUMNS)
    ]
    return " ".join(names)


def lines(call: Call, elements: int, clients: int, figures: list[Figures]) -> list[str]:
    """Return one line per server; the first one has its ratio to the second."""
    found = []
    for at, each in enumerate(figures):
        compared = not at and len(figures) > 1
        ratio = each.requests_a_second / figures[1].requests_a_second if compared else None
        values: list[object] = [
            str(call),
            clients,
            "AB"[at],
            elements,
            _number(each.size / 1000, 1),
            each.requests,
            _number(each.requests_a_second, 1),
            _number(each.elements_a_second, 0),
            _number(each.p50_ms, 2),
            _number(each.p95_ms, 2),
            _number(each.first_byte_ms, 2),
            _number(each.web_cpu_ms, 2),
            _number(each.database_cpu_ms, 2),
            _number(each.load_cpu_ms, 2),
            _number(each.peak_mb, 0),
            _number(ratio, 2) if compared else "",
        ]
        cells = [
            f"{value:<{width}}" if not column else f"{value!s:>{width}}"
            for column, (value, (_, width)) in enumerate(zip(values, _COLUMNS, strict=True))
        ]
        found.append(" ".join(cells).rstrip())
    return found


def targets(call: Call, clients: int, figures: Figures) -> list[str]:
    """Return one line for each target of the call, and whether it was met."""
    found = []
    for target in TARGETS:
        if (target.subject, target.clients) != (call.subject, clients):
            continue
        value = getattr(figures, target.figure)
        name = target.figure.replace("_", " ")
        bound = f"{'at least' if target.at_least else 'at most'} {target.bound:,.0f}"
        verdict = "unknown" if value is None else "met" if target.is_met(value) else "MISSED"
        found.append(
            f"{call!s:<34} {clients} clients  {name:<18} {_number(value, 1):>12}  {bound:<18} {verdict}"
        )
    return found


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
