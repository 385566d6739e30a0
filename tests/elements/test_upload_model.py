"""Random uploads, compared with a small model of the rules that was written from the API page alone."""

import os
import random
from itertools import groupby
from typing import Any

import pytest
from django.db import transaction

from apps.changesets import actions
from apps.elements.models import Node, OldNode, OldRelation, OldWay, Relation, RelationMember, Way, WayNode
from apps.elements.upload import upload
from apps.osm.elements import ElementType
from apps.osm.errors import OsmError
from apps.osm.osmchange import Limits
from apps.osm.osmxml import DiffResultLine
from apps.users.models import User
from tests import worlds

CASES = int(os.environ.get("OSMSITE_MODEL_CASES", "400"))
KINDS = ["node", "way", "relation"]
LIMITS = Limits(10, 10)
Ref = tuple[str, int]

WORLD = """
    n1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.5 y47.1 T
    n2 v2 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.5 y47.1 T
    n3 v2 dD c1 t2020-01-01T00:00:00Z i900 ucarol x y T
    n4 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol x9.5 y47.1 T
    w1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Nn1,n2
    w2 v3 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Nn2,n4,n2
    r1 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mw1@,n4@
    r2 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mr1@
    r3 v1 dV c1 t2020-01-01T00:00:00Z i900 ucarol T Mr2@,r3@
"""
STORED: dict[Ref, tuple[int, bool, list[Ref]]] = {
    ("node", 1): (1, True, []),
    ("node", 2): (2, True, []),
    ("node", 3): (2, False, []),
    ("node", 4): (1, True, []),
    ("way", 1): (1, True, [("node", 1), ("node", 2)]),
    ("way", 2): (3, True, [("node", 2), ("node", 4), ("node", 2)]),
    ("relation", 1): (1, True, [("way", 1), ("node", 4)]),
    ("relation", 2): (1, True, [("relation", 1)]),
    ("relation", 3): (1, True, [("relation", 2), ("relation", 3)]),
}


class Refusal(Exception):  # noqa: N818
    pass


class Model:
    """Elements as (version, visible, references); new elements keep their placeholders as ids."""

    def __init__(self) -> None:
        self.elements = dict(STORED)
        self.results: list[tuple[str, int, int | None]] = []

    def users(self, ref: Ref) -> set[Ref]:
        return {
            other
            for other, (_, visible, refs) in self.elements.items()
            if visible and ref in refs and other != ref
        }

    def run(self, changes: list[dict[str, Any]]) -> None:
        for (action, kind), group in groupby(changes, key=lambda change: (change["action"], change["kind"])):
            run = list(group)
            if action == "delete":
                self.delete(kind, run)
                continue
            for change in run:
                ref = (kind, change["id"])
                known = self.elements.get(ref)
                if action == "create":
                    if known is not None:
                        raise Refusal("PlaceholderError")
                    version = 0
                else:
                    version = self.existing(ref)[0]
                    if version != change["version"]:
                        raise Refusal("VersionMismatchError")
                for used in change["refs"]:
                    if used[1] < 0 and used not in self.elements:
                        raise Refusal("PlaceholderError")
                if any(not self.elements.get(used, (0, False, []))[1] for used in change["refs"]):
                    raise Refusal("MissingReferencesError")
                self.elements[ref] = (version + 1, True, change["refs"])
                self.results.append((kind, change["id"], version + 1))

    def existing(self, ref: Ref) -> tuple[int, bool, list[Ref]]:
        if ref not in self.elements:
            raise Refusal("PlaceholderError" if ref[1] < 0 else "NotFoundError")
        return self.elements[ref]

    def delete(self, kind: str, run: list[dict[str, Any]]) -> None:
        together: set[Ref] = set()
        if kind == "relation":
            together = {(kind, change["id"]) for change in run}
            for ref in together:
                if ref[1] < 0 and ref not in self.elements:
                    raise Refusal("PlaceholderError")
            while True:
                free = {ref for ref in together if not self.users(ref) - together}
                if free == together:
                    break
                together = free
        for change in run:
            ref = (kind, change["id"])
            version, visible, _refs = self.existing(ref)
            if not visible:
                if not change["if_unused"]:
                    raise Refusal("AlreadyDeletedError")
                self.results.append((kind, change["id"], version))
            elif version != change["version"]:
                raise Refusal("VersionMismatchError")
            elif self.users(ref) - together:
                if not change["if_unused"]:
                    raise Refusal("StillUsedError")
                self.results.append((kind, change["id"], version))
            else:
                self.elements[ref] = (version + 1, False, [])
                self.results.append((kind, change["id"], None))


def random_changes(dice: random.Random) -> list[dict[str, Any]]:
    """Return changes that are mostly valid, so that many uploads succeed."""
    guess = Model()
    changes: list[dict[str, Any]] = []
    for number in range(dice.randint(1, 9)):
        kind = dice.choice(KINDS)
        action = dice.choice(["create", "create", "modify", "delete", "delete"])
        known = [ref for ref in guess.elements if ref[0] == kind]
        if action == "create":
            ref = (kind, -dice.randint(1, 30) if dice.random() < 0.1 else -100 - number)
        else:
            ref = dice.choice(known) if dice.random() < 0.95 else (kind, dice.choice([77, -77]))
        version = guess.elements.get(ref, (0,))[0]
        change: dict[str, Any] = {
            "action": action,
            "kind": kind,
            "id": ref[1],
            "version": version if version and dice.random() < 0.95 else dice.randint(1, 4),
            "if_unused": action == "delete" and dice.random() < 0.4,
            "refs": [],
        }
        if kind != "node" and action != "delete":
            candidates = [
                other
                for other, (_, visible, _refs) in guess.elements.items()
                if (visible or dice.random() < 0.05) and (kind == "relation" or other[0] == "node")
            ]
            change["refs"] = dice.choices(candidates, k=dice.randint(1, 3))
            if dice.random() < 0.05:
                change["refs"].append(("node", dice.choice([88, -88])))
        changes.append(change)
        try:
            guess.run([change])
        except Refusal:
            pass
    return changes


def to_xml(changes: list[dict[str, Any]], changeset: int) -> bytes:
    parts = []
    for change in changes:
        position = ' lat="47.1" lon="9.5"' if change["kind"] == "node" else ""
        children = "".join(
            f'<nd ref="{ref}"/>'
            if change["kind"] == "way"
            else f'<member type="{kind}" ref="{ref}" role=""/>'
            for kind, ref in change["refs"]
        )
        flag = ' if-unused="true"' if change["if_unused"] else ""
        parts.append(
            f'<{change["action"]}{flag}><{change["kind"]} id="{change["id"]}" version="{change["version"]}" '
            f'changeset="{changeset}"{position}>{children}</{change["kind"]}></{change["action"]}>'
        )
    return f"<osmChange>{''.join(parts)}</osmChange>".encode()


def stored(names: dict[Ref, int]) -> dict[Ref, tuple[int, bool, list[Ref]]]:
    """Return the elements in the database, with placeholders as the ids of new ones."""
    called = {(kind, real): placeholder for (kind, placeholder), real in names.items()}

    def name(kind: str, number: int) -> Ref:
        return (kind, called.get((kind, number), number))

    found: dict[Ref, tuple[int, bool, list[Ref]]] = {}
    for node in Node.objects.values("id", "version", "visible"):
        found[name("node", node["id"])] = (node["version"], node["visible"], [])
    for way in Way.objects.values("id", "version", "visible", "nodes"):
        refs = [name("node", node) for node in way["nodes"]]
        found[name("way", way["id"])] = (way["version"], way["visible"], refs)
    for relation in Relation.objects.values("id", "version", "visible", "member_types", "member_refs"):
        pairs = zip(relation["member_types"], relation["member_refs"], strict=True)
        refs = [name(ElementType(kind).label, ref) for kind, ref in pairs]
        found[name("relation", relation["id"])] = (relation["version"], relation["visible"], refs)
    return found


def check_lookups() -> None:
    """Check that the reverse lookups match the elements, and that histories have no gaps."""
    ways = Way.objects.filter(visible=True).values_list("id", "nodes")
    assert set(WayNode.objects.values_list("node_id", "way_id")) == {
        (n, way) for way, nodes in ways for n in nodes
    }
    relations = Relation.objects.filter(visible=True).values_list("id", "member_types", "member_refs")
    assert set(RelationMember.objects.values_list("member_type", "member_id", "relation_id")) == {
        (kind, ref, relation)
        for relation, kinds, refs in relations
        for kind, ref in zip(kinds, refs, strict=True)
    }
    for current, old in ((Node, OldNode), (Way, OldWay), (Relation, OldRelation)):
        versions: dict[int, set[int]] = {}
        for element, version in old._default_manager.values_list("id", "version"):
            versions.setdefault(element, set()).add(version)
        for element, version in current._default_manager.values_list("id", "version"):
            kept = versions.get(element, set())
            assert kept == set(range(min(kept, default=version), version))


@pytest.mark.slow
def test_random_uploads_do_what_the_model_does(alice: User) -> None:
    worlds.load(WORLD)
    dice = random.Random(20260)
    outcomes: dict[str, int] = {}
    for case in range(CASES):
        changes = random_changes(dice)
        model, expected = Model(), "done"
        try:
            model.run(changes)
        except Refusal as refusal:
            expected = str(refusal)
        outcomes[expected] = outcomes.get(expected, 0) + 1
        with transaction.atomic():
            changeset = actions.open_changeset(alice, tags={})
            document = to_xml(changes, changeset.pk)
            results: list[DiffResultLine] = []
            outcome = "done"
            try:
                results = upload(alice, changeset_id=changeset.pk, document=document, limits=LIMITS)
            except OsmError as error:
                outcome = type(error).__name__
            assert outcome == expected, (case, document.decode())
            if outcome == "done":
                found = [(result.type.label, result.old_id, result.new_version) for result in results]
                assert found == model.results, document.decode()
                names = {(r.type.label, r.old_id): r.new_id for r in results if r.new_id and r.old_id < 0}
                assert stored(names) == model.elements, document.decode()
                check_lookups()
            transaction.set_rollback(True)
    assert len(outcomes) >= min(7, CASES), outcomes
