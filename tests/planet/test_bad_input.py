"""Bad files are refused with one line that names file and element, exit status 1, and no change."""

import bz2
import gzip
import lzma
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError

from apps.changesets.models import Changeset
from apps.planet.models import ImportedFile
from apps.users.models import User
from tests.planet.helpers import command_environment, convert, everything, index_definitions, run
from tests.worlds import load

GOOD = '<node id="1" version="1" lat="1" lon="2" changeset="1" uid="5" user="alice"/>'


def osm(content: str) -> bytes:
    return f'<osm version="0.6">{GOOD}{content}</osm>'.encode()


def node(attributes: str = "", content: str = "") -> bytes:
    return osm(f'<node id="2" version="1" lat="1" lon="2" {attributes}>{content}</node>')


BAD_XML = {
    "a tag without a value": (node(content='<tag k="a"/>'), "node 2"),
    "a latitude that is not a number": (osm('<node id="3" version="1" lat="NaN" lon="1"/>'), "node 3"),
    "an infinite latitude": (osm('<node id="3" version="1" lat="Infinity" lon="1"/>'), "node 3"),
    "a visible node without a position": (osm('<node id="3" version="1"/>'), "node 3"),
    "a node with half a position": (osm('<node id="3" version="1" lat="1"/>'), "node 3"),
    "a member of an unknown type": (
        osm('<relation id="5" version="1"><member type="area" ref="1" role=""/></relation>'),
        "relation 5",
    ),
    "id 0": (osm('<node id="0" version="1" lat="1" lon="2"/>'), "node 0"),
    "id -1": (osm('<way id="-1" version="1"/>'), "way -1"),
    "an id over 63 bits": (osm('<way id="9223372036854775808" version="1"/>'), "way 9223372036854775808"),
    "an id that is not a number": (osm('<way id="x1" version="1"/>'), "way x1"),
    "no id": (osm('<way version="1"/>'), "way ?"),
    "version 0": (osm('<way id="7" version="0"/>'), "way 7"),
    "a reference to node 0": (osm('<way id="7" version="1"><nd ref="0"/></way>'), "way 7"),
    "an invalid time": (node('timestamp="yesterday"'), "node 2"),
    "an invalid value of visible": (node('visible="maybe"'), "node 2"),
    "a control character as a reference": (node(content='<tag k="a" v="&#1;"/>'), "node 2"),
    "a control character": (node(content='<tag k="a" v="\x08"/>'), "node 2"),
    "invalid UTF-8": (node(content='<tag k="a" v="ABC"/>').replace(b"ABC", b"A\xffC"), "node 2"),
    "the same version twice": (osm(GOOD), "node 1"),
    "the same version twice, far apart": (osm(f'<way id="1" version="1"/>{GOOD}'), "node 1"),
    "the same version with different content": (osm(GOOD.replace('lat="1"', 'lat="2"')), "node 1"),
    "a changeset twice": (osm('<changeset id="8" open="false"/>' * 2), "changeset 8"),
    "changeset 0": (osm('<changeset id="0"/>'), "changeset 0"),
    "a cut-off file": (osm("")[:-9], "cut off"),
    "a file cut off in an element": (osm("")[:30], "cut off"),
    "another XML format": (b"<gpx/>", "<gpx>"),
    "a web page": (b"<!DOCTYPE html><html></html>", "document type"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><osm/>', "not valid XML"),
    "a multi-byte encoding": (b'<?xml version="1.0" encoding="utf-32"?><osm/>', "not valid XML"),
    "an entity bomb": (b'<!DOCTYPE osm [<!ENTITY a "aa">]><osm>&a;</osm>', "document type"),
    "an element in an element": (osm('<node id="2" lat="1" lon="1"><way id="4"/></node>'), "node 2"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD_XML)
def test_it_refuses_bad_xml(tmp_path: Path, name: str) -> None:
    content, place = BAD_XML[name]
    path = tmp_path / "bad.osm"
    path.write_bytes(content)
    assert_refused(path, place)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["a tag without a value", "a visible node without a position", "the same version twice"]
)
def test_it_refuses_bad_xml_when_the_database_is_not_empty(tmp_path: Path, name: str) -> None:
    load("n90 v1 dV c9 t2020-01-01T00:00:00Z i9 ubob x1 y2")
    content, place = BAD_XML[name]
    path = tmp_path / "bad.osm"
    path.write_bytes(content)
    assert_refused(path, place)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("opl", "place"),
    [
        ("n-2 v1 x1 y1", "node -2"),
        ("n2 v1 x1 y1\nn2 v1 x1 y1", "node 2"),
        ("n2 v1", "node 2"),
        ("w2 v1 Nn-1", "way 2"),
        ("r2 v1 Mn-1@", "relation 2"),
    ],
    ids=range(5),
)
@pytest.mark.parametrize("suffix", [".osm.pbf", ".opl"])
def test_it_refuses_bad_elements_in_pbf_and_opl(tmp_path: Path, opl: str, place: str, suffix: str) -> None:
    opl = f"n1 v1 x1 y1 c1 i5 ualice\n{opl}\n"
    if suffix == ".opl":
        path = tmp_path / "bad.opl"
        path.write_text(opl)
    else:
        path = convert(opl, tmp_path / f"bad{suffix}")
    assert_refused(path, place)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("empty.osm", b"", "empty"),
        ("empty.osm.pbf", b"", "empty"),
        ("empty.osm.gz", gzip.compress(b"", mtime=0), "empty"),
        ("text.osm.pbf", b"not an OSM file", "not an OSM file"),
        ("text.osm", b"not an OSM file", "not an OSM file"),
        ("text.txt", b"not an OSM file", "not an OSM file"),
        ("cut.osm.gz", gzip.compress(osm("") * 1, mtime=0)[:-12], "damaged or cut off"),
        ("cut.osm.bz2", bz2.compress(osm(""))[:-12], "damaged or cut off"),
        ("damaged.osm.gz", gzip.compress(osm(""), mtime=0)[:20] + b"\0" * 30, "damaged or cut off"),
        ("invalid.opl", b"n1 v1 x1 y1\nn2 v1 x1 y1 Tname=\xff\n", "node 2"),
        ("text.opl", b"n1 v1 x1 y1\nhello\n", "line 1"),
        ("short.osm.pbf", None, "not an OSM file"),
        ("a.osm.zip", b"PK\3\4" + bytes(60), "packed with zip: unpack it first"),
        ("a.osm.pbf", b"PK\3\4" + bytes(60), "packed with zip: unpack it first"),
        ("a.osm.xz", lzma.compress(osm("")), "packed with xz: unpack it first"),
        ("a.osm.zst", b"\x28\xb5\x2f\xfd" + bytes(60), "packed with zstd: unpack it first"),
        ("a.osm.7z", b"7z\xbc\xaf\x27\x1c" + bytes(60), "packed with 7z: unpack it first"),
        (
            "a.osm.gz",
            gzip.compress(gzip.compress(osm(""), mtime=0), mtime=0),
            "packed with gzip: unpack it first",
        ),
        ("a.osm.gz", gzip.compress(bz2.compress(osm("")), mtime=0), "packed with bzip2: unpack it first"),
        ("a.osm.bz2", bz2.compress(gzip.compress(osm(""), mtime=0)), "packed with gzip: unpack it first"),
        (
            "a.tar.gz",
            gzip.compress(bytes(257) + b"ustar" + bytes(300), mtime=0),
            "packed with tar: unpack it first",
        ),
        ("a.json", b'{"elements": []}', ".osm.pbf and .opl are accepted"),
    ],
)
def test_it_refuses_a_file_that_is_not_a_complete_osm_file(
    tmp_path: Path, name: str, content: bytes | None, place: str
) -> None:
    path = tmp_path / name
    if content is None:
        whole = convert(
            "".join(f"n{id_} v1 x1 y2 Tname=a{id_}\n" for id_ in range(1, 9000)), path
        ).read_bytes()
        content = whole[:-100]
    path.write_bytes(content)
    assert_refused(path, place)


@pytest.mark.django_db
def test_it_refuses_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert_refused(tmp_path / "nowhere.osm", "No such file")
    assert_refused(tmp_path, "directory")


@pytest.mark.django_db
def test_it_refuses_a_version_that_differs_from_the_existing_one(tmp_path: Path) -> None:
    load("""
        n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y2 Ta=b
        n1 v2 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y2 Ta=b
        w1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice Nn1,n2
        r1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice Mn1@a
    """)
    for line, place in [
        ("n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y2 Ta=c", "node 1: version 1"),
        ("n1 v2 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y3 Ta=b", "node 1: version 2"),
        ("n1 v2 dV c1 t2020-01-01T00:00:01Z i5 ualice x1 y2 Ta=b", "node 1: version 2"),
        ("n1 v2 dV c2 t2020-01-01T00:00:00Z i5 ualice x1 y2 Ta=b", "node 1: version 2"),
        ("n1 v2 dD c1 t2020-01-01T00:00:00Z i5 ualice x y", "node 1: version 2"),
        ("w1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice Nn2,n1", "way 1: version 1"),
        ("r1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice Mn1@b", "relation 1: version 1"),
        ("n9 v1 dV c1 t2020-01-01T00:00:00Z i6 ubob x1 y1", "changeset 1"),
    ]:
        path = tmp_path / "other.opl"
        path.write_text(line + "\n")
        assert_refused(path, place)


@pytest.mark.django_db
def test_it_refuses_a_comment_that_differs_from_the_existing_one(tmp_path: Path) -> None:
    text = (
        '<osm><changeset id="1" created_at="2020-01-01T00:00:00Z" open="false"><discussion>'
        '<comment id="4" date="2020-01-01T00:00:00Z"><text>{}</text></comment></discussion></changeset></osm>'
    )
    path = tmp_path / "a.osm"
    path.write_text(text.format("one"))
    run(path)
    path.write_text(text.format("two"))
    assert_refused(path, "comment 4")


def assert_refused(path: Path, place: str) -> None:
    before = state()
    with pytest.raises(CommandError) as refusal:
        run(path)
    message = str(refusal.value)
    assert str(path) in message
    assert place in message
    assert message.count(str(path.parent)) == 1
    assert "\n" not in message
    assert refusal.value.returncode == 1
    assert state() == before


def state() -> tuple[object, ...]:
    return everything(), *(list(model.objects.values()) for model in (Changeset, User, ImportedFile))


@pytest.mark.django_db(transaction=True)
def test_a_refused_import_exits_with_one_line_and_keeps_the_indexes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bad.osm.pbf"
    convert("".join(f"n{id_} v1\n" for id_ in range(1, 9)), path)
    indexes = index_definitions()
    result = subprocess.run(
        [sys.executable, "manage.py", "import_osm", path],
        cwd=settings.BASE_DIR,
        env=command_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if "bad.osm.pbf" in line]
    assert len(lines) == 1
    assert "node 1" in lines[0]
    assert "Traceback" not in result.stderr
    assert index_definitions() == indexes
