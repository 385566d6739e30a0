"""What is in the tiles of a small world, and how they are sent."""

import gzip
from typing import Any

import pytest
import shapely
from django.db import connection
from django.test import Client
from shapely.geometry import shape

from apps.features.models import LOW_ZOOM, MIDDLE_ZOOM
from apps.features.update import update
from apps.tiles.kinds import DETAIL
from apps.tiles.selection import statement
from tests import worlds
from tests.features.conftest import TIME, town  # noqa: F401 (a fixture)

from .conftest import Layers, get, tile_at

PLACE = (9.505, 47.104)


def url(z: int, place: tuple[float, float] = PLACE) -> str:
    return "/tiles/shortbread_v1/{}/{}/{}.mvt".format(*tile_at(*place, z))


def properties(layers: Layers, name: str) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in layers.get(name, [])]


def test_each_feature_is_in_the_layer_of_its_kind(town: None, client: Client) -> None:  # noqa: F811
    layers = get(client, *tile_at(*PLACE, 14))
    assert set(layers) == {
        *("place_labels", "land", "buildings", "addresses", "streets", "street_labels", "pois"),
        # A boundary of a municipality
        "details",
    }
    assert properties(layers, "place_labels") == [{"kind": "village", "name": "Dorf", "population": 1200}]
    assert properties(layers, "land") == [{"kind": "forest"}]
    assert properties(layers, "buildings") == [{}]
    assert properties(layers, "addresses") == [{"housenumber": "1"}]
    assert properties(layers, "pois") == [{"shop": "bakery", "name": "Bäckerei Müller"}]
    assert properties(layers, "street_labels") == [{"kind": "residential", "name": "Dorfstrasse"}]
    assert properties(layers, "details") == [
        {"key": "boundary", "kind": "administrative", "admin_level": 8},
    ]
    assert {street["kind"] for street in properties(layers, "streets")} == {"residential", "track"}
    no = dict.fromkeys(("rail", "link", "tunnel", "bridge", "oneway", "oneway_reverse"), False)
    unknown = dict.fromkeys(("surface", "bicycle", "horse"), "")
    assert properties(layers, "streets")[0] == {"kind": "residential"} | no | unknown


def test_an_id_that_no_tile_can_hold_is_left_out(town: None, client: Client) -> None:  # noqa: F811
    lon, lat = PLACE
    worlds.load(
        f"n{2**63 - 1} v1 dV c1 {TIME} x{lon} y{lat} Tshop=bakery,name=Far\n"
        f"n{2**61 - 1} v1 dV c1 {TIME} x{lon} y{lat} Tshop=bakery,name=Near"
    )
    assert update()
    found = {each["properties"]["name"]: each["id"] for each in get(client, *tile_at(*PLACE, 14))["pois"]}
    assert (found["Far"], found["Near"]) == (0, 4 * (2**61 - 1) + 1)


def test_ids_tell_the_element(town: None, client: Client) -> None:  # noqa: F811
    layers = get(client, *tile_at(*PLACE, 14))
    assert [feature["id"] for feature in layers["pois"]] == [9 * 4 + 1]
    assert sorted(feature["id"] for feature in layers["streets"]) == [1 * 4 + 2, 2 * 4 + 2]
    assert [feature["id"] for feature in layers["land"]] == [1 * 4 + 3]
    for layer, found in get(client, *tile_at(*PLACE, 12)).items():
        has_ids = {feature.get("id", 0) != 0 for feature in found}
        assert has_ids == {layer == "place_labels"}, layer


def test_areas_have_their_holes(town: None, client: Client) -> None:  # noqa: F811
    layers = get(client, *tile_at(9.5045, 47.1045, 14))
    [wood], [house] = layers["land"], layers["buildings"]
    assert len(wood["geometry"]["coordinates"]) == 2
    assert shape(wood["geometry"]).is_valid
    clearing = shapely.Polygon(wood["geometry"]["coordinates"][1])
    assert shape(house["geometry"]).equals(clearing)


@pytest.mark.parametrize(
    ("tags", "layer", "zoom", "expected"),
    [
        ("highway=motorway_link,ref=A1;A2", "streets", 5, {"kind": "motorway", "rail": False}),
        ("highway=trunk", "streets", 6, {"kind": "trunk", "rail": False}),
        ("railway=rail", "streets", 8, {"kind": "rail", "rail": True}),
        ("railway=rail,service=siding", "streets", 10, {"kind": "rail", "rail": True}),
        ("highway=living_street", "streets", 13, None),
        ("waterway=river,name=Rhein", "water_lines", 9, {"kind": "river", "tunnel": False, "bridge": False}),
        ("waterway=river,name=Rhein", "water_lines_labels", 12, {"kind": "river", "name": "Rhein"}),
        ("waterway=stream", "water_lines", 14, {"kind": "stream", "tunnel": False, "bridge": False}),
        ("waterway=dam", "dam_lines", 12, {"kind": "dam"}),
        ("man_made=pier", "pier_lines", 12, {"kind": "pier"}),
        ("aerialway=rope_tow", "aerialways", 12, {"kind": "rope-tow"}),
        ("route=ferry,name=F", "ferries", 10, {"kind": "ferry", "name": "F"}),
        ("route=ferry,motor_vehicle=no", "ferries", 12, {"kind": "ferry"}),
        ("highway=motorway,ref=A1;B22,name=N", "street_labels", 10, None),
        ("natural=cliff", "details", 13, {"key": "natural", "kind": "cliff"}),
        ("power=minor_line", "details", 14, {"key": "power", "kind": "minor_line"}),
        ("barrier=fence", "details", 14, {"key": "barrier", "kind": "fence"}),
    ],
)
def test_lines_appear_at_the_zoom_of_the_schema(
    town: None,  # noqa: F811
    client: Client,
    tags: str,
    layer: str,
    zoom: int,
    expected: dict[str, Any] | None,
) -> None:
    # Long enough to be seen at zoom 5.
    worlds.load(f"n30 v1 dV c1 {TIME} x8.5 y46.5 T\nw30 v1 dV c1 {TIME} T{tags.replace(' ', '%20%')} Nn30,n3")
    assert update()
    found = properties(get(client, *tile_at(9.0, 46.8051, zoom)), layer)
    assert len(found) == 1
    if expected is not None:
        assert found == [expected]
    earlier = get(client, *tile_at(9.0, 46.8051, zoom - 1))
    assert not [kind for kind in properties(earlier, layer) if kind.get("kind") == found[0]["kind"]]


@pytest.mark.parametrize(
    ("tags", "layer", "zoom", "expected"),
    [
        ("place=city,name=A,name:en=B,name:de=C", "place_labels", 6, 100_000),
        ("place=town,name=A,capital=yes", "place_labels", 4, 5_000),
        ("place=hamlet,name=A", "place_labels", 10, 50),
        ("natural=peak,name=A,ele=2100", "details", 11, None),
        ("highway=motorway_junction,ref=7", "street_labels_points", 12, None),
        ("railway=station,name=A", "public_transport", 13, None),
        ("highway=bus_stop", "public_transport", 14, None),
        ("amenity=recycling,recycling:paper=yes", "pois", 14, None),
        ("natural=tree", "details", 14, None),
        ("shop=sewing", "details", 14, None),
        ("addr:housename=Villa", "addresses", 14, None),
    ],
)
def test_points_appear_at_the_zoom_of_the_schema(
    town: None,  # noqa: F811
    client: Client,
    tags: str,
    layer: str,
    zoom: int,
    expected: int | None,
) -> None:
    worlds.load(f"n30 v1 dV c1 {TIME} x12.5 y46.5 T{tags}")
    assert update()
    [found] = properties(get(client, *tile_at(12.5, 46.5, zoom)), layer)
    assert found.get("population") == expected
    assert not properties(get(client, *tile_at(12.5, 46.5, zoom - 1)), layer)


def test_pois_are_not_addresses_too(town: None, client: Client) -> None:  # noqa: F811
    worlds.load(f"n30 v1 dV c1 {TIME} x12.5 y46.5 Tamenity=bank,atm=yes,addr:housenumber=3")
    assert update()
    layers = get(client, *tile_at(12.5, 46.5, 14))
    assert properties(layers, "pois") == [{"amenity": "bank", "atm": True, "housenumber": "3"}]
    assert "addresses" not in layers


def test_borders_know_their_level(town: None, client: Client) -> None:  # noqa: F811
    worlds.load(
        f"r30 v1 dV c1 {TIME} Ttype=boundary,boundary=administrative,admin_level=2,name=Land "
        "Mw1@outer,w2@outer,w3@outer"
    )
    assert update()
    layers = get(client, *tile_at(*PLACE, 5))
    # Its ways are one line, as they are equal.
    assert properties(layers, "boundaries") == [{"admin_level": 2, "maritime": False, "disputed": False}]
    [label] = properties(layers, "boundary_labels")
    assert (label["admin_level"], label["name"]) == (2, "Land")
    assert "boundary_labels" not in get(client, *tile_at(*PLACE, 4))


def test_water_is_to_the_right_of_the_coastline(town: None, client: Client) -> None:  # noqa: F811
    worlds.load(
        f"n30 v1 dV c1 {TIME} x9.0 y50.005 T\nn31 v1 dV c1 {TIME} x9.2 y50.005 T\n"
        f"w30 v1 dV c1 {TIME} Tnatural=coastline Nn30,n31"
    )
    assert update()
    z, x, y = tile_at(9.1, 50.005, 14)
    [ocean] = get(client, z, x, y)["ocean"]
    area = shape(ocean["geometry"])
    assert area.is_valid
    # To the south, which is where y grows.
    assert area.bounds[3] == 4096 + 64
    assert area.bounds[1] > 0


def test_an_area_that_is_smaller_than_a_unit_is_not_lost(town: None, client: Client) -> None:  # noqa: F811
    worlds.load(
        f"n30 v1 dV c1 {TIME} x12.5000000 y46.5 T\nn31 v1 dV c1 {TIME} x12.5000002 y46.5 T\n"
        f"n32 v1 dV c1 {TIME} x12.5000002 y46.5000001 T\nw30 v1 dV c1 {TIME} Tbuilding=yes Nn30,n31,n32,n30\n"
        f"w31 v1 dV c1 {TIME} Tbarrier=wall Nn30,n31"
    )
    assert update()
    layers = get(client, *tile_at(12.5, 46.5, 14))
    assert shape(layers["buildings"][0]["geometry"]).area == 1
    assert shape(layers["details"][0]["geometry"]).length == 1


# How tiles are sent


def test_tiles_are_packed_and_open_to_all(town: None, client: Client) -> None:  # noqa: F811
    response = client.get(url(14), HTTP_ACCEPT_ENCODING="br, gzip")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert response["Content-Encoding"] == "gzip"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Vary"] == "Accept-Encoding"
    assert response["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in response
    plain = client.get(url(14))
    assert "Content-Encoding" not in plain
    assert plain.content == gzip.decompress(response.content)
    assert plain["ETag"] == response["ETag"]


def test_who_has_a_tile_gets_304(town: None, client: Client) -> None:  # noqa: F811
    tag = client.get(url(14))["ETag"]
    response = client.get(url(14), HTTP_IF_NONE_MATCH=tag)
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == tag
    assert response["Access-Control-Allow-Origin"] == "*"
    worlds.load(f"n9 v2 dV c1 {TIME} x9.506 y47.105 Tshop=butcher")
    assert update()
    assert client.get(url(14), HTTP_IF_NONE_MATCH=tag).status_code == 200


@pytest.mark.parametrize(
    "path", ["15/0/0", "0/1/0", "3/8/0", "3/0/8", "14/16384/0", "99999999999999999999/0/0"]
)
def test_there_are_no_tiles_outside_of_the_world_and_the_zooms(db: None, client: Client, path: str) -> None:
    response = client.get(f"/tiles/shortbread_v1/{path}.mvt")
    assert response.status_code == 404
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_tile_without_anything_is_204(town: None, client: Client) -> None:  # noqa: F811
    response = client.get(url(14, (-100, 10)))
    assert (response.status_code, response.content) == (204, b"")


def test_tiles_can_only_be_read(town: None, client: Client) -> None:  # noqa: F811
    assert client.head(url(14)).status_code == 200
    assert client.post(url(14)).status_code == 405
    preflight = client.options(
        url(14), HTTP_ORIGIN="https://example.org", HTTP_ACCESS_CONTROL_REQUEST_METHOD="GET"
    )
    assert preflight["Access-Control-Allow-Methods"] == "GET, HEAD"


def test_the_description_names_every_layer(town: None, client: Client) -> None:  # noqa: F811
    response = client.get("/tiles/shortbread_v1.json")
    assert response["Access-Control-Allow-Origin"] == "*"
    document = response.json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == ["http://127.0.0.1:8000/tiles/shortbread_v1/{z}/{x}/{y}.mvt"]
    assert (document["minzoom"], document["maxzoom"]) == (0, DETAIL)
    lon, lat, zoom = document["center"]
    assert (lon, lat) == pytest.approx(PLACE, abs=0.05)
    assert zoom > 10
    west, south, east, north = document["data_bounds"]
    assert west < PLACE[0] < east
    assert south < PLACE[1] < north
    fields = {layer["id"]: layer["fields"] for layer in document["vector_layers"]}
    for z in (5, 9, 12, 13, 14):
        for name, features in get(client, *tile_at(*PLACE, z)).items():
            for feature in features:
                assert feature["properties"].keys() <= fields[name].keys(), name
    again = client.get("/tiles/shortbread_v1.json", HTTP_IF_NONE_MATCH=response["ETag"])
    assert again.status_code == 304


_MANY = """
INSERT INTO features
  (type, id, version, shape, min_zoom, importance, size, key, value, tags, names, words, label, box, geometry)
SELECT 1, 1000 + n, 1, 1, CASE WHEN n % 1000 = 0 THEN 5 WHEN n % 20 = 0 THEN 10 ELSE 14 END, 0, 0, 'a', 'b', '{}',
  '', '', point(x, y), box(point(x, y), point(x, y)), ''
FROM (SELECT n, n % 200 * 20000000.0 AS x, n / 200 * 20000000.0 AS y FROM generate_series(1, 20000) AS n) AS found
"""


def test_the_smallest_index_is_used(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MANY)
        cursor.execute("ANALYZE features")
        for zoom in range(DETAIL + 1):
            cursor.execute(
                f"EXPLAIN {statement(zoom)}", {"box": "(2268000000,1507000000),(2267000000,1506000000)"}
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())
            low = "features_box_low" if zoom <= LOW_ZOOM else "features_box_middle"
            expected = low if zoom <= MIDDLE_ZOOM else "features_box"
            assert f"on {expected} " in plan or f"using {expected} " in plan, zoom
