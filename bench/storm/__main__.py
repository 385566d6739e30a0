"""`python -m bench.storm`: many clients at the same elements, and then a close look at every version."""

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
from .client import Diary, storm

_SHOWN = 20


def main() -> int:
    options = _parser().parse_args()
    try:
        with ExitStack() as parts:
            url, tokens, folder = options.url, options.token, None
            if url is None:
                folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="osmsite-storm-")))
                url = parts.enter_context(own_instance(None, folder)).base_url
                tokens = importers(folder, options.users)
            diary = storm(url.rstrip("/"), tokens, clients=options.clients, seconds=options.seconds)
            found = list(findings(url.rstrip("/"), diary))
            report(diary, found, folder)
            return 1 if found else 0
    except (LoadError, Refusal, OSError) as error:
        print(f"storm: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.storm", description="Clients that upload to the same few elements."
    )
    parser.add_argument("--url", help="a server; without one an instance is started and stopped again")
    parser.add_argument(
        "--token", action="append", default=[], help="of a user with the role importer; repeated"
    )
    parser.add_argument("--users", type=int, default=4, help="of the instance that is started")
    parser.add_argument("--clients", type=int, default=16, help="shared out among the users")
    parser.add_argument("--seconds", type=float, default=60)
    return parser


def report(diary: Diary, found: list[str], folder: Path | None) -> None:
    answers = ", ".join(f"{count:,} of {status}" for status, count in sorted(diary.answers.items()))
    print(f"{diary.answers.total():,} uploads were answered: {answers}")
    if folder is not None:
        with psycopg.connect(embedded.database_url(folder)) as connection:
            sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
            row = connection.execute(sql).fetchone()
            print(f"deadlocks that the server met and got over: {row[0] if row else 'unknown'}")
    print(*found[:_SHOWN], sep="\n", end="\n" if found else "")
    elements = {written.ref for written in diary.written}
    print(
        f"{len(diary.written):,} versions of {len(elements):,} elements in {len(diary.changesets)} changesets: "
        f"{len(found):,} findings"
    )


if __name__ == "__main__":
    sys.exit(main())
