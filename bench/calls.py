"""The calls to time, and their targets."""

from collections.abc import Iterator
from typing import NamedTuple

from .finding import Box, Subjects


class Call(NamedTuple):
    """A read of a subject in a format: its path with the query string."""

    subject: str
    format: str
    path: str
    gzip: bool = False

    def __str__(self) -> str:
        return f"{self.subject}, {self.format}"


class Target(NamedTuple):
    """A bound for one figure of a call with a number of clients, in any format."""

    subject: str
    clients: int
    figure: str
    """A field of `Figures`."""
    bound: float
    at_least: bool

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


TARGETS = [
    Target("map 50,000", 1, "elements_a_second", 200_000, at_least=True),
    Target("map 50,000", 1, "first_byte_ms", 150, at_least=False),
    Target("map 50,000", 1, "peak_mb", 200, at_least=False),
    Target("node", 8, "requests_a_second", 2_500, at_least=True),
    Target("500 nodes", 1, "p50_ms", 5, at_least=False),
]


def map_name(nodes: int) -> str:
    return f"map {nodes:,}"


def calls(boxes: dict[int, Box], subjects: Subjects) -> Iterator[Call]:
    """Yield all calls, from the smallest map to the history."""
    for size, box in boxes.items():
        for suffix in ("", ".json"):
            for gzip in (False, True):
                yield _call(map_name(size), f"map{suffix}?bbox={box.bbox}", suffix, gzip=gzip)
    ids = ",".join(map(str, subjects.nodes))
    for subject, path, query in (
        ("node", f"node/{subjects.nodes[0]}", ""),
        (f"{len(subjects.nodes)} nodes", "nodes", f"?nodes={ids}"),
        (f"way full of {subjects.way_nodes:,}", f"way/{subjects.way}/full", ""),
        (f"relation full of {subjects.members:,}", f"relation/{subjects.relation}/full", ""),
        (f"history of {subjects.versions}", f"{subjects.history}/history", ""),
    ):
        for suffix in ("", ".json"):
            yield _call(subject, f"{path}{suffix}{query}", suffix, gzip=False)


def _call(subject: str, path: str, suffix: str, *, gzip: bool) -> Call:
    format_ = ("JSON" if suffix else "XML") + (" gzip" if gzip else "")
    return Call(subject, format_, f"/api/0.6/{path}", gzip)
