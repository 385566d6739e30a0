"""The fast PBF reader on damaged files and unusual headers."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from apps.planet import pbf
from tests.planet.pbf_files import general_outcome, outcome, random_world, varint


def compressed(content: bytes) -> bytes:
    """Return a compressed blob."""
    packed = zlib.compress(content)
    return b"\x10" + varint(len(content)) + b"\x1a" + varint(len(packed)) + packed


def pbf_file(blobs: list[tuple[bytes, bytes]], blob: Callable[[bytes], bytes] = compressed) -> bytes:
    """Return a file made of blobs, each given as type and content."""
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
    tmp_path: Path, fast_reads: list[bool], field: tuple[int, bytes]
) -> None:
    path = random_world(tmp_path / "a.osm.pbf", Random(3), 50)
    (type_, header), *blocks = pbf._blobs(io.BytesIO(path.read_bytes()))
    addition = varint(field[0]) + varint(len(field[1])) + field[1]
    path.write_bytes(pbf_file([(type_, header + addition), *blocks]))
    found = outcome(path)
    assert found == general_outcome(path)
    assert fast_reads == [False]


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cut off", "damaged", "damaged before compression"])
def test_both_readers_agree_on_a_broken_file(tmp_path: Path, fast_reads: list[bool], kind: str) -> None:
    """If the fast reader succeeds, the results are compared; if it gives up, the general one has read the file."""
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
        if fast_reads[-1]:
            assert found == general_outcome(path), f"{kind} {number}"
    assert len(fast_reads) == 100
