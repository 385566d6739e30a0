"""PBF files to import, and what an import makes of them."""

from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import osmium
import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from osmium.osm.mutable import Node, Relation, Way

from apps.planet import importer
from apps.planet.errors import NotOrdinaryError
from tests.planet.helpers import run

TEXTS = [
    "",
    "name",
    "ref:éß",
    "日本語",
    "𝄞 clef",
    'quo"te',
    "back\\slash",
    "a\tb\nc",
    "\x7f",
    "x" * 255,
    "é" * 255,
]
TABLES = [*importer._TABLES, "changesets_changeset"]


def contents() -> dict[str, list[Any]]:
    """Return every column of every row that an import writes, as PostgreSQL prints them."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")
            found[table] = cursor.fetchall()
        cursor.execute("SELECT id, display_name, created_at FROM users_user ORDER BY 1")
        found["users"] = cursor.fetchall()
    return found


def outcome(path: Path) -> dict[str, list[Any]] | str:
    """Import a file and roll it back. Returns what it left in the database, or why it was refused."""
    with transaction.atomic():
        before = contents()
        try:
            run(path)
        except CommandError as error:
            found, refusal = contents(), str(error)
        else:
            return contents()
        finally:
            transaction.set_rollback(True)
    assert found == before
    assert "\n" not in refusal
    return refusal


def general_outcome(path: Path) -> dict[str, list[Any]] | str:
    """Do the same with pyosmium instead of the fast reader."""

    def refuse(*_arguments: object) -> None:
        raise NotOrdinaryError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importer, "read_ordinary", refuse)
        return outcome(path)


def random_world(path: Path, random: Random, count: int, options: str = "") -> Path:
    """Write a sorted file with about `count` elements."""

    def ids(share: float) -> list[int]:
        highest = random.choice([count * 3, 2**33, 2**62])
        return sorted({random.randint(1, highest) for _ in range(int(count * share))})

    def common(id_: int) -> dict[str, Any]:
        uid = random.choice([0, 7, 8, 2**31 - 1])
        return {
            "id": id_,
            "version": random.choice([1, 2, 300, 2**31 - 1]),
            "visible": True,
            "changeset": 4 * random.randint(1, 5) + uid % 4,
            "timestamp": datetime.fromtimestamp(random.randint(1, 2**31 - 1), UTC),
            "uid": uid,
            "user": random.choice(["alice", "bob ß"]) if uid else "",
            "tags": {
                random.choice(TEXTS): random.choice(TEXTS) for _ in range(random.choice([0, 0, 0, 1, 9]))
            },
        }

    def member() -> tuple[str, int, str]:
        return random.choice("nwr"), random.randint(1, 2**40), random.choice(TEXTS)

    file = osmium.io.File(str(path), f"pbf{options}")
    with osmium.SimpleWriter(file, overwrite=True) as writer:
        for id_ in ids(0.8):
            corner = random.choice([(0, 0), (-180, -90), (180, 90)])
            place = (random.uniform(-180, 180), random.uniform(-90, 90))
            writer.add_node(Node(location=random.choice([place, place, corner]), **common(id_)))
        for id_ in ids(0.15):
            nodes = [
                random.randint(1, random.choice([99, 2**62])) for _ in range(random.choice([0, 1, 5, 90]))
            ]
            writer.add_way(Way(nodes=nodes, **common(id_)))
        for id_ in ids(0.05):
            members = [member() for _ in range(random.choice([0, 1, 5, 90]))]
            writer.add_relation(Relation(members=members, **common(id_)))
    return path


def varint(number: int) -> bytes:
    digits = []
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])
