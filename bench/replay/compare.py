"""Asks the server for everything again, and compares it with what should be there."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from bench.mapper import KINDS, Mapper, Ref

from .server import State
from .tally import Tally
from .world import Content, Use

_AT_ONCE = 500
"""Elements of one request."""


def element_differences(base_url: str, state: State) -> Iterator[str]:
    """A line for each element that is not as it should be, of all that the server ever held."""
    mapper = Mapper(base_url)
    names = {Ref(ref.kind, number): ref for ref, number in state.new_ids.items()}
    for kind in KINDS:
        ids = iter(sorted({state.id_of(ref) for ref in state.versions if ref.kind == kind}))
        while some := list(islice(ids, _AT_ONCE)):
            listed = ",".join(map(str, some))
            found = mapper.json(f"{kind}s.json?{kind}s={listed}")["elements"]
            if [element["id"] for element in found] != some:
                yield f"{kind}s {some[0]} to {some[-1]}: asked for {len(some)}, got {len(found)}"
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
    """An element of a JSON answer, in ids of the files."""

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
    """A line for each changeset whose counter, box or changes are not as reckoned."""
    mapper = Mapper(base_url)
    for changeset, tally in tallies.items():
        said = mapper.json(f"changeset/{changeset}.json")["changeset"]
        if said["changes_count"] != tally.counts.total():
            yield f"changeset {changeset}: {said['changes_count']} changes, not {tally.counts.total()}"
        box = {
            name: f"{said[name]:.7f}" for name in ("min_lat", "min_lon", "max_lat", "max_lon") if name in said
        }
        if box != tally.box:
            yield f"changeset {changeset}: box {box}, not {tally.box}"
        changes = Counter((action, ref.kind) for action, ref, _version in mapper.downloaded(changeset))
        if changes != tally.counts:
            yield f"changeset {changeset}: {dict(changes)}, not {dict(tally.counts)}"


def differences(base_url: str, state: State) -> list[str]:
    """A line for everything that is not as it should be."""
    with ThreadPoolExecutor(2) as pool:
        elements = pool.submit(list[str], element_differences(base_url, state))
        changesets = pool.submit(list[str], changeset_differences(base_url, state.tallies))
        return elements.result() + changesets.result()
