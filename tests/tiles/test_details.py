"""What the schema has no place for is in the layer `details`, so that nothing is lost for our own map."""

from typing import Any

import pytest
from django.test import Client

from apps.features.update import update
from tests import worlds
from tests.features.conftest import TIME, town  # noqa: F401 (a fixture)

from .conftest import Layers, get, tile_at

CORNERS = [(12.5, 46.5), (12.501, 46.5), (12.501, 46.501), (12.5, 46.501)]


def area(client: Client, tags: str) -> Layers:
    """Return the tile with a square that has some tags."""
    nodes = [f"n{30 + i} v1 dV c1 {TIME} x{x} y{y} T" for i, (x, y) in enumerate(CORNERS)]
    way = f"w30 v1 dV c1 {TIME} T{tags.replace(' ', '%20%')} Nn30,n31,n32,n33,n30"
    worlds.load("\n".join([*nodes, way]))
    assert update()
    return get(client, *tile_at(12.5005, 46.5005, 14))


def details(layers: Layers) -> list[tuple[str, dict[str, Any]]]:
    """Return the type of geometry and the attributes of each feature, the sizes left out."""
    found = []
    for feature in layers.get("details", []):
        has_size = feature["properties"].pop("way_area", 0) > 0
        assert has_size == (feature["geometry"]["type"] == "Point")
        found.append((feature["geometry"]["type"], feature["properties"]))
    return found


def test_an_area_of_which_the_schema_has_only_a_point_is_there_as_an_area(
    town: None,  # noqa: F811
    client: Client,
) -> None:
    layers = area(client, "leisure=pitch,sport=soccer")
    assert [feature["properties"] for feature in layers["pois"]] == [{"leisure": "pitch", "sport": "soccer"}]
    assert details(layers) == [("Polygon", {"key": "leisure", "kind": "pitch"})]


def test_the_name_of_an_area_without_labels_is_a_point(town: None, client: Client) -> None:  # noqa: F811
    layers = area(client, "natural=wood,name=Dark wood")
    assert [feature["properties"] for feature in layers["land"]] == [{"kind": "forest"}]
    assert details(layers) == [("Point", {"key": "natural", "kind": "wood", "name": "Dark wood"})]


def test_a_named_house_with_a_number_keeps_its_name(town: None, client: Client) -> None:  # noqa: F811
    layers = area(client, "building=yes,name=Villa,addr:housenumber=7")
    assert [feature["properties"] for feature in layers["addresses"]] == [{"housenumber": "7"}]
    assert details(layers) == [("Point", {"key": "building", "kind": "yes", "name": "Villa"})]


def test_a_lake_has_its_label_in_the_layer_of_the_schema(town: None, client: Client) -> None:  # noqa: F811
    layers = area(client, "natural=water,name=Mere")
    assert "water_polygons_labels" in layers
    assert details(layers) == []


@pytest.mark.parametrize("tags", ["amenity=kindergarten", "amenity=kindergarten,addr:housenumber=7"])
def test_an_area_of_a_kind_that_the_schema_lacks_is_there_twice(
    town: None,  # noqa: F811
    client: Client,
    tags: str,
) -> None:
    kind = {"key": "amenity", "kind": "kindergarten"}
    assert sorted(details(area(client, tags)), key=lambda found: found[0]) == [
        ("Point", kind),
        ("Polygon", kind),
    ]


def test_a_shop_with_an_address_is_not_only_an_address(town: None, client: Client) -> None:  # noqa: F811
    worlds.load(f"n40 v1 dV c1 {TIME} Tshop=sewing,name=Garn,addr:housenumber=3 x12.5 y46.5")
    assert update()
    layers = get(client, *tile_at(12.5, 46.5, 14))
    assert [feature["properties"] for feature in layers["addresses"]] == [{"housenumber": "3"}]
    [found] = layers["details"]
    assert found["properties"] == {"key": "shop", "kind": "sewing", "name": "Garn"}


def test_a_reserve_has_an_area_and_a_name_before_the_largest_zoom(town: None, client: Client) -> None:  # noqa: F811
    area(client, "leisure=nature_reserve,name=Moor")
    found = details(get(client, *tile_at(12.5005, 46.5005, 13)))
    assert [geometry for geometry, _ in found] == ["Polygon", "Point"]
    assert {properties["name"] for _, properties in found} == {"Moor"}


@pytest.mark.parametrize(
    ("tags", "is_oneway"),
    [
        ("junction=roundabout", True),
        ("junction=roundabout,oneway=no", False),
        ("oneway=-1", True),
        ("", False),
    ],
)
def test_a_roundabout_is_one_way(town: None, client: Client, tags: str, is_oneway: bool) -> None:  # noqa: F811
    layers = area(client, f"highway=residential{',' if tags else ''}{tags}")
    assert [feature["properties"]["oneway"] for feature in layers["streets"]] == [is_oneway]


def test_points_can_be_clicked_at_all_zooms(town: None, client: Client) -> None:  # noqa: F811
    layers = get(client, *tile_at(9.505, 47.104, 10))
    assert [feature["id"] for feature in layers["place_labels"]] == [11 * 4 + 1]
