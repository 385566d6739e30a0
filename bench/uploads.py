"""`python -m bench.uploads [URL] [--compare URL]`: times uploads to one server, or to two side by side."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from . import documents
from .client import LoadError
from .documents import Created
from .instance import importers, own_instance
from .mapper import Mapper, Refusal, results
from .measure import Server, server_at

LINES = ["creates", "modifies", "deletes", "creates, interleaved", "deletes of these"]
_HEADING = f"{'':22}{'server':>7}{'ms':>7}{'least':>7}{'most':>7}{'changes/s':>11}{'web CPU':>9}{'db CPU':>8}{'ratio':>7}"
LEGEND = """\
ms: median time of an upload of {changes:,} changes, nine in ten of them nodes, the others ways of ten nodes; web CPU,
db CPU: CPU milliseconds per upload of the web processes and of PostgreSQL (- unknown); ratio: how many times as long
the other server (B) takes.
"""


@dataclass
class Times:
    """The seconds and the CPU seconds of each upload."""

    seconds: list[float] = field(default_factory=list)
    web_cpu: list[float] = field(default_factory=list)
    database_cpu: list[float] = field(default_factory=list)


@dataclass
class Subject:
    """A server, and a mapper there who may change any number of elements."""

    server: Server
    mapper: Mapper
    times: dict[str, Times] = field(default_factory=lambda: {line: Times() for line in LINES})


def main() -> int:
    options = _parser().parse_args()
    try:
        with ExitStack() as stack:
            subjects = _subjects(options, stack)
            for number in range(options.rounds + 1):
                for subject in subjects if number % 2 else reversed(subjects):
                    # The first round warms up and does not count.
                    _round(subject, options.changes, counts=number > 0)
            print(LEGEND.format(changes=options.changes))
            print(_HEADING, *_lines(subjects, options.changes), sep="\n")
    except (LoadError, Refusal, OSError) as error:
        print(f"uploads: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.uploads", description="Time uploads.")
    parser.add_argument(
        "url", nargs="?", help="base URL (default: an instance that is started and stopped again)"
    )
    parser.add_argument("--token", help="token of a user there with the role importer")
    parser.add_argument("--compare", metavar="URL", help="a second server, measured in turns")
    parser.add_argument("--compare-token", metavar="TOKEN")
    parser.add_argument("--data", type=Path, help="file to import into the started instance")
    parser.add_argument("--changes", type=int, default=10_000, help="changes per upload; a multiple of ten")
    parser.add_argument("--rounds", type=int, default=7)
    return parser


def _subjects(options: argparse.Namespace, stack: ExitStack) -> list[Subject]:
    if options.url:
        subjects = [_subject(server_at(options.url), options.token)]
    else:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="osmsite-uploads-")))
        server = stack.enter_context(own_instance(options.data, folder))
        subjects = [_subject(server, importers(folder, 1)[0])]
    if options.compare:
        subjects.append(_subject(server_at(options.compare), options.compare_token))
    return subjects


def _subject(server: Server, token: str | None) -> Subject:
    if not token:
        raise LoadError(f"a token is needed to upload to {server.base_url} (--token, --compare-token)")
    return Subject(server, Mapper(server.base_url, token))


def _round(subject: Subject, changes: int, *, counts: bool) -> None:
    """Time each kind of upload once; what is created is deleted again."""

    def timed(line: str, document: Callable[[int], bytes]) -> Created:
        return _timed(subject, document, subject.times[line] if counts else Times())

    created = timed("creates", lambda id_: documents.creates(id_, changes, interleaved=False))
    timed("modifies", lambda id_: documents.modifies(id_, created, 1))
    timed("deletes", lambda id_: documents.deletes(id_, created, 2))
    other = timed("creates, interleaved", lambda id_: documents.creates(id_, changes, interleaved=True))
    timed("deletes of these", lambda id_: documents.deletes(id_, other, 1))


def _timed(subject: Subject, document: Callable[[int], bytes], times: Times) -> Created:
    """Time an upload to a changeset of its own, from the first byte sent to the last one received."""
    server, mapper = subject.server, subject.mapper
    changeset = mapper.open_changeset("bench")
    body = document(changeset)
    before = server.web.cpu(), server.database.cpu()
    start = time.perf_counter()
    response = mapper.call("POST", f"changeset/{changeset}/upload", body)
    times.seconds.append(time.perf_counter() - start)
    times.web_cpu.append(server.web.cpu_since(before[0]))
    times.database_cpu.append(server.database.cpu_since(before[1]))
    mapper.close_changeset(changeset)
    return Created.by(results(response))


def _lines(subjects: list[Subject], changes: int) -> list[str]:
    found = []
    for line in LINES:
        for at, subject in enumerate(subjects):
            times = subject.times[line]
            seconds = median(times.seconds)
            web = _milliseconds(median(times.web_cpu)) if subject.server.web.roots else "-"
            database = _milliseconds(median(times.database_cpu)) if subject.server.database.roots else "-"
            is_compared = not at and len(subjects) > 1
            ratio = f"{median(subjects[1].times[line].seconds) / seconds:.2f}" if is_compared else ""
            figures = [_milliseconds(value) for value in (seconds, min(times.seconds), max(times.seconds))]
            found.append(
                f"{line:22}{'AB'[at]:>7}{''.join(f'{figure:>7}' for figure in figures)}"
                f"{changes / seconds:>11,.0f}{web:>9}{database:>8}{ratio:>7}".rstrip()
            )
    return found


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"


if __name__ == "__main__":
    sys.exit(main())
