"""Checks that the server has exactly what it confirmed, and nothing of what it refused."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.mapper import Mapper, Ref

from .client import Log, WrittenVersion


def findings(base_url: str, log: Log) -> Iterator[str]:
    """Yield one line for everything that is wrong."""
    mapper = Mapper(base_url)
    for text in log.unexpected:
        yield f"an upload got the response {text}"
    for changeset in sorted(log.changesets):
        accepted = Counter(
            (each.action, each.ref, each.version) for each in log.written if each.changeset == changeset
        )
        count = mapper.json(f"changeset/{changeset}.json")["changeset"]["changes_count"]
        if count != accepted.total():
            yield f"changeset {changeset} counts {count} changes, {accepted.total()} were accepted"
        stored = Counter(mapper.downloaded(changeset))
        for changes, problem in (stored - accepted, "not accepted"), (accepted - stored, "missing"):
            yield from (f"changeset {changeset}: {change} is {problem}" for change in changes)
    versions: dict[Ref, dict[int, WrittenVersion]] = {}
    for each in log.written:
        if each.version in versions.setdefault(each.ref, {}):
            yield f"{each.ref} got version {each.version} twice"
        versions[each.ref][each.version] = each
    for ref, written in versions.items():
        yield from _history(ref, written, mapper.json(f"{ref.kind}/{ref.id}/history.json")["elements"])


def _history(ref: Ref, accepted: dict[int, WrittenVersion], history: list[dict[str, Any]]) -> Iterator[str]:
    numbers = [each["version"] for each in history]
    if numbers != list(range(1, len(accepted) + 1)):
        yield f"{ref} has the versions {numbers}, accepted were {sorted(accepted)}"
    for each in history:
        written = accepted.get(each["version"])
        if written is None:
            yield f"{ref} version {each['version']} was never accepted"
            continue
        if each["changeset"] != written.changeset:
            yield f"{ref} version {each['version']} is in changeset {each['changeset']}, not {written.changeset}"
        if each.get("visible", True) != (written.action != "delete"):
            yield f"{ref} version {each['version']} is not what {written.action} leaves"
        elif each.get("visible", True) and each["tags"]["mark"] != written.mark:
            yield f"{ref} version {each['version']} is of {each['tags']['mark']}, not {written.mark}"
