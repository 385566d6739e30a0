"""Whether the server holds exactly what it said it had done, and nothing of what it refused."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.mapper import Mapper, Ref

from .client import Diary, Written


def findings(base_url: str, diary: Diary) -> Iterator[str]:
    """A line for everything that is wrong."""
    mapper = Mapper(base_url)
    for text in diary.strange:
        yield f"an upload was answered {text}"
    for changeset in sorted(diary.changesets):
        mine = [
            (each.action, each.ref, each.version) for each in diary.written if each.changeset == changeset
        ]
        count = mapper.json(f"changeset/{changeset}.json")["changeset"]["changes_count"]
        if count != len(mine):
            yield f"changeset {changeset} counts {count} changes, {len(mine)} were accepted"
        there = Counter(mapper.downloaded(changeset))
        for which, number in ((there - Counter(mine)), "not accepted"), ((Counter(mine) - there), "missing"):
            yield from (f"changeset {changeset}: {change} is {number}" for change in which)
    versions: dict[Ref, dict[int, Written]] = {}
    for each in diary.written:
        if each.version in versions.setdefault(each.ref, {}):
            yield f"{each.ref} was given version {each.version} twice"
        versions[each.ref][each.version] = each
    for ref, accepted in versions.items():
        yield from _history(ref, accepted, mapper.json(f"{ref.kind}/{ref.id}/history.json")["elements"])


def _history(ref: Ref, accepted: dict[int, Written], history: list[dict[str, Any]]) -> Iterator[str]:
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
