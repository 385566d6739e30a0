"""`python -m bench.storm`: many clients change the same elements, and then every version is checked."""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg

from apps.instance import embedded
from bench.client import LoadError
from bench.instance import importers, own_instance
from bench.mapper import Refusal

from .check import findings
from .client import Log, storm

_SHOWN = 20


def main() -> int:
    options = _parser().parse_args()
    try:
        with ExitStack() as stack:
            url, tokens, folder = options.url, options.token, None
            if url is None:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="osmsite-storm-")))
                url = stack.enter_context(own_instance(None, folder)).base_url
                tokens = importers(folder, options.users)
            log = storm(url.rstrip("/"), tokens, clients=options.clients, seconds=options.seconds)
            found = list(findings(url.rstrip("/"), log))
            report(log, found, folder)
            return 1 if found else 0
    except (LoadError, Refusal, OSError) as error:
        print(f"storm: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.storm",
        description="Let many clients change the same few elements at once, and check every version.",
    )
    parser.add_argument("--url", help="a server (default: an instance that is started and stopped again)")
    parser.add_argument(
        "--token", action="append", default=[], help="token of a user with the role importer; may be repeated"
    )
    parser.add_argument("--users", type=int, default=4, help="users of the started instance")
    parser.add_argument("--clients", type=int, default=16, help="number of clients, who share the users")
    parser.add_argument("--seconds", type=float, default=60)
    return parser


def report(log: Log, found: list[str], folder: Path | None) -> None:
    statuses = ", ".join(f"{count:,} with {status}" for status, count in sorted(log.statuses.items()))
    print(f"{log.statuses.total():,} uploads got a response: {statuses}")
    if folder is not None:
        with psycopg.connect(embedded.database_url(folder)) as connection:
            sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            row = connection.execute(sql).fetchone()
            print(f"deadlocks that the server detected and survived: {row[0] if row else 'unknown'}")
    print(*found[:_SHOWN], sep="\n", end="\n" if found else "")
    elements = {written.ref for written in log.written}
    print(
        f"{len(log.written):,} versions of {len(elements):,} elements in {len(log.changesets)} changesets: "
        f"{len(found):,} findings"
    )


if __name__ == "__main__":
    sys.exit(main())
