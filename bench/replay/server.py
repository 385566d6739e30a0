"""The replay itself: users who upload changes, and the state that the server should have reached."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import ceil
from xml.sax.saxutils import quoteattr

from bench.mapper import Mapper, Ref, Result

from .plan import Change, Phase
from .tally import Tally, degrees
from .world import Content, World


@dataclass
class State:
    """What the server should contain after the uploads so far; ids are those of the files."""

    world: World
    versions: dict[Ref, int]
    """The versions of all elements that it ever had, deleted ones included."""
    new_ids: dict[Ref, int] = field(default_factory=dict)
    tallies: dict[int, Tally] = field(default_factory=dict)
    uploads: int = 0

    def id_of(self, ref: Ref) -> int:
        """Return the server's id of an element."""
        return self.new_ids.get(ref, ref.id)


@dataclass
class _User:
    mapper: Mapper
    changeset: int = 0
    room: int = 0
    """How many more changes fit into the changeset."""


class Replay:
    """Several users who make the changes of a plan, each with a connection and changesets of their own."""

    def __init__(self, base_url: str, tokens: list[str], state: State, *, most: int) -> None:
        self.state = state
        self._users = [_User(Mapper(base_url, token)) for token in tokens]
        self._most = most
        self._lock = threading.Lock()

    def run(self, phase: Phase) -> None:
        """Share a phase among the users, and wait for the last upload. Raises Refusal."""
        batches = iter(self._batches(phase))
        with ThreadPoolExecutor(len(self._users)) as pool:
            for done in [pool.submit(self._work, user, batches) for user in self._users]:
                done.result()
        for change in phase.changes:
            if change.content is None:
                del self.state.world[change.ref]
            else:
                self.state.world[change.ref] = change.content

    def close(self) -> None:
        for user in self._users:
            if user.changeset:
                user.mapper.close_changeset(user.changeset)

    def _batches(self, phase: Phase) -> list[list[Change]]:
        size = min(self._most, max(1, ceil(len(phase.changes) / len(self._users))))
        if phase.is_one_upload:
            size = len(phase.changes)
        return [phase.changes[start : start + size] for start in range(0, len(phase.changes), size)]

    def _work(self, user: _User, batches: Iterator[list[Change]]) -> None:
        while True:
            with self._lock:
                changes = next(batches, None)
            if changes is None:
                return
            if user.room < len(changes):
                if user.changeset:
                    user.mapper.close_changeset(user.changeset)
                user.changeset, user.room = user.mapper.open_changeset("replay"), self._most
            user.room -= len(changes)
            results = user.mapper.upload(user.changeset, document(user.changeset, changes, self.state))
            with self._lock:
                self._note(user.changeset, changes, results)

    def _note(self, changeset: int, changes: list[Change], results: list[Result]) -> None:
        state = self.state
        state.uploads += 1
        tally = state.tallies.setdefault(changeset, Tally())
        for number, (change, result) in enumerate(zip(changes, results, strict=True), 1):
            old_id = -number if change.action == "create" else state.id_of(change.ref)
            expected = state.versions.get(change.ref, 0) + 1
            version = None if change.action == "delete" else expected
            if (result.kind, result.old_id, result.version) != (change.ref.kind, old_id, version):
                raise ValueError(f"{change.action} of {change.ref} returned {result}")
            if change.action == "create" and result.new_id is not None:
                state.new_ids[change.ref] = result.new_id
            state.versions[change.ref] = expected
            tally.add(change, state.world)


def document(changeset: int, changes: Iterable[Change], state: State) -> bytes:
    """Return the osmChange document; the placeholders of new elements are -1, -2 and so on."""
    parts = []
    for number, change in enumerate(changes, 1):
        kind, content = change.ref.kind, change.content
        id_ = -number if change.action == "create" else state.id_of(change.ref)
        head = f'{kind} id="{id_}" changeset="{changeset}" version="{state.versions.get(change.ref, 0)}"'
        inner = _inside(kind, content, state) if content else ""
        if content and content.position:
            head += f' lat="{degrees(content.position[0])}" lon="{degrees(content.position[1])}"'
        parts.append(f"<{change.action}><{head}>{inner}</{kind}></{change.action}>")
    return f'<osmChange version="0.6">{"".join(parts)}</osmChange>'.replace("</delete><delete>", "").encode()


def _inside(kind: str, content: Content, state: State) -> str:
    tags = [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in content.tags.items()]
    if kind == "way":
        return "".join([f'<nd ref="{state.id_of(use.ref)}"/>' for use in content.uses] + tags)
    members = [
        f'<member type="{use.ref.kind}" ref="{state.id_of(use.ref)}" role={quoteattr(use.role)}/>'
        for use in content.uses
    ]
    return "".join(members + tags)
