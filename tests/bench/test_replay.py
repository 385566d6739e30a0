"""A small `bench.replay`: four users turn one extract into another, and the server stores it down to the last role."""

import random
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import osmium
import pytest
from pytest_django.live_server_helper import LiveServer

from apps.changesets.models import Changeset
from apps.elements.models import Node, Relation, Way
from bench.replay.__main__ import compare, replay
from bench.replay.plan import plan
from bench.replay.server import State
from bench.replay.world import complete, read
from tests import needs, worlds

# Relations in cycles: 1 and 2 are deleted, 90 and 91 are new; 3 loses members that the second extract lacks.
FIRST = """
    r1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mr2@,n1@
    r2 v4 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mr1@a,r1@b
    r3 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mw7777@cut,r1@,n1@kept
    r4 v2 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mr4@self,n2@
"""
SECOND = """
    r3 v1 dV c0 t2020-01-01T00:00:00Z i0 u T Mw7777@cut,r1@,n1@kept
    r4 v9 dV c0 t2020-01-01T00:00:00Z i0 u Tname=%22%&%3c%%0a%x Mr90@,r4@self
    r90 v3 dV c0 t2020-01-01T00:00:00Z i0 u T Mr91@,r90@,n1@
    r91 v1 dV c0 t2020-01-01T00:00:00Z i0 u T Mr90@,w7777@
"""
HEAD = "dV c0 t2020-01-01T00:00:00Z i0 u"


def two_worlds() -> tuple[str, str]:
    """Return a village, and the same village some years later, as OPL."""
    dice = random.Random(4)
    nodes = {n: (9.5 + dice.random() / 10, 47.1 + dice.random() / 10) for n in range(1, 401)}
    ways = {n: dice.choices(sorted(nodes), k=dice.randint(1, 9)) for n in range(1, 81)}
    members = {n: dice.choices(sorted(ways), k=dice.randint(0, 6)) for n in range(10, 31)}

    def written(version: Callable[[int], int]) -> str:
        lines = [f"n{n} v{version(n)} {HEAD} x{x:.7f} y{y:.7f} Ta={n % 7}" for n, (x, y) in nodes.items()]
        lines += [f"w{n} v{version(n)} {HEAD} T N{','.join(f'n{ref}' for ref in ways[n])}" for n in ways]
        lines += [
            f"r{n} v{version(n)} {HEAD} Tb={n} M{','.join(f'w{ref}@x' for ref in members[n])}"
            for n in members
        ]
        return "\n".join(lines)

    first = written(lambda n: 1 + n % 3)
    for n in range(1001, 1200):
        nodes[n] = (9.6 + dice.random() / 10, 47.2)
    for n in [n for n in ways if n % 5 == 0]:
        del ways[n]
    for n in [*(n for n in ways if n % 3 == 0), *range(1001, 1040)]:
        ways[n] = dice.choices([n for n in nodes if n % 4], k=dice.randint(2, 9))
    used = {ref for refs in ways.values() for ref in refs} | {1, 2}
    for n in set(nodes) - used:
        del nodes[n]
    for n in [n for n in nodes if n % 6 == 0]:
        nodes[n] = (nodes[n][0] + 0.001, nodes[n][1])
    for n in [*(n for n in members if n % 4 == 0), 1001, 1002]:
        members[n] = dice.choices(sorted(ways), k=4)
    members = {n: [ref for ref in refs if ref in ways] for n, refs in members.items() if n % 7}
    return first + FIRST, written(lambda n: 2 + n % 6 if n % 3 == 0 or n % 4 == 0 else 1 + n % 3) + SECOND


def write(path: Path, opl: str) -> Path:
    lines = [line.strip() for line in opl.splitlines() if line.strip()]
    lines.sort(key=lambda line: ("nwr".index(line[0]), int(line.split()[0][1:])))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    first, second = two_worlds()
    return write(tmp_path / "first.opl", first), write(tmp_path / "second.opl", second)


def replayed(live_server: LiveServer, tokens: list[str], files: tuple[Path, Path]) -> State:
    worlds.load(files[0].read_text())
    return replay(live_server.url, tokens, *files, most=50)


def test_a_replay_turns_one_extract_into_another(
    live_server: LiveServer, tokens: list[str], files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    state = replayed(live_server, tokens, files)
    assert compare(live_server.url, state) == 0, capsys.readouterr().out
    visible = [
        Node.objects.filter(visible=True).count(),
        Way.objects.filter(visible=True).count(),
        Relation.objects.filter(visible=True).count(),
    ]
    kinds = [ref.kind for ref in state.world]
    assert visible == [kinds.count(kind) for kind in ("node", "way", "relation")]
    changesets = Changeset.objects.filter(id__in=state.tallies)
    assert len({changeset.user_id for changeset in changesets}) == 4
    for changeset in changesets:
        past = {"create": "created", "modify": "modified", "delete": "deleted"}
        counts = {
            (action, kind): getattr(changeset, f"num_{past[action]}_{kind}s")
            for action in past
            for kind in ("node", "way", "relation")
        }
        assert counts == {key: state.tallies[changeset.pk].counts[key] for key in counts}
        assert not changeset.is_open()


def test_each_kind_of_difference_is_found(
    live_server: LiveServer, tokens: list[str], files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    state = replayed(live_server, tokens, files)
    changeset = max(state.tallies)
    Node.objects.filter(id=1).update(lat=1)
    Node.objects.filter(id=2).update(version=99)
    Way.objects.filter(id=1).update(nodes=[1])
    Relation.objects.filter(id=3).update(member_roles=["other"])
    Changeset.objects.filter(id=changeset).update(num_changes=7, max_lat=1)
    capsys.readouterr()
    assert compare(live_server.url, state) == 6
    printed = capsys.readouterr().out
    assert "version 99" in printed
    assert "Use(ref=Ref(kind='node', id=1), role='other')" in printed
    assert f"changeset {changeset}: 7 changes, not" in printed
    assert f"changeset {changeset}: bbox" in printed


def test_the_changes_are_those_that_osmium_derives(files: tuple[Path, Path], tmp_path: Path) -> None:
    osmium_tool = needs.program("osmium", package="osmium-tool")
    derived = tmp_path / "changes.osc"
    subprocess.run([osmium_tool, "derive-changes", *map(str, files), "-o", str(derived)], check=True)
    items: Iterable[Any] = osmium.FileProcessor(derived)
    expected = {(item.type_str(), item.id, item.visible) for item in items}
    (here, versions), (there, later) = read(files[0]), read(files[1])
    phases = plan(
        here, complete(there), {ref for ref in here.keys() & there.keys() if versions[ref] != later[ref]}
    )
    planned = {
        (change.ref.kind[0], change.ref.id, change.content is not None): change.ref
        for phase in phases
        for change in phase.changes
    }
    assert expected <= planned.keys()
    # Relations with the same version in both files, whose members are gone or new.
    more = {planned[key] for key in planned.keys() - expected}
    assert ("relation", 3) in more
    assert all(ref.kind == "relation" and versions[ref] == later[ref] for ref in more)
