"""osmChange documents to time: nine in ten changes are nodes, the others ways of ten nodes."""

from collections.abc import Sequence
from typing import NamedTuple

from .mapper import Result

NODES_A_WAY = 9
"""New nodes per way; ways are closed."""
_LEFT, _BOTTOM = 9.5, 47.1


class Created(NamedTuple):
    """The ids that an upload has created, in the order of its document."""

    nodes: list[int]
    ways: list[int]

    @classmethod
    def by(cls, results: Sequence[Result]) -> "Created":
        nodes, ways = (
            [result.new_id for result in results if result.kind == kind and result.new_id]
            for kind in ("node", "way")
        )
        return cls(nodes, ways)


def creates(changeset: int, changes: int, *, interleaved: bool) -> bytes:
    """Return a document of creates: all nodes and then all ways, or each way right after its nodes."""
    body = []
    for way in range(changes // (NODES_A_WAY + 1)):
        ids = range(-1 - way * NODES_A_WAY, -1 - (way + 1) * NODES_A_WAY, -1)
        body += [_node(changeset, id_, 0, place=-id_) for id_ in ids]
        body.append(_way(changeset, -1 - way, 0, [*ids, ids[0]], "made"))
    return _document("create", body if interleaved else sorted(body, key=lambda line: line[:4] == "<way"))


def modifies(changeset: int, created: Created, version: int) -> bytes:
    """Return a document that moves all nodes and changes a tag of all ways."""
    body = [_node(changeset, id_, version, place=place) for place, id_ in enumerate(created.nodes, 2)]
    for number, id_ in enumerate(created.ways):
        ids = created.nodes[number * NODES_A_WAY : (number + 1) * NODES_A_WAY]
        body.append(_way(changeset, id_, version, [*ids, ids[0]], "changed"))
    return _document("modify", body)


def deletes(changeset: int, created: Created, version: int) -> bytes:
    """Return a document that deletes all ways, and then their nodes."""
    kinds = [("way", id_) for id_ in created.ways] + [("node", id_) for id_ in created.nodes]
    return _document(
        "delete", [f'<{kind} id="{id_}" version="{version}" changeset="{changeset}"/>' for kind, id_ in kinds]
    )


def _node(changeset: int, id_: int, version: int, *, place: int) -> str:
    """Return a node in a grid of a hundred columns; one in ten has a tag."""
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
