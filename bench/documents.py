"""osmChange documents to time: 90 in 100 changes are nodes, 10 are ways of ten nodes."""

from collections.abc import Sequence
from typing import NamedTuple

from .mapper import Done

NODES_A_WAY = 9
"""New nodes for each way, which ends where it begins."""
_LEFT, _BOTTOM = 9.5, 47.1


class Made(NamedTuple):
    """Ids of what an upload has created, in the order of its document."""

    nodes: list[int]
    ways: list[int]

    @classmethod
    def by(cls, results: Sequence[Done]) -> "Made":
        nodes, ways = (
            [done.new_id for done in results if done.kind == kind and done.new_id] for kind in ("node", "way")
        )
        return cls(nodes, ways)


def creates(changeset: int, changes: int, *, interleaved: bool) -> bytes:
    """Creates: all nodes and then all ways, or each way right after its nodes."""
    body = []
    for way in range(changes // (NODES_A_WAY + 1)):
        ids = range(-1 - way * NODES_A_WAY, -1 - (way + 1) * NODES_A_WAY, -1)
        body += [_node(changeset, id_, 0, place=-id_) for id_ in ids]
        body.append(_way(changeset, -1 - way, 0, [*ids, ids[0]], "made"))
    return _document("create", body if interleaved else sorted(body, key=lambda line: line[:4] == "<way"))


def modifies(changeset: int, made: Made, version: int) -> bytes:
    """All of them changed: nodes moved, ways tagged in another way."""
    body = [_node(changeset, id_, version, place=place) for place, id_ in enumerate(made.nodes, 2)]
    for number, id_ in enumerate(made.ways):
        ids = made.nodes[number * NODES_A_WAY : (number + 1) * NODES_A_WAY]
        body.append(_way(changeset, id_, version, [*ids, ids[0]], "changed"))
    return _document("modify", body)


def deletes(changeset: int, made: Made, version: int) -> bytes:
    """All of them deleted: the ways, then their nodes."""
    kinds = [("way", id_) for id_ in made.ways] + [("node", id_) for id_ in made.nodes]
    return _document(
        "delete", [f'<{kind} id="{id_}" version="{version}" changeset="{changeset}"/>' for kind, id_ in kinds]
    )


def _node(changeset: int, id_: int, version: int, *, place: int) -> str:
    """A node in a grid of a hundred columns; one in ten has a tag."""
    row, column = divmod(place, 100)
    position = f'lat="{_BOTTOM + row * 0.0001:.7f}" lon="{_LEFT + column * 0.0001:.7f}"'
    head = f'<node id="{id_}" version="{version}" changeset="{changeset}" {position}'
    return f'{head}><tag k="natural" v="tree"/></node>' if place % 10 == 0 else f"{head}/>"


def _way(changeset: int, id_: int, version: int, refs: Sequence[int], name: str) -> str:
    nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    tags = f'<tag k="highway" v="path"/><tag k="name" v="{name}"/>'
    return f'<way id="{id_}" version="{version}" changeset="{changeset}">{nodes}{tags}</way>'


def _document(action: str, body: Sequence[str]) -> bytes:
    return f'<osmChange version="0.6"><{action}>{"".join(body)}</{action}></osmChange>'.encode()
