"""Content that today's rules would not allow is imported as it is, with a remark; responses and pages survive it."""

from pathlib import Path

import orjson
import osmium
import pytest
from django.conf import LazySettings
from django.test import Client

from apps.changesets.models import Changeset, ChangesetComment
from apps.elements.models import Node, Way
from apps.oauth.actions import create_token
from apps.planet.importer import Summary
from apps.users.models import ANONYMOUS_AUTHOR_ID, User
from tests.api06.client import get
from tests.planet.helpers import convert, current, run, superseded, write
from tests.worlds import load, load_xml

pytestmark = pytest.mark.django_db

CHANGESET_153980 = """
    <changeset id="153980" created_at="2008-08-09T18:47:50Z" closed_at="2008-08-09T19:47:52Z" open="false"
      user="alice" uid="5101" min_lat="-29.4993277" min_lon="-214.7483648" max_lat="-29.4982071"
      max_lon="-214.7483648" num_changes="4" comments_count="0"/>
"""

ND = '<nd ref="2"/>'
MEMBER = '<member type="node" ref="2" role=""/>'


def node(attributes: str = 'lat="1" lon="2"', content: str = "", id_: int = 2, version: int = 1) -> str:
    return (
        f'<node id="{id_}" version="{version}" changeset="7" uid="5" user="alice" '
        f'timestamp="2008-01-01T00:00:00Z" {attributes}>{content}</node>'
    )


def osm(*content: str) -> Summary:
    return load_xml(f'<osm version="0.6">{"".join(content)}</osm>')


def test_a_changeset_with_a_bbox_outside_the_world_is_kept_as_it_is() -> None:
    summary = osm(CHANGESET_153980)
    (remark,) = summary.remarks
    assert remark == "changeset 153980: the bounding box lies outside the world, and no map shows it"
    assert get("changeset/153980").xml[0].get("min_lon") == "-214.7483648"
    assert get("changeset/153980.json").json["changeset"]["max_lon"] == -214.7483648
    page = Client().get("/changeset/153980")
    assert page.status_code == 200
    assert b"-214" not in page.content
    assert b"-214" not in Client().get("/user/alice/history?list=1").content
    assert b"georss:box" not in Client().get("/user/alice/history/feed").content


def test_the_remark_is_printed_by_the_command(tmp_path: Path) -> None:
    path = write(tmp_path / "dump.osm", f"<osm>{CHANGESET_153980}</osm>")
    out, err = run(path)
    assert "1 changesets read" in out
    assert "dump.osm: changeset 153980: the bounding box lies outside the world" in err


@pytest.mark.parametrize(
    ("sides", "remark"),
    [
        ("1 2 3 4", None),
        ("3 2 1 4", "the bounding box has a minimum above its maximum"),
        ("1 4 3 2", "the bounding box has a minimum above its maximum"),
        ("1 2 99 4", "the bounding box lies outside the world"),
        ("-400 -500 400 500", "the bounding box lies outside the world"),
    ],
)
def test_changesets_with_odd_bboxes_are_shown_without_a_map(sides: str, remark: str | None) -> None:
    min_lat, min_lon, max_lat, max_lon = sides.split()
    summary = osm(
        f'<changeset id="8" created_at="2008-01-01T00:00:00Z" open="false" uid="5" user="alice" '
        f'min_lat="{min_lat}" min_lon="{min_lon}" max_lat="{max_lat}" max_lon="{max_lon}"/>'
    )
    assert [line.split(": ")[1].split(",")[0] for line in summary.remarks] == ([remark] if remark else [])
    assert get("changeset/8").status == 200
    assert get("changesets?bbox=1,1,3,3").status == 200
    for address in ("/changeset/8", "/history?bbox=1,1,3,3&list=1", "/history/feed", "/history?list=1"):
        page = Client().get(address)
        assert page.status_code == 200
        assert (
            b'bbox": [' in page.content or b'data-bbox="2' in page.content or b"georss:box" in page.content
        ) <= (remark is None)


def test_nodes_outside_the_world_keep_their_position_and_are_not_drawn() -> None:
    summary = osm(
        node('lat="91" lon="2"'),
        node('lat="1" lon="-180.0000001"', id_=3),
        node('lat="500" lon="-500"', id_=4),
        '<way id="1" version="1" changeset="7" uid="5" user="alice"><nd ref="2"/><nd ref="3"/></way>',
    )
    assert summary.remarks == [
        "node 2, node 3, node 4: lies outside the world, and no map shows it (3 in all)"
    ]
    assert current("node")[2][5:] == (910_000_000, 20_000_000)
    assert get("node/2").xml[0].get("lat") == "91.0000000"
    assert get("way/1/full.json").status == 200
    assert get("map?bbox=1.9,89.9,2,90").refs == []
    for address in ("/node/2", "/node/3", "/way/1", "/node/2/history", "/changeset/7"):
        page = Client().get(address)
        assert page.status_code == 200
        assert b'"lat": 91' not in page.content


def test_a_node_can_be_brought_back_into_the_world_by_a_later_version() -> None:
    osm(node('lat="91" lon="2"'), node('lat="1" lon="2"', version=2))
    assert current("node")[2][5:] == (10_000_000, 20_000_000)
    assert superseded("node")[(2, 1)][5:] == (910_000_000, 20_000_000)
    assert get("map?bbox=1.9,0.9,2.1,1.1").refs == ["n2v2"]


@pytest.mark.parametrize(
    "position", ['lat="214.7483647" lon="214.7483647"', 'lon="214.7483647"', 'lat="91" lon="0"', 'lat="1"']
)
def test_a_deleted_node_needs_no_position_in_the_world(position: str) -> None:
    osm(node(f'{position} visible="false"'))
    assert current("node")[2][5:] == (0, 0)
    assert Changeset.objects.get(pk=7).bbox is None


def test_long_texts_are_kept_and_counted() -> None:
    tags = f'<tag k="{"k" * 256}" v="1"/><tag k="name" v="{"ä" * 300}"/>'
    member = f'<member type="node" ref="2" role="{"r" * 256}"/>'
    summary = osm(
        node(content=tags),
        f'<relation id="5" version="1" changeset="7" uid="5" user="alice">{member}</relation>',
        f'<changeset id="7" created_at="2008-01-01T00:00:00Z" uid="5" user="alice" open="false">{tags}</changeset>',
    )
    assert summary.remarks == [
        "node 2, relation 5, changeset 7, ...: a tag or role has more than 255 characters (5 in all)"
    ]
    assert get("node/2.json").json["elements"][0]["tags"] == {"k" * 256: "1", "name": "ä" * 300}
    assert get("relation/5").xml[0][0].get("role") == "r" * 256
    assert Changeset.objects.get(pk=7).tags["name"] == "ä" * 300
    for address in ("/node/2", "/relation/5", "/changeset/7", "/history?list=1"):
        assert Client().get(address).status_code == 200


def test_the_last_of_repeated_tags_counts() -> None:
    summary = osm(node(content='<tag k="a" v="1"/><tag k="a" v="2"/>'))
    assert summary.remarks == ["node 2: has the same tag twice; the last one counts"]
    assert get("node/2.json").json["elements"][0]["tags"] == {"a": "2"}


def test_an_element_may_have_thousands_of_tags() -> None:
    tags = "".join(f'<tag k="k{n}" v="v"/>' for n in range(6000))
    assert osm(node(content=tags)).remarks == []
    assert len(get("node/2").xml[0]) == 6000
    assert Client().get("/node/2").status_code == 200


def test_ways_and_relations_may_exceed_the_limits_of_uploads(settings: LazySettings) -> None:
    settings.MAX_NUMBER_OF_WAY_NODES, settings.MAX_NUMBER_OF_RELATION_MEMBERS = 3, 2
    head = 'version="1" changeset="7" uid="5" user="alice"'
    summary = osm(
        f'<way id="1" {head}>{ND}</way>',
        f'<way id="2" {head}>{ND * 4}</way>',
        f'<relation id="1" {head}>{MEMBER * 3}</relation>',
    )
    assert summary.remarks == [
        "way 2: has more nodes than an upload may have",
        "relation 1: has more members than an upload may have",
    ]
    assert len(get("way/2.json").json["elements"][0]["nodes"]) == 4
    assert Client().get("/way/2").status_code == Client().get("/relation/1").status_code == 200


@pytest.mark.parametrize("suffix", [".osm.pbf", ".opl"])
def test_pbf_and_opl_may_hold_such_content_too(tmp_path: Path, suffix: str) -> None:
    opl = "\n".join(
        [
            "n1 v1 dV c1 t2008-01-01T00:00:00Z i5 ualice x1 y2",
            "n3 v1 dV c1 t2008-01-01T00:00:00Z i5 ualice x1 y2 Tname=a%1%b",
            "n4 v1 dV c1 t2008-01-01T00:00:00Z i5 ualice x1 y2 Tname=a,name=b",
            f"n5 v1 dV c1 t2008-01-01T00:00:00Z i5 ualice x1 y2 Tname={'x' * 300}",
            f"r1 v1 dV c1 t2008-01-01T00:00:00Z i5 ualice Mn1@{'r' * 256},n1@a%2%b",
            "",
        ]
    )
    path = write(tmp_path / "old.opl", opl) if suffix == ".opl" else convert(opl, tmp_path / "old.osm.pbf")
    _out, err = run(path)
    for remark in (
        "node 3, relation 1: a text has control characters, which are replaced (2 in all)",
        "node 4: has the same tag twice; the last one counts",
        "node 5, relation 1: a tag or role has more than 255 characters (2 in all)",
    ):
        assert remark in err
    assert get("node/3").xml[0][0].get("v") == "a\ufffdb"
    assert get("node/4.json").json["elements"][0]["tags"]["name"] in {"a", "b"}
    assert len(get("node/5.json").json["elements"][0]["tags"]["name"]) == 300
    assert get("relation/1").xml[0][1].get("role") == "a\ufffdb"


def test_a_position_outside_the_world_may_come_from_pbf(tmp_path: Path) -> None:
    outside = node('lat="91" lon="1"')
    source = write(tmp_path / "old.osm", f'<osm version="0.6">{outside}</osm>')
    path = tmp_path / "old.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(source):
            writer.add(item)
    _out, err = run(path)
    assert "node 2: lies outside the world, and no map shows it" in err
    assert current("node")[2][5:] == (910_000_000, 10_000_000)


def test_a_changeset_may_be_closed_before_it_was_created() -> None:
    summary = osm(
        '<changeset id="8" created_at="2010-01-01T00:00:00Z" closed_at="2009-01-01T00:00:00Z" open="false" '
        'uid="5" user="alice" num_changes="0"/>'
    )
    assert summary.remarks == ["changeset 8: closed before it was created"]
    assert get("changeset/8").xml[0].get("closed_at") == "2009-01-01T00:00:00Z"
    for address in ("/changeset/8", "/history?list=1", "/history/feed", "/user/alice"):
        assert Client().get(address).status_code == 200


def test_authors_may_be_missing_everywhere() -> None:
    osm(
        node().replace('uid="5" user="alice"', ""),
        '<changeset id="7" created_at="2005-04-09T19:54:13Z" open="false" num_changes="2"><discussion>'
        '<comment date="2015-01-01T00:00:00Z"><text>who?</text></comment>'
        '<comment uid="6" date="2015-01-02T00:00:00Z"><text/></comment></discussion></changeset>',
    )
    assert Changeset.objects.get(pk=7).user_id == ANONYMOUS_AUTHOR_ID
    assert [comment.author_id for comment in ChangesetComment.objects.order_by("created_at")] == [0, 6]
    assert get("changeset/7?include_discussion=true").status == 200
    for address in ("/changeset/7", "/node/2", "/history?list=1", "/changeset/7/comments/feed"):
        assert Client().get(address).status_code == 200


def test_names_that_are_too_long_are_cut_off() -> None:
    summary = osm(node().replace("alice", "a" * 300), node(id_=3).replace("alice", "a" * 300))
    assert summary.remarks == ["user 5: the name has more than 255 characters, and is cut off"]
    assert User.objects.get(pk=5).display_name == "a" * 255


def test_the_first_five_are_named() -> None:
    summary = osm(*(node('lat="91" lon="2"', id_=number) for number in range(1, 9)))
    assert summary.remarks == [
        "node 1, node 2, node 3, node 4, node 5, ...: lies outside the world, and no map shows it (8 in all)"
    ]


def test_uploads_keep_todays_rules(alice: User) -> None:
    osm(node('lat="91" lon="2"'))
    authorization = f"Bearer {create_token(alice, scopes=['write_api'])}"

    def put(path: str, body: str) -> int:
        response = Client().generic(
            "PUT", f"/api/0.6/{path}", body, content_type="text/xml", HTTP_AUTHORIZATION=authorization
        )
        return response.status_code

    response = Client().generic(
        "PUT",
        "/api/0.6/changeset/create",
        "<osm><changeset/></osm>",
        content_type="text/xml",
        HTTP_AUTHORIZATION=authorization,
    )
    changeset = int(response.content)
    outside = f'<osm><node changeset="{changeset}" id="2" version="1" lat="91" lon="2"/></osm>'
    assert put("node/2", outside) == 400
    assert put("node/2", outside.replace('lat="91"', 'lat="89.9"')) == 200
    assert get("map?bbox=1.9,89.8,2.1,90").refs == ["n2v2"]
    assert Client().get(f"/changeset/{changeset}").status_code == 200
    assert get(f"changeset/{changeset}").status == 200


def test_ways_without_nodes_are_historic_too() -> None:
    osm('<way id="1" version="1" changeset="7" uid="5" user="alice"/>')
    assert Way.objects.get().nodes == []
    assert Client().get("/way/1").status_code == 200


def test_the_same_dump_can_be_imported_again(tmp_path: Path) -> None:
    content = CHANGESET_153980 + node('lat="91" lon="2"', '<tag k="a" v="1"/><tag k="a" v="2"/>')
    run(write(tmp_path / "a.osm", f"<osm>{content}</osm>"))
    assert "nothing new" in run(write(tmp_path / "b.osm", f"<osm>{content}\n</osm>"))[0]
    assert Node.objects.count() == 1
    assert orjson.loads(get("node/2.json").body)["elements"][0]["lat"] == 91
    load("n9 v1 dV c9 t2008-01-01T00:00:00Z i5 ualice x1 y1")


@pytest.mark.parametrize("count", [-1, 2**31])
def test_an_impossible_number_of_changes_does_not_keep_a_dump_out(count: int) -> None:
    summary = osm(
        f'<changeset id="7" created_at="2008-01-01T00:00:00Z" uid="5" user="alice" num_changes="{count}"/>',
        '<changeset id="8" created_at="2008-01-01T00:00:00Z" uid="5" user="alice" num_changes="3"/>',
    )
    assert summary.remarks == ["changeset 7: the number of changes is impossible, and is left out"]
    assert dict(Changeset.objects.values_list("id", "num_changes")) == {7: 0, 8: 3}


def test_empty_attributes_count_as_missing() -> None:
    osm(
        '<node id="2" version="1" timestamp="" changeset="" uid="" user="" lat="1" lon="2"/>'
        '<changeset id="7" created_at="2008-01-01T00:00:00Z" closed_at="" open="" uid="" user="" num_changes=""'
        ' min_lat="" min_lon="" max_lat="" max_lon=""/>'
    )
    assert current("node")[2][:3] == (1, True, 0)
    changeset = Changeset.objects.get(pk=7)
    assert (changeset.user_id, changeset.bbox) == (ANONYMOUS_AUTHOR_ID, None)
