"""The quick reader of PBF stores what the general one does, and leaves to it whatever is out of the ordinary."""

import io
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import osmium
import pytest
from django.core.management import CommandError
from django.db import connection, transaction
from osmium.osm.mutable import Node, Relation, Way

from apps.osm.quadtile import tile_of
from apps.planet import importer, pbf, protobuf
from apps.planet.columns import read_ordinary, tiles_of
from apps.planet.errors import NotOrdinaryError
from tests.extracts import COUNTS, EXTRACTS
from tests.planet.helpers import convert, run

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

ALICE = "v1 dV c1 t2020-01-01T00:00:00Z i5 ualice"
NODE = f"n1 {ALICE} x9.5 y47.1"


def contents() -> dict[str, list[Any]]:
    """Every column of every row that an import writes, as PostgreSQL prints them."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")
            found[table] = cursor.fetchall()
        cursor.execute("SELECT id, display_name, created_at FROM users_user ORDER BY 1")
        found["users"] = cursor.fetchall()
    return found


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each attempt to read a file the quick way, whether that was done to the end."""
    attempts: list[bool] = []

    def read(*arguments: Any) -> None:
        attempts.append(False)
        read_ordinary(*arguments)
        attempts[-1] = True

    monkeypatch.setattr(importer, "read_ordinary", read)
    return attempts


def outcome(path: Path) -> dict[str, list[Any]] | str:
    """What an import leaves in the database, or why it was refused; the database is empty again."""
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
    """The same without the quick reader."""

    def refuse(*_arguments: object) -> None:
        raise NotOrdinaryError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importer, "read_ordinary", refuse)
        return outcome(path)


def random_world(path: Path, random: Random, count: int, options: str = "") -> Path:
    """A sorted file with about so many elements."""

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


def test_the_tile_of_many_positions_is_that_of_each() -> None:
    random = Random(1)
    lats = [
        -900_000_000,
        900_000_000,
        0,
        -1,
        *(random.randint(-900_000_000, 900_000_000) for _ in range(9999)),
    ]
    lons = [-1_800_000_000, 1_800_000_000, -1, 0, *(random.randint(-(10**9), 10**9) for _ in range(9999))]
    expected = [tile_of(lat, lon) for lat, lon in zip(lats, lons, strict=True)]
    assert tiles_of(np.array(lats), np.array(lons)).tolist() == expected


def test_varints_are_decoded_up_to_64_bits() -> None:
    numbers = [0, 1, 127, 128, 300, 2**32, 2**63 - 1, 2**63, 2**64 - 1]
    message = b"".join(varint(number) for number in numbers)
    assert protobuf.varints(message)[0].tolist() == numbers
    zigzag = [0, 1, 2, 3, 2**64 - 2, 2**64 - 1]
    assert protobuf.signed(np.array(zigzag, np.uint64)).tolist() == [0, -1, 1, -2, 2**63 - 1, -(2**63)]
    with pytest.raises(NotOrdinaryError):
        protobuf.varints(b"\x80")
    with pytest.raises(NotOrdinaryError):
        protobuf.varints(b"\x80" * 10 + b"\x01")


def varint(number: int) -> bytes:
    digits = []
    while number > 127:
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("path", EXTRACTS)
def test_it_stores_of_an_extract_what_the_general_reader_stores(path: Path, reading: list[bool]) -> None:
    quick = outcome(path)
    assert reading == [True]
    assert isinstance(quick, dict)
    assert len(quick["nodes"]) == COUNTS[path][0]
    assert quick == general_outcome(path)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_it_stores_of_any_world_what_the_general_reader_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: list[bool], seed: int
) -> None:
    random = Random(seed)
    monkeypatch.setattr(importer, "BULK_SIZE", random.choice([0, 1 << 20]))
    # A block holds 8,000 elements.
    path = random_world(tmp_path / "world.osm.pbf", random, 25_000 if seed == 0 else random.randint(1, 300))
    quick = outcome(path)
    assert reading == [True]
    assert quick == general_outcome(path)


@pytest.mark.django_db
def test_it_reads_files_that_name_neither_changesets_nor_authors(tmp_path: Path, reading: list[bool]) -> None:
    path = random_world(tmp_path / "a.osm.pbf", Random(1), 200, ",add_metadata=version+timestamp")
    quick = outcome(path)
    assert reading == [True]
    assert isinstance(quick, dict)
    assert len(quick["changesets_changeset"]) == 1
    assert quick == general_outcome(path)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        ",pbf_dense_nodes=false",
        ",pbf_compression=none",
        ",add_metadata=none",
        ",add_metadata=version",
        ",add_metadata=version+timestamp+changeset",
        ",add_metadata=version+timestamp+uid+user",
    ],
)
def test_it_leaves_other_ways_of_writing_to_the_general_reader(
    tmp_path: Path, reading: list[bool], options: str
) -> None:
    path = random_world(tmp_path / "a.osm.pbf", Random(1), 200, options)
    found = outcome(path)
    assert reading == [False]
    assert isinstance(found, dict)
    assert found["nodes"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opl", "place"),
    [
        (f"n2 {ALICE} x1 y1\nn1 {ALICE} x1 y1", ""),
        (f"w1 {ALICE} Nn1\nn1 {ALICE} x1 y1", ""),
        (f"r1 {ALICE} Mn1@\nw1 {ALICE} Nn1", ""),
        (f"{NODE}\n{NODE.replace('v1', 'v2')}", ""),
        (f"w1 {ALICE} Nn1\nw1 {ALICE} Nn2".replace("w1 v1", "w1 v2", 1), ""),
        (NODE.replace("dV", "dD"), ""),
        (NODE.replace("v1", "v0"), ""),
        (NODE.replace("c1", "c0"), ""),
        (NODE.replace("t2020-01-01T00:00:00Z", ""), ""),
        (f"{NODE}\n{NODE}", "node 1"),
        (f"r1 {ALICE} Mn1@\nr1 {ALICE} Mn1@", "relation 1"),
        (NODE.replace("n1", "n-1"), "node -1"),
        (NODE.replace("n1", "n0"), "node 0"),
        (NODE.replace("y47.1", "y91"), "node 1"),
        (NODE.replace("x9.5", "x-180.0000001"), "node 1"),
        (NODE.replace("x9.5 y47.1", "x y"), "node 1"),
        (f"{NODE} Tname={'x' * 256}", "node 1"),
        (f"{NODE} Tname=%1%", "node 1"),
        (f"{NODE} Tname=%fffe%", "node 1"),
        (f"{NODE} Tname=a,name=b", "node 1"),
        (NODE.replace("ualice", "u" + "x" * 256), "user 5"),
        (f"w1 {ALICE} Tname=a,name=b Nn1", "way 1"),
        (f"w1 {ALICE} Nn1,n0", "way 1"),
        (f"w1 {ALICE} Nn1,n-1", "way 1"),
        (f"w1 {ALICE} N" + ",".join(["n1"] * 2001), "way 1"),
        (f"r1 {ALICE} Mn1@" + "r" * 256, "relation 1"),
        (f"r1 {ALICE} Mn0@", "relation 1"),
        (f"r1 {ALICE} M" + ",".join(["n1@"] * 32_001), "relation 1"),
    ],
    ids=lambda value: value[:40],
)
def test_it_leaves_what_is_out_of_the_ordinary_to_the_general_reader(
    tmp_path: Path, reading: list[bool], opl: str, place: str
) -> None:
    # Only histories say of what is deleted that it is.
    path = convert(f"{opl}\n", tmp_path / ("odd.osh.pbf" if "dD" in opl else "odd.osm.pbf"))
    found = outcome(path)
    assert reading == [False]
    if place:
        assert isinstance(found, str)
        assert place in found
    else:
        assert isinstance(found, dict)
        assert any(found[table] for table in importer._TABLES)


@pytest.mark.django_db
def test_it_takes_back_what_it_has_written_before_it_gives_up(tmp_path: Path, reading: list[bool]) -> None:
    lines = [f"n{id_} {ALICE} x1 y{id_ % 90} Tname=a{id_}\n" for id_ in range(1, 20_000)]
    path = convert("".join([*lines, f"n20000 {ALICE} x1 y1\nn20000 v2 x1 y2\n"]), tmp_path / "late.osm.pbf")
    found = outcome(path)
    assert reading == [False]
    assert isinstance(found, dict)
    assert (len(found["nodes"]), len(found["old_nodes"])) == (20_000, 1)


def compressed(content: bytes) -> bytes:
    """A blob."""
    packed = zlib.compress(content)
    return b"\x10" + varint(len(content)) + b"\x1a" + varint(len(packed)) + packed


def pbf_file(blobs: list[tuple[bytes, bytes]], blob: Callable[[bytes], bytes] = compressed) -> bytes:
    """A file of blobs as type and content."""
    parts = []
    for type_, content in blobs:
        packed = blob(content)
        header = b"\n" + varint(len(type_)) + type_ + b"\x18" + varint(len(packed))
        parts += [len(header).to_bytes(4, "big"), header, packed]
    return b"".join(parts)


def flipped(content: bytes, random: Random) -> bytes:
    changed = bytearray(content)
    for _ in range(random.choice([1, 1, 3])):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


@pytest.mark.django_db
@pytest.mark.parametrize("field", [(4 << 3 | 2, b"HistoricalInformation"), (1 << 3 | 2, b"\x08")])
def test_it_leaves_files_with_an_unusual_header_to_the_general_reader(
    tmp_path: Path, reading: list[bool], field: tuple[int, bytes]
) -> None:
    path = random_world(tmp_path / "a.osm.pbf", Random(3), 50)
    (type_, header), *blocks = pbf._blobs(io.BytesIO(path.read_bytes()))
    addition = varint(field[0]) + varint(len(field[1])) + field[1]
    path.write_bytes(pbf_file([(type_, header + addition), *blocks]))
    found = outcome(path)
    assert found == general_outcome(path)
    assert reading == [False]


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cut off", "damaged", "damaged before it was packed"])
def test_a_broken_file_is_refused_or_gives_what_the_general_reader_gives(
    tmp_path: Path, reading: list[bool], kind: str
) -> None:
    """A quick success is compared; where the quick reader gives up, the general one has had its say."""
    random = Random(kind)
    whole = random_world(tmp_path / "whole.osm.pbf", random, 120).read_bytes()
    blobs = list(pbf._blobs(io.BytesIO(whole)))
    assert pbf_file(blobs)
    for number in range(100):
        if kind == "cut off":
            content = whole[: random.randrange(1, len(whole))]
        elif kind == "damaged":
            content = flipped(whole, random)
        else:
            place = random.randrange(len(blobs))
            broken = [(type_, flipped(text, random)) for type_, text in blobs[place : place + 1]]
            content = pbf_file([*blobs[:place], *broken, *blobs[place + 1 :]])
        path = tmp_path / f"{number}.osm.pbf"
        path.write_bytes(content)
        found = outcome(path)
        if reading[-1]:
            assert found == general_outcome(path), f"{kind} {number}"
    assert len(reading) == 100
