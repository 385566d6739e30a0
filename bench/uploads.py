"""`python -m bench.uploads`: times uploads of 10,000 changes, medians of some rounds."""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from .client import LoadError
from .instance import importers, own_instance
from .mapper import Done, Mapper, Refusal

WAYS = 1_000
NODES_A_WAY = 9


def created(*, interleaved: bool) -> list[str]:
    """Nodes and the ways through them: all nodes first, or each way right after its nodes."""
    dice = random.Random(1)
    parts = []
    for way in range(1, WAYS + 1):
        ids = range((way - 1) * NODES_A_WAY + 1, way * NODES_A_WAY + 1)
        parts += [f'node id="-{n}" lat="47.{dice.randrange(10**6):06}" lon="9.5"' for n in ids]
        parts.append(f'way id="-{way}"|' + "".join(f'<nd ref="-{n}"/>' for n in ids))
    return parts if interleaved else sorted(parts, key=lambda part: part.startswith("way"))


def again(results: Iterable[Done], version: int) -> list[str]:
    """The same elements in a later version, ways first, as deletes need it."""
    nodes = [
        f'node id="{r.new_id}" version="{version}" lat="47.5" lon="9.5"' for r in results if r.kind == "node"
    ]
    refs = [str(r.new_id) for r in results if r.kind == "node"]
    ways = [
        f'way id="{r.new_id}" version="{version}"|<nd ref="{refs[number]}"/>'
        for number, r in enumerate(r for r in results if r.kind == "way")
    ]
    return ways + nodes


def timed(mapper: Mapper, action: str, parts: Iterable[str]) -> tuple[float, list[Done]]:
    """Seconds of the upload alone, and what became of it."""
    changeset = mapper.open_changeset("bench")
    changes = []
    for part in parts:
        head, _, inner = part.partition("|")
        kind = head.partition(" ")[0]
        changes.append(f'<{head} changeset="{changeset}">{inner}</{kind}>')
    document = f"<osmChange><{action}>{''.join(changes)}</{action}></osmChange>".encode()
    began = time.perf_counter()
    results = mapper.upload(changeset, document)
    return time.perf_counter() - began, results


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.uploads", description="Times uploads of 10,000 changes."
    )
    parser.add_argument("--url", help="a server; without one an instance is started and stopped again")
    parser.add_argument("--token", help="of a user with the role importer")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    times: dict[str, list[float]] = {}
    try:
        with ExitStack() as parts:
            url, token = options.url, options.token
            if url is None:
                folder = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="osmsite-uploads-")))
                url = parts.enter_context(own_instance(None, folder)).base_url
                [token] = importers(folder, 1)
            mapper = Mapper(url.rstrip("/"), token)
            for _ in range(options.rounds):
                for name, interleaved in [("creates", False), ("creates, interleaved", True)]:
                    seconds, results = timed(mapper, "create", created(interleaved=interleaved))
                    times.setdefault(name, []).append(seconds)
                for version, action in enumerate(("modify", "delete"), 1):
                    seconds, _ = timed(mapper, action, again(results, version))
                    times.setdefault({"modify": "modifies", "delete": "deletes"}[action], []).append(seconds)
    except (LoadError, Refusal, OSError) as error:
        print(f"uploads: {error}", file=sys.stderr)
        return 1
    for name, seconds_each in times.items():
        print(f"{WAYS * (NODES_A_WAY + 1):,} {name:22} {median(seconds_each) * 1000:7.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
