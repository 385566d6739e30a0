"""Which versions become current, what is stored of the others, and how large numbers may be."""

import pytest

from apps.elements.models import Node, Relation, Way
from apps.osm.elements import MAX_ID
from apps.osm.quadtile import tile_of
from tests.planet.helpers import current, everything, superseded
from tests.worlds import load, load_xml

pytestmark = pytest.mark.django_db


def test_the_highest_version_is_current_in_any_order_even_if_it_is_deleted() -> None:
    load("""
        w1 v7 dD c3 t2020-01-03T00:00:00Z i1 ualice N
        n1 v5 dV c2 t2020-01-02T00:00:00Z i1 ualice x2 y2
        w1 v3 dV c1 t2020-01-01T00:00:00Z i1 ualice Nn1
        n1 v9 dV c3 t2020-01-03T00:00:00Z i1 ualice x3 y3
        n1 v2 dV c1 t2020-01-01T00:00:00Z i1 ualice x1 y1
    """)
    assert current("node")[1][0] == 9
    assert set(superseded("node")) == {(1, 2), (1, 5)}
    assert current("way")[1][:2] == (7, False)
    assert everything()["way_nodes"] == set()


def test_deleted_versions_keep_their_position_nodes_and_members() -> None:
    load_xml("""
        <osm version="0.6">
          <node id="1" version="2" visible="false" lat="47.1" lon="9.5"/>
          <way id="1" version="2" visible="false"><nd ref="5"/><nd ref="1"/></way>
          <relation id="1" version="2" visible="false"><member type="way" ref="1" role="outer"/></relation>
        </osm>
    """)
    assert current("node")[1][1] is False
    assert current("node")[1][-2:] == (471_000_000, 95_000_000)
    assert current("way")[1][-1] == [5, 1]
    assert current("relation")[1][-3:] == ([2], [1], ["outer"])
    assert everything()["way_nodes"] == everything()["members"] == set()


def test_references_may_point_forward_to_missing_elements_and_to_the_relation_itself() -> None:
    load_xml("""
        <osm>
          <relation id="1" version="1"><member type="relation" ref="1" role=""/>
            <member type="relation" ref="2"/></relation>
          <relation id="2" version="1"><member type="relation" ref="1" role="a"/>
            <member type="node" ref="404" role=""/>
          </relation>
          <relation id="3" version="1"/>
          <way id="1" version="1"><nd ref="2"/><nd ref="405"/><nd ref="2"/></way>
          <way id="2" version="1"/>
          <node id="2" version="1" lat="1" lon="1"/>
        </osm>
    """)
    assert everything()["members"] == {(3, 1, 1), (3, 2, 1), (3, 1, 2), (1, 404, 2)}
    assert everything()["way_nodes"] == {(2, 1), (405, 1)}
    assert current("way")[1][-1] == [2, 405, 2]
    assert current("way")[2][-1] == []
    assert current("relation")[3][-3:] == ([], [], [])


def test_ids_may_be_as_large_as_bigint_and_new_elements_still_get_small_ones() -> None:
    load_xml(f"""
        <osm>
          <node id="{MAX_ID}" version="1" lat="1" lon="1"/><node id="6" version="1" lat="1" lon="1"/>
          <way id="{MAX_ID}" version="1"><nd ref="{MAX_ID}"/></way>
          <relation id="{MAX_ID}" version="1"><member type="way" ref="{MAX_ID}" role=""/></relation>
          <relation id="{MAX_ID - 1}" version="{MAX_ID}"/>
        </osm>
    """)
    assert set(current("node")) == {6, MAX_ID}
    assert everything()["way_nodes"] == {(MAX_ID, MAX_ID)}
    new = {"version": 1, "changeset_id": 0}
    # Sequences are not rolled back between tests, so the exact number is not known.
    assert 6 < Node.objects.create(lat=0, lon=0, tile=tile_of(0, 0), **new).pk < 2**62
    assert Way.objects.create(**new).pk < 2**62
    assert Relation.objects.create(**new).pk < 2**62


def test_large_changeset_ids_and_uids_are_stored() -> None:
    load_xml(
        f'<osm><node id="1" version="1" lat="1" lon="1" changeset="{MAX_ID}" uid="{MAX_ID}" user="alice"/>'
        '<node id="2" version="1" lat="1" lon="1" uid="4" user="bob"/></osm>'
    )
    assert current("node")[1][2] == MAX_ID
    assert current("node")[2][2] == 1


@pytest.mark.parametrize(
    ("text", "scaled"),
    [
        ("47.12345675", 471_234_568),
        ("47.12345674999", 471_234_567),
        ("-0.00000005", -1),
        ("0.000000049", 0),
        ("-47.12345675", -471_234_568),
        ("90.00000001", 900_000_000),
        ("1e1", 100_000_000),
        ("89.9999999", 899_999_999),
    ],
)
def test_coordinates_with_more_decimals_are_rounded(text: str, scaled: int) -> None:
    load_xml(f'<osm><node id="1" version="1" lat="{text}" lon="{text}"/></osm>')
    assert current("node")[1][-2:] == (scaled, scaled)


def test_nodes_have_the_right_tile() -> None:
    load("n1 v1 x9.5 y47.1\nn2 v1 x-180 y-90\nn3 v1 x180 y90\n")
    for node in Node.objects.all():
        assert node.tile == tile_of(node.lat, node.lon)


def test_a_later_version_updates_the_lookup_tables() -> None:
    load("""
        w1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice Nn1,n2,n3
        r1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice Mn1@,w1@
        r2 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice Mn1@
    """)
    load("""
        r1 v2 dV c2 t2020-01-02T00:00:00Z i1 ualice Mw1@,w2@
        r2 v2 dD c2 t2020-01-02T00:00:00Z i1 ualice M
        w1 v2 dV c2 t2020-01-02T00:00:00Z i1 ualice Nn2,n4,n2
    """)
    assert everything()["way_nodes"] == {(2, 1), (4, 1)}
    assert everything()["members"] == {(2, 1, 1), (2, 2, 1)}
    load(
        "w1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice Nn1,n2,n3\n"
        "w1 v3 dD c3 t2020-01-03T00:00:00Z i1 ualice N\n"
    )
    assert everything()["way_nodes"] == set()


def test_an_older_version_that_comes_later_joins_the_history() -> None:
    load("n1 v3 dV c3 t2020-01-03T00:00:00Z i1 ualice x3 y3")
    load("n1 v1 dV c1 t2020-01-01T00:00:00Z i1 ualice x1 y1")
    assert current("node")[1][0] == 3
    assert set(superseded("node")) == {(1, 1)}
