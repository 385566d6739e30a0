"""`python -m bench.replay FIRST SECOND`: uploads the changes from the first extract to the second, and compares."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from bench.client import LoadError
from bench.instance import importers, own_instance
from bench.mapper import Refusal

from .compare import differences
from .plan import plan
from .server import Replay, State
from .world import complete, read

_SHOWN = 20


def main() -> int:
    options = _parser().parse_args()
    try:
        with ExitStack() as stack:
            url, tokens = options.url, options.token
            if url is None:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="osmsite-replay-")))
                url = stack.enter_context(own_instance(options.first, folder)).base_url
                tokens = importers(folder, options.users)
            state = replay(url.rstrip("/"), tokens, options.first, options.second, most=options.most)
            return min(compare(url.rstrip("/"), state), 1)
    except (LoadError, Refusal, OSError) as error:
        print(f"replay: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.replay",
        description="Replay the changes between two extracts, and compare the server's data with the second.",
    )
    parser.add_argument("first", type=Path, help="the extract that the server has imported")
    parser.add_argument("second", type=Path, help="a later extract of the same area")
    parser.add_argument(
        "--url",
        help="a server with the first extract (default: an instance that is started and stopped again)",
    )
    parser.add_argument(
        "--token", action="append", default=[], help="token of a user with the role importer; may be repeated"
    )
    parser.add_argument("--users", type=int, default=4, help="users of the started instance")
    parser.add_argument(
        "--most", type=int, default=10_000, help="maximum of changes per upload and per changeset"
    )
    return parser


def replay(url: str, tokens: list[str], first: Path, second: Path, *, most: int) -> State:
    """Upload the changes from the first extract to the second, and print the progress. Raises Refusal."""
    here, versions = read(first)
    there, later = read(second)
    goal = complete(there)
    cut = sum(content != goal.get(ref) for ref, content in there.items())
    print(
        f"{len(here):,} elements, then {len(there):,}; {cut:,} without references that the second does not contain"
    )
    phases = plan(here, goal, {ref for ref in here.keys() & there.keys() if versions[ref] != later[ref]})
    state = State(here, versions)
    work = Replay(url, tokens, state, most=most)
    sums: Counter[str] = Counter()
    began = time.monotonic()
    for phase in phases:
        start, before = time.monotonic(), state.uploads
        work.run(phase)
        sums.update(change.action for change in phase.changes)
        figures = f"{len(phase.changes):9,} changes, {state.uploads - before:3} uploads"
        print(f"{phase.name:18} {figures}, {time.monotonic() - start:6.1f} s", flush=True)
    work.close()
    counted = ", ".join(f"{count:,} {action}" for action, count in sums.items())
    print(
        f"{sums.total():,} changes ({counted}) in {state.uploads} uploads and {len(state.tallies)} changesets"
        f" by {len(tokens)} users: {time.monotonic() - began:.1f} s",
        flush=True,
    )
    return state


def compare(url: str, state: State) -> int:
    """Print the differences. Returns how many there are."""
    began = time.monotonic()
    found = differences(url, state)
    print(*found[:_SHOWN], sep="\n", end="\n" if found else "")
    print(
        f"compared {len(state.world):,} visible and {len(state.versions) - len(state.world):,} deleted elements"
        f" and {len(state.tallies)} changesets in {time.monotonic() - began:.1f} s: {len(found):,} differences"
    )
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
