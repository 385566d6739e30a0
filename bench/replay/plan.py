"""Plans the changes from the first extract to the second, in phases that several users can share.

Within a phase no change depends on another one, so its changes may be uploaded in any order and at the same time; each
phase is completed before the next one begins.
"""

from collections.abc import Iterator
from typing import NamedTuple

from bench.mapper import KINDS, Ref

from .world import Content, World


class Change(NamedTuple):
    """A change of an element. `content` is its new content, with the ids of the files; None for a delete."""

    action: str
    ref: Ref
    content: Content | None


class Phase(NamedTuple):
    name: str
    changes: list[Change]
    is_one_upload: bool = False
    """Whether its changes depend on each other, so that they have to be in one document."""


def plan(first: World, second: World, is_changed: set[Ref]) -> list[Phase]:
    """Return the phases: create nodes, ways and relations, modify them, then delete relations, ways and nodes.

    `is_changed` are the elements in both whose version differs; they are modified even if their content is the same.
    """
    created = second.keys() - first.keys()
    modified = {
        ref
        for ref in second.keys() & first.keys()
        if ref in is_changed
        or first[ref] != second[ref]
        # New elements get other ids from the server.
        or any(use.ref in created for use in second[ref].uses)
    }
    late = {
        ref
        for ref in created
        if ref.kind == "relation" and first_content(second[ref], created) != second[ref]
    }
    phases = [
        Phase(
            f"create {kind}s",
            [Change("create", ref, first_content(second[ref], created)) for ref in _of(kind, created)],
        )
        for kind in KINDS
    ]
    phases += [
        Phase(f"modify {kind}s", [Change("modify", ref, second[ref]) for ref in _of(kind, modified | late)])
        for kind in KINDS
    ]
    phases += _deletes(first, first.keys() - second.keys())
    return [phase for phase in phases if phase.changes]


def first_content(content: Content, created: set[Ref]) -> Content:
    """Return the content with which a new element is created: without new relations, which may form cycles."""
    return content._replace(
        uses=tuple(use for use in content.uses if use.ref.kind != "relation" or use.ref not in created)
    )


def _deletes(first: World, deleted: set[Ref]) -> Iterator[Phase]:
    """Yield the phases of deletes. Relations that no remaining relation uses come first; a cycle is one phase."""
    left = set(_of("relation", deleted))
    while left:
        used = {use.ref for ref in left for use in first[ref].uses if use.ref != ref}
        top = left - used
        yield Phase("delete relations", _delete(sorted(top or left)), is_one_upload=not top)
        left -= top or left
    for kind in ("way", "node"):
        yield Phase(f"delete {kind}s", _delete(_of(kind, deleted)))


def _delete(refs: list[Ref]) -> list[Change]:
    return [Change("delete", ref, None) for ref in refs]


def _of(kind: str, refs: set[Ref]) -> list[Ref]:
    return sorted(ref for ref in refs if ref.kind == kind)
