"""Every format that `import_osm` reads."""

import bz2
import gzip
from pathlib import Path

import pytest

from apps.changesets.models import Changeset, ChangesetComment
from apps.users.models import User
from tests.planet.helpers import convert, current, everything, run, superseded, write

pytestmark = pytest.mark.django_db

EXTRACT = """\
n1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x9.5 y47.1 Tname=Vaduz,place=town
n2 v3 dV c8 t2020-01-02T00:00:00Z i6 ubob x-9.5000001 y-47.1
w1 v2 dV c8 t2020-01-02T00:00:00Z i6 ubob Thighway=path Nn1,n2,n1,n99
r1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice Ttype=route Mn1@stop,w1@,r1@self,n77@gone
"""
HISTORY = """\
n1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice x9.5 y47.1 Tname=Vaduz
n1 v2 dV c8 t2020-01-02T00:00:00Z i6 ubob x9.6 y47.1
n1 v3 dD c9 t2020-01-03T00:00:00Z i5 ualice x y
w1 v1 dV c7 t2020-01-01T00:00:00Z i5 ualice Thighway=path Nn1
w1 v2 dV c8 t2020-01-02T00:00:00Z i6 ubob Thighway=track Nn1,n2
"""


@pytest.mark.parametrize("suffix", [".osm", ".osm.gz", ".osm.bz2", ".osm.pbf", ".opl"])
def test_every_format_of_an_extract_stores_the_same_elements(tmp_path: Path, suffix: str) -> None:
    out, _err = run(convert(EXTRACT, tmp_path / f"extract{suffix}"))

    assert out.count("\n") == 1
    assert "2 nodes, 1 ways, 1 relations" in out
    assert current("node")[1][:3] == (1, True, 7)
    assert current("node")[1][4:] == ({"name": "Vaduz", "place": "town"}, 471_000_000, 95_000_000)
    assert current("node")[2][-2:] == (-471_000_000, -95_000_001)
    assert current("way")[1][4:] == ({"highway": "path"}, [1, 2, 1, 99])
    assert current("relation")[1][5:] == ([1, 2, 3, 1], [1, 1, 1, 77], ["stop", "", "self", "gone"])
    assert current("node")[1][3].isoformat() == "2020-01-01T00:00:00+00:00"
    world = everything()
    assert world["way_nodes"] == {(1, 1), (2, 1), (99, 1)}
    assert world["members"] == {(1, 1, 1), (2, 1, 1), (3, 1, 1), (1, 77, 1)}


@pytest.mark.parametrize("suffix", [".osh", ".osh.gz", ".osh.bz2", ".osh.pbf", ".osh.opl"])
def test_a_full_history_keeps_all_versions_and_shows_the_highest(tmp_path: Path, suffix: str) -> None:
    run(convert(HISTORY, tmp_path / f"history{suffix}"))

    assert current("node")[1][:2] == (3, False)
    assert set(superseded("node")) == {(1, 1), (1, 2)}
    assert superseded("node")[1, 2][-2:] == (471_000_000, 96_000_000)
    assert current("way")[1][-1] == [1, 2]
    assert superseded("way")[1, 1][-2:] == ({"highway": "path"}, [1])


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_compression_is_detected_by_the_content(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / "mirrored.osm"
    path.write_bytes(pack(b'<osm version="0.6"><node id="4" version="1" lat="1" lon="2"/></osm>'))
    run(path)
    assert set(current("node")) == {4}


@pytest.mark.parametrize("suffix", [".osc", ".osc.gz"])
def test_an_osmchange_creates_modifies_and_deletes(tmp_path: Path, suffix: str) -> None:
    run(convert(EXTRACT, tmp_path / "extract.osm.pbf"))
    change = (
        b'<osmChange version="0.6">'
        b'<create><node id="3" version="1" lat="1" lon="2" changeset="9" uid="5" user="alice"'
        b' timestamp="2021-01-01T00:00:00Z"/></create>'
        b'<modify><way id="1" version="3" changeset="9" uid="5" user="alice"'
        b' timestamp="2021-01-01T00:00:00Z">'
        b'<nd ref="3"/><nd ref="1"/></way></modify>'
        b'<delete><node id="2" version="4" changeset="9" uid="5" user="alice"'
        b' timestamp="2021-01-01T00:00:00Z"/>'
        b"</delete></osmChange>"
    )
    path = tmp_path / f"change{suffix}"
    path.write_bytes(gzip.compress(change) if suffix.endswith("gz") else change)
    run(path)

    assert current("node")[3][:2] == (1, True)
    assert current("node")[2][:2] == (4, False)
    assert superseded("node")[2, 3][-1] == -95_000_001
    assert current("way")[1][-1] == [3, 1]
    assert superseded("way")[1, 2][-1] == [1, 2, 1, 99]
    assert everything()["way_nodes"] == {(3, 1), (1, 1)}
    changeset = Changeset.objects.get(id=9)
    assert changeset.num_changes == 3
    assert [changeset.count(change) for change in ("created", "modified", "deleted")] == [1, 1, 1]


def test_a_changeset_dump_is_stored_with_its_discussions(tmp_path: Path) -> None:
    dump = write(
        tmp_path / "changesets.osm",
        """<?xml version="1.0" encoding="UTF-8"?>
        <osm license="http://opendatacommons.org/licenses/odbl/1-0/" version="0.6">
          <changeset id="10" created_at="2014-01-01T00:00:00Z" closed_at="2014-01-01T01:00:00Z" open="false"
              num_changes="12" user="alice" uid="5" min_lat="47.1" max_lat="47.2" min_lon="9.4"
              max_lon="9.60000005"
              comments_count="2">
            <tag k="comment" v="R&#228;tikon"/>
            <discussion>
              <comment id="31" uid="6" user="bob" date="2014-01-02T00:00:00Z"><text>Why?
 Because.</text></comment>
              <comment uid="5" user="alice" date="2014-01-03T00:00:00Z">
                <text>  So &lt;be&gt; it </text>
              </comment>
            </discussion>
          </changeset>
          <changeset id="11" created_at="2014-01-02T00:00:00Z" closed_at="2014-01-02T01:00:00Z"
              changes_count="3"/>
        </osm>""",
    )
    out, _err = run(dump)

    assert "2 changesets" in out
    changeset = Changeset.objects.get(id=10)
    assert changeset.user_id == 5
    assert changeset.num_changes == 12
    assert changeset.tags == {"comment": "Rätikon"}
    assert changeset.bbox == (94_000_000, 471_000_000, 96_000_001, 472_000_000)
    assert changeset.closed_at.isoformat() == "2014-01-01T01:00:00+00:00"
    comments = ChangesetComment.objects.filter(changeset=10).order_by("created_at")
    assert [(comment.author_id, comment.body) for comment in comments] == [
        (6, "Why?\n Because."),
        (5, "  So <be> it "),
    ]
    assert comments[0].pk == 31
    assert comments[1].pk > 31
    other = Changeset.objects.get(id=11)
    assert (other.user_id, other.num_changes, other.bbox) == (0, 3, None)
    assert set(User.objects.values_list("id", "display_name")) == {(0, "anonymous"), (5, "alice"), (6, "bob")}
    assert run(write(tmp_path / "again.osm", dump.read_text() + "\n"))[0].endswith("nothing new in them\n")
    assert ChangesetComment.objects.count() == 2
    new = ChangesetComment.objects.create(changeset=changeset, author_id=5, body="later")
    assert new.pk == comments[1].pk + 1


def test_several_files_are_loaded_in_order_with_one_line_each(tmp_path: Path) -> None:
    first = write(tmp_path / "a.opl", "n1 v1 dV c1 t2020-01-01T00:00:00Z i5 ualice x1 y2\n")
    second = write(tmp_path / "b.opl", "n1 v2 dV c2 t2020-01-02T00:00:00Z i5 ualice x1 y3\n")
    out, _err = run(first, second)
    assert [line.split(":")[0] for line in out.splitlines()] == ["a.opl", "b.opl"]
    assert current("node")[1][0] == 2
    assert superseded("node")[1, 1][-2] == 20_000_000


def test_an_empty_osm_element_succeeds(tmp_path: Path) -> None:
    out, _err = run(write(tmp_path / "empty.osm", "<osm/>"))
    assert "0 nodes, 0 ways, 0 relations" in out
