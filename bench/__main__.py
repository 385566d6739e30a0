"""`python -m bench [URL] [--compare URL]`: times reads of the API and prints a table."""

import argparse
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from . import finding, report
from .calls import calls
from .client import LoadError
from .finding import Box
from .instance import own_instance
from .load import Load, load_process
from .measure import Server, measure, server_at


def main() -> int:
    options = _parser().parse_args()
    try:
        _run(options)
    except LoadError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Time reads of the API 0.6.")
    parser.add_argument(
        "url", nargs="?", help="base URL (default: an instance that is started and stopped again)"
    )
    parser.add_argument(
        "--compare", metavar="URL", help="a second server with the same data, measured in turns"
    )
    parser.add_argument("--data", type=Path, help="file to import into the started instance")
    parser.add_argument(
        "--data-dir", type=Path, help="data folder of the started instance (default: a temporary one)"
    )
    parser.add_argument(
        "--clients", type=_numbers, default=[1, 2, 8], help="numbers of clients (default 1,2,8)"
    )
    parser.add_argument(
        "--nodes", type=_numbers, default=[1_000, 10_000, 50_000], help="sizes of the map calls"
    )
    parser.add_argument("--seconds", type=float, default=3.0, help="load on each server per line")
    parser.add_argument("--only", metavar="TEXT", default="", help="only calls whose name contains this")
    parser.add_argument("--near", type=_place, metavar="LON,LAT", help="a place where the server has data")
    parser.add_argument(
        "--box", action="append", type=_box, default=[], metavar="NODES=LEFT,BOTTOM,RIGHT,TOP"
    )
    for which in ("", "compare-"):
        for program in ("web", "database"):
            parser.add_argument(
                f"--{which}{program}-pid", type=int, help="default: detected, if it runs on this machine"
            )
    return parser


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _place(text: str) -> tuple[float, float]:
    lon, lat = (float(number) for number in text.split(","))
    return lon, lat


def _box(text: str) -> tuple[int, Box]:
    nodes, _, sides = text.partition("=")
    left, bottom, right, top = (float(side) for side in sides.split(","))
    return int(nodes), Box(left, bottom, right, top)


def _run(options: argparse.Namespace) -> None:
    with ExitStack() as stack:
        if options.url:
            servers = [server_at(options.url, options.web_pid, options.database_pid)]
        else:
            servers = [stack.enter_context(own_instance(options.data, options.data_dir))]
        if options.compare:
            servers.append(server_at(options.compare, options.compare_web_pid, options.compare_database_pid))
        for name, server in zip("AB", servers, strict=False):
            print(f"{name}: {server.base_url}  {_processes(server)}")
        _time(options, servers, stack.enter_context(load_process()))


def _processes(server: Server) -> str:
    web = (
        f"web processes below {server.web.roots}" if server.web.roots else "web processes unknown (--web-pid)"
    )
    found = f"PostgreSQL {server.database.roots[0]}" if server.database.roots else "unknown (--database-pid)"
    return f"{web}, database {found}"


def _time(options: argparse.Namespace, servers: list[Server], load: Load) -> None:
    first = servers[0].base_url
    boxes = _boxes(options, first)
    largest = max(boxes.values(), key=lambda box: box.nodes)
    subjects = finding.subjects(finding.fetch(f"{first}/api/0.6/map?bbox={largest.bbox}"))
    targets = []
    print(report.LEGEND)
    print(report.heading())
    for call in calls(boxes, subjects):
        if options.only not in str(call):
            continue
        counts = [finding.count_elements(server.base_url + call.path) for server in servers]
        if len(set(counts)) > 1:
            print(f"{call}: the responses differ, {counts[0]} and {counts[1]} elements")
        for clients in options.clients:
            figures = measure(call, counts[0], servers, clients, seconds=options.seconds, load=load)
            print(*report.lines(call, counts[0], clients, figures), sep="\n", flush=True)
            targets += report.targets(call, clients, figures[0])
    print("", *targets, sep="\n")


def _boxes(options: argparse.Namespace, base_url: str) -> dict[int, Box]:
    """Return the boxes of the map calls by their wanted number of nodes."""
    given = dict(options.box)
    boxes = {}
    place = None
    for nodes in options.nodes:
        if nodes in given:
            boxes[nodes] = replace(given[nodes], nodes=finding.count_inside(base_url, given[nodes]) or 0)
            continue
        place = place or finding.densest_place(base_url, options.near or finding.some_place(base_url))
        boxes[nodes] = finding.box_of(base_url, place, nodes)
        print(
            f"map of {nodes:,} nodes: bbox={boxes[nodes].bbox}, {boxes[nodes].nodes:,} nodes in it",
            flush=True,
        )
    return boxes


if __name__ == "__main__":
    sys.exit(main())
