"""Files of editors and of Overpass mean what their writers meant, or are refused with a line that says why."""

from pathlib import Path

import pytest
from django.core.management import CommandError
from django.test import Client

from apps.changesets.models import Changeset
from apps.elements.models import Node, Way
from tests.api06.client import get
from tests.planet.helpers import current, everything, run, write
from tests.worlds import load, load_xml

pytestmark = pytest.mark.django_db

META = 'timestamp="2019-01-01T00:00:00Z" uid="5101" user="alice" visible="true" changeset="93"'
POSITION = 'lat="47.1" lon="9.5"'


def josm(content: str, attributes: str = "") -> str:
    return f"<osm version='0.6' generator='JOSM' {attributes}>{content}</osm>"


def overpass(content: str) -> str:
    return f'<osm version="0.6" generator="Overpass API 0.7.62">{content}</osm>'


def refusal(path: Path, text: str) -> str:
    """Return why the import of a file is refused, which changes nothing."""
    before = everything()
    with pytest.raises(CommandError) as refused:
        run(write(path, text))
    assert everything() == before
    assert "\n" not in str(refused.value)
    return str(refused.value)


DELETED = f'<node id="2" action="delete" version="1" {META} {POSITION}><tag k="a" v="b"/></node>'
MODIFIED = f'<node id="1" action="modify" version="1" {META} {POSITION}><tag k="a" v="b"/></node>'


def test_what_was_deleted_in_josm_does_not_come_back() -> None:
    summary = load_xml(josm(MODIFIED + DELETED))
    assert get("node/1.json").json["elements"][0]["tags"] == {"a": "b"}
    assert get("node/2").status == 410
    assert get("map?bbox=9.4,47,9.6,47.2").refs == ["n1v1"]
    assert Changeset.objects.get(pk=93).num_changes == 1
    (remark,) = summary.remarks
    assert remark.startswith("node 1, node 2: changed in an editor and not uploaded")
    assert Client().get("/node/2").status_code in {200, 404}


def test_a_deletion_in_josm_is_the_next_version_of_an_existing_element() -> None:
    load_xml(f'<osm><node id="2" version="1" {META} {POSITION}><tag k="a" v="b"/></node></osm>')
    load_xml(josm(DELETED))
    assert current("node")[2][:3] == (2, False, 0)
    assert get("node/2").status == 410
    assert get("node/2/1").status == 200


def test_ways_and_relations_can_be_deleted_in_josm_too() -> None:
    load_xml(
        josm(
            f'<way id="1" action="delete" version="3" {META}><nd ref="1"/><tag k="a" v="b"/></way>'
            f'<relation id="1" action="delete" version="3" {META}><member type="way" ref="1" role=""/></relation>'
        )
    )
    assert current("way")[1][:2] == current("relation")[1][:2] == (4, False)
    assert get("way/1").status == get("relation/1").status == 410


def test_an_element_made_and_deleted_in_josm_never_was() -> None:
    load_xml(josm('<node id="-5" action="delete" visible="true" lat="1" lon="1"/>' + MODIFIED))
    assert list(Node.objects.values_list("id", flat=True)) == [1]


def test_a_change_that_josm_has_not_uploaded_does_not_replace_a_version(tmp_path: Path) -> None:
    load_xml(f'<osm><node id="1" version="1" {META} {POSITION}/></osm>')
    reason = refusal(tmp_path / "a.osm", josm(MODIFIED))
    assert "node 1: version 1 is already in the database with different content" in reason
    assert "changes that an editor has not uploaded" in reason


def test_elements_that_were_never_uploaded_are_refused(tmp_path: Path) -> None:
    reason = refusal(tmp_path / "a.osm", josm('<node id="-1" action="modify" lat="1" lon="1"/>'))
    assert "node -1: a negative id stands for an element that was never uploaded" in reason


def test_a_file_that_must_not_be_uploaded_is_refused(tmp_path: Path) -> None:
    reason = refusal(tmp_path / "a.osm", josm(MODIFIED, "upload='never'"))
    assert "its writer does not want it on a server" in reason
    load_xml(josm(MODIFIED, "upload='false' download='never'"))
    assert Node.objects.count() == 1


def test_the_geometry_of_overpass_is_passed_over() -> None:
    summary = load_xml(
        overpass(f"""
        <note>The data included in this document is from www.openstreetmap.org.</note>
        <meta osm_base="2019-01-01T00:00:00Z"/>
        <bounds minlat="47" minlon="9" maxlat="48" maxlon="10"/>
        <node id="3" version="1" {META} {POSITION}/>
        <way id="4" version="1" {META}>
          <bounds minlat="47" minlon="9" maxlat="48" maxlon="10"/>
          <center lat="47.5" lon="9.5"/>
          <nd ref="3" lat="47.1" lon="9.5"/><nd ref="9"/>
          <tag k="highway" v="path"/>
        </way>
        <relation id="5" version="1" {META}>
          <bounds minlat="47" minlon="9" maxlat="48" maxlon="10"/>
          <member type="way" ref="4" role="outer"><nd lat="47.1" lon="9.5"/><nd/><tag k="no" v="tag"/></member>
          <member type="node" ref="3" role="" lat="47.1" lon="9.5"/>
          <tag k="type" v="multipolygon"/>
        </relation>""")
    )
    assert summary.remarks == []
    assert (summary.nodes, summary.ways, summary.relations) == (1, 1, 1)
    assert Way.objects.get().nodes == [3, 9]
    relation = get("relation/5.json").json["elements"][0]
    assert relation["members"] == [
        {"type": "way", "ref": 4, "role": "outer"},
        {"type": "node", "ref": 3, "role": ""},
    ]
    assert relation["tags"] == {"type": "multipolygon"}


def test_overpass_without_meta_is_imported_as_version_1() -> None:
    load_xml(overpass(f'<node id="3" {POSITION}/><way id="4"><nd ref="3"/></way>'))
    assert current("node")[3][:3] == current("way")[4][:3] == (1, True, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('<way id="4"><tag k="a" v="b"/></way>', "way 4: Overpass was not asked for its body"),
        ('<way id="4"><center lat="1" lon="2"/></way>', "way 4: Overpass was not asked for its body"),
        ('<node id="3"/>', "node 3: Overpass was not asked for its body"),
        (
            f'<node id="3" {POSITION}/><remark> runtime error: Query timed out in "query" at line 1 </remark>',
            'incomplete, says its writer: runtime error: Query timed out in "query" at line 1',
        ),
    ],
)
def test_half_results_of_overpass_are_refused(content: str, reason: str, tmp_path: Path) -> None:
    assert reason in refusal(tmp_path / "a.osm", overpass(content))


def test_a_deleted_way_of_overpass_needs_no_nodes() -> None:
    load_xml(overpass(f'<way id="4" visible="false" version="2" {META.replace("visible=", "x=")}/>'))
    assert current("way")[4][:2] == (2, False)
    load("n9 v1 dV c9 t2008-01-01T00:00:00Z i5 ualice x1 y1")


@pytest.mark.parametrize(
    "content", ['<relation id="5"/>', '<relation id="5"><tag k="type" v="site"/></relation>']
)
def test_relations_without_their_members_are_refused(content: str, tmp_path: Path) -> None:
    assert "relation 5: Overpass was not asked for its body" in refusal(tmp_path / "a.osm", overpass(content))


def test_a_relation_that_has_no_members_is_imported() -> None:
    load_xml(overpass(f'<relation id="5" version="2" {META}/>'))
    assert current("relation")[5][:2] == (2, True)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ('<count id="0"><tag k="nodes" v="3"/><tag k="total" v="3"/></count>', "<count>"),
        ('<area id="3600000001"><tag k="a" v="b"/></area>', "<area>"),
        (
            '<note lat="1" lon="2"><id>1</id><comments><comment/></comments></note><user id="1"/>',
            "<note>, <user>",
        ),
    ],
)
def test_files_without_map_data_are_refused(content: str, names: str, tmp_path: Path) -> None:
    reason = refusal(tmp_path / "a.osm", overpass(f"<note>Data of x</note><meta osm_base='y'/>{content}"))
    assert f"it has no map data: nothing but {names}" in reason


def test_what_is_no_map_data_is_passed_over_with_a_remark() -> None:
    summary = load_xml(
        overpass(
            f'<bounds minlat="1" minlon="2" maxlat="3" maxlon="4"/><node id="3" {POSITION}/>'
            '<area id="3600000001"><node id="9" lat="1" lon="2"/></area><area id="3600000002"/>'
        )
    )
    assert list(current("node")) == [3]
    assert summary.remarks == ["<area>, ...: is no map data, and is passed over (2 in all)"]


def test_a_difference_of_overpass_is_imported_as_versions() -> None:
    newer = META.replace("2019", "2020").replace('"93"', '"94"')
    gone = newer.replace('visible="true"', 'visible="false"')
    summary = load_xml(
        overpass(f"""
        <action type="modify"><old><node id="1" version="1" {META} {POSITION}/></old>
          <new><node id="1" version="2" {newer} lat="47.2" lon="9.5"/></new></action>
        <action type="delete"><old><node id="2" version="1" {META} {POSITION}/></old>
          <new><node id="2" version="2" {gone}/></new></action>
        <action type="create"><node id="3" version="1" {META} {POSITION}/></action>""")
    )
    assert summary.remarks == []
    assert {id_: row[:2] for id_, row in current("node").items()} == {
        1: (2, True),
        2: (2, False),
        3: (1, True),
    }


def test_what_an_osm_change_deletes_is_deleted_whatever_its_visible_says() -> None:
    """JOSM writes how it was before the upload."""
    load_xml(
        f'<osmChange version="0.6"><delete><node id="1" version="2" {META} {POSITION}/></delete></osmChange>'
    )
    assert current("node")[1][:2] == (2, False)


@pytest.mark.parametrize(
    "content",
    [
        '<node id="1" lat="1" lon="2"/><segment id="1" from="1" to="2"/><way id="1"><seg id="1"/></way>',
        '<way id="1"><seg id="1"/><tag k="highway" v="path"/></way>',
    ],
)
def test_ways_of_segments_are_refused(content: str, tmp_path: Path) -> None:
    """Versions 0.3 and 0.4 of the API had them."""
    reason = refusal(tmp_path / "a.osm", f'<osm version="0.4">{content}</osm>')
    assert "it has segments: data from before October 2007 has to be converted first" in reason
