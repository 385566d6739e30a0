"""Command line of the cases: `python -m conformance URL` plays them and reports the failures."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from . import files, people
from .grammar import GrammarError
from .player import Outcome, Result, Server, play
from .transport import over_http


def main() -> int:
    options = _parser().parse_args()
    try:
        counts = _run(options)
    except (GrammarError, OSError, ValueError) as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(", ".join(f"{counts[outcome]} {outcome.value.lower()}" for outcome in Outcome))
    return 1 if counts[Outcome.FAILED] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m conformance", description="Play the cases of API 0.6 against a server."
    )
    parser.add_argument("url", help="base URL, such as http://127.0.0.1:8000")
    parser.add_argument(
        "--people",
        type=Path,
        help="TOML file with the personas; without it, only cases that need no user are played",
    )
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="only stories whose name contains this text"
    )
    parser.add_argument("--state", metavar="MODE", help="service status of the server, such as api_readonly")
    parser.add_argument(
        "--verbose", action="store_true", help="also list what passed and what was skipped, and why"
    )
    return parser


def _run(options: argparse.Namespace) -> Counter[Outcome]:
    values = people.read(options.people) if options.people else {}
    counts: Counter[Outcome] = Counter()
    for name in files.names():
        if options.only in name:
            server = Server(over_http(options.url), values | people.at_random(), options.state)
            for result in play(files.named(name), server):
                counts[result.outcome] += 1
                if options.verbose or result.outcome is Outcome.FAILED:
                    _report(name, result)
    return counts


def _report(name: str, result: Result) -> None:
    print(f"{result.outcome.value:7}  {name}: {result.case.name}")
    if result.text:
        print(result.text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
