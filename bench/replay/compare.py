"""Reads everything back from the server, and compares it with what should be there."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from bench.mapper import KINDS, Mapper, Ref

from .server import State
from .tally import Tally
from .world import Content, Use

_BATCH = 500
"""Elements per request."""


def element_differences(base_url: str, state: State) -> Iterator[str]:
    """Yield one line for each difference in an element, deleted ones included."""
    mapper = Mapper(base_url)
    names = {Ref(ref.kind, number): ref for ref, number in state.new_ids.items()}
    for kind in KINDS:
        ids = iter(sorted({state.id_of(ref) for ref in state.versions if ref.kind == kind}))
        while batch := list(islice(ids, _BATCH)):
            listed = ",".join(map(str, batch))
            found = mapper.json(f"{kind}s.json?{kind}s={listed}")["elements"]
            if [element["id"] for element in found] != batch:
                yield f"{kind}s {batch[0]} to {batch[-1]}: requested {len(batch)}, got {len(found)}"
            for element in found:
                here = Ref(kind, element["id"])
                yield from _compared(names.get(here, here), element, state, names)


def _compared(ref: Ref, element: dict[str, Any], state: State, names: dict[Ref, Ref]) -> Iterator[str]:
    expected = state.world.get(ref)
    if element["version"] != state.versions[ref]:
        yield f"{ref}: version {element['version']}, not {state.versions[ref]}"
    if not element.get("visible", True):
        if expected is not None:
            yield f"{ref}: deleted"
    elif (found := _content(element, names)) != expected:
        yield f"{ref}: {found}, not {expected}"


def _content(element: dict[str, Any], names: dict[Ref, Ref]) -> Content:
    """Return the content of an element in a JSON response, with the ids of the files."""

    def use(kind: str, number: int, role: str = "") -> Use:
        return Use(names.get(Ref(kind, number), Ref(kind, number)), role)

    tags = element.get("tags", {})
    if element["type"] == "node":
        return Content(tags, (round(element["lat"] * 10_000_000), round(element["lon"] * 10_000_000)))
    if element["type"] == "way":
        return Content(tags, uses=tuple(use("node", node) for node in element["nodes"]))
    members = element.get("members", [])
    return Content(tags, uses=tuple(use(each["type"], each["ref"], each["role"]) for each in members))


def changeset_differences(base_url: str, tallies: dict[int, Tally]) -> Iterator[str]:
    """Yield one line for each changeset whose counter, bbox or changes are not as computed."""
    mapper = Mapper(base_url)
    for changeset, tally in tallies.items():
        found = mapper.json(f"changeset/{changeset}.json")["changeset"]
        if found["changes_count"] != tally.counts.total():
            yield f"changeset {changeset}: {found['changes_count']} changes, not {tally.counts.total()}"
        bbox = {
            name: f"{found[name]:.7f}"
            for name in ("min_lat", "min_lon", "max_lat", "max_lon")
            if name in found
        }
        if bbox != tally.bbox:
            yield f"changeset {changeset}: bbox {bbox}, not {tally.bbox}"
        changes = Counter((action, ref.kind) for action, ref, _version in mapper.downloaded(changeset))
        if changes != tally.counts:
            yield f"changeset {changeset}: {dict(changes)}, not {dict(tally.counts)}"


def differences(base_url: str, state: State) -> list[str]:
    """Return one line for each difference."""
    with ThreadPoolExecutor(2) as pool:
        elements = pool.submit(list[str], element_differences(base_url, state))
        changesets = pool.submit(list[str], changeset_differences(base_url, state.tallies))
        return elements.result() + changesets.result()
