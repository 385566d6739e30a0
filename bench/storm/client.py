"""Clients that change the same elements at once, and log the server's response to each upload."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from bench.mapper import KINDS, Mapper, Ref, Refusal, Result

NODES, WAYS, RELATIONS = 40, 15, 8
_LONGEST = 12
"""The maximum of changes in an upload."""
_FULL = 9_000
"""Changes after which a client opens its next changeset."""


class Known(NamedTuple):
    """The last known state of an element."""

    version: int
    visible: bool


class WrittenVersion(NamedTuple):
    """A version that the server has confirmed."""

    action: str
    ref: Ref
    version: int
    changeset: int
    mark: str


@dataclass
class Log:
    """What has happened; shared by all clients."""

    known: dict[Ref, Known] = field(default_factory=dict)
    written: list[WrittenVersion] = field(default_factory=list)
    changesets: set[int] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    """Responses that no upload should get."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Change(NamedTuple):
    action: str
    ref: Ref
    version: int
    uses: list[Ref]


class _Client:
    """Uploads random changes in random order, so that locks are requested in any order."""

    def __init__(self, name: str, mapper: Mapper, log: Log, seed: int) -> None:
        self._name, self._mapper, self._log = name, mapper, log
        self._dice = random.Random(seed)
        self._changeset = self._count = self._uploads = 0

    def work(self, until: float) -> None:
        while time.monotonic() < until:
            self.upload(self._random_changes())

    def upload(self, changes: list[_Change]) -> None:
        if not self._changeset or self._count > _FULL:
            self._changeset, self._count = self._mapper.open_changeset(self._name), 0
            self._log.changesets.add(self._changeset)
        self._uploads += 1
        mark = f"{self._name}-{self._uploads}"
        document = _document(self._changeset, mark, changes, self._dice)
        try:
            results = self._mapper.upload(self._changeset, document)
        except Refusal as refusal:
            self._refused(refusal, changes)
            return
        self._count += len(results)
        with self._log.lock:
            self._log.statuses[200] += 1
            for change, result in zip(changes, results, strict=True):
                self._note(change, result, mark)

    def _note(self, change: _Change, result: Result, mark: str) -> None:
        ref = Ref(change.ref.kind, result.new_id or change.ref.id)
        version = change.version + 1 if result.version is None else result.version
        self._log.written.append(WrittenVersion(change.action, ref, version, self._changeset, mark))
        if ref not in self._log.known or self._log.known[ref].version < version:
            self._log.known[ref] = Known(version, change.action != "delete")

    def _refused(self, refusal: Refusal, changes: list[_Change]) -> None:
        """Read the elements of a refused upload again, as a mapper does."""
        with self._log.lock:
            self._log.statuses[refusal.status] += 1
            if refusal.status not in {404, 409, 410, 412}:
                self._log.unexpected.append(str(refusal))
        for kind in KINDS:
            refs = {change.ref for change in changes if change.ref.kind == kind} & self._log.known.keys()
            if not refs:
                continue
            listed = ",".join(str(ref.id) for ref in refs)
            for found in self._mapper.json(f"{kind}s.json?{kind}s={listed}")["elements"]:
                ref, seen = Ref(kind, found["id"]), Known(found["version"], found.get("visible", True))
                with self._log.lock:
                    self._log.known[ref] = max(self._log.known[ref], seen)

    def _random_changes(self) -> list[_Change]:
        dice = self._dice
        with self._log.lock:
            known = dict(self._log.known)
        pool = {kind: [ref for ref in known if ref.kind == kind] for kind in KINDS}
        alive = {kind: [ref for ref in pool[kind] if known[ref].visible] for kind in KINDS}
        touched: set[Ref] = set()
        changes = []
        for number in range(1, dice.randint(1, _LONGEST) + 1):
            kind = dice.choices(KINDS, [5, 3, 2])[0]
            ref = dice.choice(pool[kind])
            action = dice.choices(["modify", "delete", "create"], [12, 2, 1])[0]
            if action == "create" or ref in touched:
                change = _Change("create", Ref(kind, -number), 0, self._uses(kind, alive))
            elif action == "delete" and known[ref].visible:
                change = _Change("delete", ref, known[ref].version, [])
            else:
                change = _Change("modify", ref, known[ref].version, self._uses(kind, alive))
            if dice.random() < 0.002:
                change = _Change("modify", Ref(kind, 2**60), 1, self._uses(kind, alive))
            touched.add(change.ref)
            changes.append(change)
        return changes

    def _uses(self, kind: str, alive: dict[str, list[Ref]]) -> list[Ref]:
        if kind == "node":
            return []
        among = alive["node"] if kind == "way" else [ref for refs in alive.values() for ref in refs]
        return self._dice.choices(among or [Ref("node", 1)], k=self._dice.randint(1, 5))


def _document(changeset: int, mark: str, changes: list[_Change], dice: random.Random) -> bytes:
    parts = []
    for change in changes:
        kind = change.ref.kind
        position = (
            f' lat="{dice.uniform(47, 48):.7f}" lon="{dice.uniform(9, 10):.7f}"' if kind == "node" else ""
        )
        head = f'{kind} id="{change.ref.id}" version="{change.version}" changeset="{changeset}"{position}'
        inner = "".join(
            f'<nd ref="{use.id}"/>'
            if kind == "way"
            else f'<member type="{use.kind}" ref="{use.id}" role=""/>'
            for use in change.uses
        )
        parts.append(f'<{change.action}><{head}>{inner}<tag k="mark" v="{mark}"/></{kind}></{change.action}>')
    return f"<osmChange>{''.join(parts)}</osmChange>".encode()


def storm(base_url: str, tokens: list[str], *, clients: int, seconds: float) -> Log:
    """Create elements, and let the clients change them all at once. Returns the log."""
    log = Log()
    creator = _Client("first", Mapper(base_url, tokens[0]), log, 0)
    creator.upload(list(_first_elements()))
    if log.statuses[200] != 1:
        raise Refusal(400, f"the first elements were refused: {log.unexpected}")
    until = time.monotonic() + seconds
    crowd = [
        _Client(f"client{number}", Mapper(base_url, tokens[number % len(tokens)]), log, number + 1)
        for number in range(clients)
    ]
    with ThreadPoolExecutor(clients) as pool:
        for done in [pool.submit(client.work, until) for client in crowd]:
            done.result()
    return log


def _first_elements() -> Iterator[_Change]:
    for number in range(1, NODES + 1):
        yield _Change("create", Ref("node", -number), 0, [])
    for number in range(1, WAYS + 1):
        yield _Change("create", Ref("way", -number), 0, [Ref("node", -number), Ref("node", -number - 1)])
    for number in range(1, RELATIONS + 1):
        yield _Change("create", Ref("relation", -number), 0, [Ref("way", -number), Ref("node", -number)])
