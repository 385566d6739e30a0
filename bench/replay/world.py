"""The content of an extract, in a form that can be compared."""

from pathlib import Path
from typing import Any, NamedTuple

import osmium

from bench.mapper import Ref

_KIND = {"n": "node", "w": "way", "r": "relation"}


class Use(NamedTuple):
    """A node of a way, or a member of a relation."""

    ref: Ref
    role: str = ""


class Content(NamedTuple):
    """An element without its id and history. The position is (lat, lon) in 1e-7 degrees."""

    tags: dict[str, str]
    position: tuple[int, int] | None = None
    uses: tuple[Use, ...] = ()


World = dict[Ref, Content]


def read(path: Path) -> tuple[World, dict[Ref, int]]:
    """Return the elements of a file, and their versions."""
    world: World = {}
    versions: dict[Ref, int] = {}
    item: Any
    for item in osmium.FileProcessor(path):
        ref = Ref(_KIND[item.type_str()], item.id)
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_node():
            content = Content(tags, (item.location.y, item.location.x))
        elif item.is_way():
            content = Content(tags, uses=tuple(Use(Ref("node", node.ref)) for node in item.nodes))
        else:
            members = ((Ref(_KIND[member.type], member.ref), member.role) for member in item.members)
            content = Content(tags, uses=tuple(Use(*member) for member in members))
        world[ref], versions[ref] = content, item.version
    return world, versions


def complete(world: World) -> World:
    """Return the elements without references to missing ones: an extract cuts relations at its border, and no server
    accepts a member that does not exist."""
    whole = world
    while cut := {
        ref: content._replace(uses=tuple(use for use in content.uses if use.ref in whole))
        for ref, content in whole.items()
        if any(use.ref not in whole for use in content.uses)
    }:
        whole = whole | cut
        # Ways without nodes are dropped; relations lose them in the next round.
        for ref, content in cut.items():
            if ref.kind == "way" and not content.uses:
                del whole[ref]
    return whole
