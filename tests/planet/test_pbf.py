"""The fast PBF reader stores the same as the general one, and leaves unusual files to it."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from apps.osm.quadtile import tile_of
from apps.planet import importer, protobuf
from apps.planet.columns import tiles_of
from apps.planet.errors import NotOrdinaryError
from tests.extracts import COUNTS, EXTRACTS
from tests.planet.helpers import convert, run
from tests.planet.pbf_files import general_outcome, outcome, random_world, varint

ALICE = "v1 dV c1 t2020-01-01T00:00:00Z i5 ualice"
NODE = f"n1 {ALICE} x9.5 y47.1"


def test_tiles_of_many_positions_equal_those_of_each_position() -> None:
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


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("path", EXTRACTS)
def test_both_readers_store_the_same_for_an_extract(path: Path, fast_reads: list[bool]) -> None:
    fast = outcome(path)
    assert fast_reads == [True]
    assert isinstance(fast, dict)
    assert len(fast["nodes"]) == COUNTS[path][0]
    assert fast == general_outcome(path)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_both_readers_store_the_same_for_random_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fast_reads: list[bool], seed: int
) -> None:
    random = Random(seed)
    monkeypatch.setattr(importer, "BULK_SIZE", random.choice([0, 1 << 20]))
    # A block holds 8,000 elements.
    path = random_world(tmp_path / "world.osm.pbf", random, 25_000 if seed == 0 else random.randint(1, 300))
    fast = outcome(path)
    assert fast_reads == [True]
    assert fast == general_outcome(path)


@pytest.mark.django_db
def test_it_reads_files_without_changesets_and_authors(tmp_path: Path, fast_reads: list[bool]) -> None:
    path = random_world(tmp_path / "a.osm.pbf", Random(1), 200, ",add_metadata=version+timestamp")
    fast = outcome(path)
    assert fast_reads == [True]
    assert isinstance(fast, dict)
    assert len(fast["changesets_changeset"]) == 1
    assert fast == general_outcome(path)


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
def test_it_leaves_unusual_encodings_to_the_general_reader(
    tmp_path: Path, fast_reads: list[bool], options: str
) -> None:
    path = random_world(tmp_path / "a.osm.pbf", Random(1), 200, options)
    found = outcome(path)
    assert fast_reads == [False]
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
        (f"{NODE} Tname={'x' * 256}", ""),
        (f"{NODE} Tname=%1%", ""),
        (f"{NODE} Tname=%fffe%", ""),
        (f"{NODE} Tname=a,name=b", ""),
        (NODE.replace("ualice", "u" + "x" * 256), ""),
        (f"w1 {ALICE} Tname=a,name=b Nn1", ""),
        (f"w1 {ALICE} Nn1,n0", "way 1"),
        (f"w1 {ALICE} Nn1,n-1", "way 1"),
        (f"w1 {ALICE} N" + ",".join(["n1"] * 2001), ""),
        (f"r1 {ALICE} Mn1@" + "r" * 256, ""),
        (f"r1 {ALICE} Mn0@", "relation 1"),
    ],
    ids=lambda value: value[:40],
)
def test_it_leaves_unusual_content_to_the_general_reader(
    tmp_path: Path, fast_reads: list[bool], opl: str, place: str
) -> None:
    # Only histories can mark an element as deleted.
    path = convert(f"{opl}\n", tmp_path / ("odd.osh.pbf" if "dD" in opl else "odd.osm.pbf"))
    found = outcome(path)
    assert fast_reads == [False]
    if place:
        assert isinstance(found, str)
        assert place in found
    else:
        assert isinstance(found, dict)
        assert any(found[table] for table in importer._TABLES)


@pytest.mark.django_db
def test_it_rolls_back_what_it_has_written_before_it_gives_up(tmp_path: Path, fast_reads: list[bool]) -> None:
    lines = [f"n{id_} {ALICE} x1 y{id_ % 90} Tname=a{id_}\n" for id_ in range(1, 20_000)]
    path = convert("".join([*lines, f"n20000 {ALICE} x1 y1\nn20000 v2 x1 y2\n"]), tmp_path / "late.osm.pbf")
    found = outcome(path)
    assert fast_reads == [False]
    assert isinstance(found, dict)
    assert (len(found["nodes"]), len(found["old_nodes"])) == (20_000, 1)


@pytest.mark.django_db
def test_a_remark_says_why_a_pbf_file_was_read_with_pyosmium(tmp_path: Path) -> None:
    slower = "read with pyosmium, which is slower"
    first = convert(f"{NODE}\n", tmp_path / "first.osm.pbf")
    assert "pyosmium" not in run(first)[1]
    second = convert(f"n2 {ALICE} x1 y1\n", tmp_path / "second.osm.pbf")
    assert run(second)[1].endswith(f"second.osm.pbf: {slower}: the fast PBF reader needs empty tables\n")


@pytest.mark.django_db
def test_a_remark_says_that_a_pbf_file_is_not_an_ordinary_extract(tmp_path: Path) -> None:
    path = convert(f"{NODE.replace('c1', 'c0')}\n", tmp_path / "unusual.osm.pbf")
    _out, err = run(path)
    assert "unusual.osm.pbf: read with pyosmium, which is slower: not an ordinary PBF extract" in err


@pytest.mark.django_db
def test_no_remark_is_printed_for_other_formats(tmp_path: Path) -> None:
    assert "pyosmium" not in run(convert(f"{NODE}\n", tmp_path / "world.opl"))[1]
