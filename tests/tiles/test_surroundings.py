"""Around the data, tiles show the rest of the world; within it, only the data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.conf import LazySettings
from django.test import Client
from shapely.geometry import shape

from apps.features.update import update
from apps.tiles.cache import packed_tile, refresh_stale
from apps.tiles.models import CachedTile
from apps.tiles.subjects import Tile
from apps.tiles.topology import Topology
from apps.tiles.world import world
from tests import worlds
from tests.features.conftest import TIME

from . import atlas
from .conftest import Layers, get, tile_at

WORLD = 1 << 32


@pytest.fixture(autouse=True)
def rest_of_the_world(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    atlas.write(tmp_path)
    settings.WORLD_ATLAS_DIR = tmp_path
    world.cache_clear()
    yield
    world.cache_clear()


def areas(layers: Layers, layer: str = "ocean") -> Any:
    found = [shape(feature["geometry"]) for feature in layers.get(layer, [])]
    assert all(area.is_valid for area in found)
    return shapely.union_all(found)


def share_of_sea(client: Client, lon: float, lat: float, z: int) -> float:
    sea: float = areas(get(client, *tile_at(lon, lat, z))).intersection(shapely.box(0, 0, 4096, 4096)).area
    return sea / 4096**2


def load(*lines: str) -> None:
    worlds.load(
        "\n".join(f"{line.split()[0]} v1 dV c1 {TIME} {' '.join(line.split()[1:])}" for line in lines)
    )
    assert update()


def shops(west: float, south: float, east: float, north: float, step: float = 0.04) -> list[str]:
    """Return so many shops that there is data everywhere in a box."""
    columns, rows = round((east - west) / step), round((north - south) / step)
    return [
        f"n{1000 + column * 100 + row} x{west + column * step:.3f} y{south + row * step:.3f} Tshop=yes"
        for column in range(columns)
        for row in range(rows)
    ]


def test_rings_are_cut_at_180_degrees_and_closed_around_a_pole() -> None:
    topology = Topology(atlas.document())
    [land] = topology.shapes("land")
    found = list(topology.areas_of(land))
    assert all(area.is_valid for area in found)
    bounds = sorted(tuple(round(side / WORLD * 360) for side in area.bounds[::2]) for area in found)
    assert bounds == [(0, 2), (0, 360), (180, 200), (358, 360)]
    ice = max(found, key=lambda area: area.bounds[3])
    assert ice.bounds[3] == WORLD
    assert ice.contains(shapely.Point(WORLD / 2, WORLD - 1000))
    [border] = topology.borders("countries")
    assert border.length > 0
    assert border.bounds[0] == border.bounds[2] == round(190 / 360 * WORLD)


@pytest.mark.django_db
@pytest.mark.parametrize("z", [0, 3, 7, 8, 14])
def test_there_is_sea_and_land_at_every_zoom(client: Client, z: int) -> None:
    assert share_of_sea(client, -40, 30, z) > 0.5
    if z > 3:
        assert share_of_sea(client, -40, 30, z) == 1
        assert share_of_sea(client, 5, 45, z) == 0
    if z > 7:
        assert share_of_sea(client, 179, -15, z) == share_of_sea(client, -179, -15, z) == 0
        assert share_of_sea(client, 0, -80, z) == 0


@pytest.mark.django_db
def test_borders_and_names_of_countries_are_shown_to_zoom_7(client: Client) -> None:
    for z in (5, 7):
        layers = get(client, *tile_at(10, 45, z))
        [border] = layers["boundaries"]
        assert border["properties"] == {"admin_level": 2, "maritime": False, "disputed": False}
    assert "boundaries" not in get(client, *tile_at(10, 45, 8))
    labels = [
        feature["properties"]
        for x in range(32)
        for y in range(8, 16)
        for feature in get(client, 5, x, y).get("boundary_labels", [])
    ]
    assert {label["name"] for label in labels} == {"Westland", "Eastland"}
    assert all(label["admin_level"] == 2 and label["way_area"] > 1e7 for label in labels)


@pytest.mark.django_db
def test_within_the_data_only_the_data_is_shown(client: Client) -> None:
    before = areas(get(client, *tile_at(10, 45.05, 7)), "boundaries")
    load(*shops(9.8, 44.8, 10.2, 45.2))
    after = areas(get(client, *tile_at(10, 45.05, 7)), "boundaries")
    assert 300 < before.length - after.length < 1500
    # At higher zooms, too: it is a part of the border that is missing.
    assert "boundaries" not in get(client, *tile_at(10, 45, 12))


@pytest.mark.django_db
def test_new_data_marks_tiles_around_it_as_stale(client: Client) -> None:
    load("n1 x-100 y40 Tshop=yes")
    low = Tile(*tile_at(10, 45.05, 6))
    assert packed_tile(low)
    load(*shops(9.8, 44.8, 10.2, 45.2))
    assert CachedTile.objects.get(z=6, is_stale=True).x == low.x
    assert refresh_stale() == 1


@pytest.mark.django_db
def test_sea_around_the_data_is_not_stored(client: Client) -> None:
    assert share_of_sea(client, -40, 30, 14) == 1
    assert CachedTile.objects.count() == 0
    assert share_of_sea(client, -40, 30, 7) == 1
    assert CachedTile.objects.count() == 1


COAST = [f"n{number} x5 y{44.9 + number / 50:.2f} T" for number in range(1, 10)]
"""To the north: land to the west, sea to the east. Around it, the rest of the world has only land."""


def load_coast(*ways: str) -> None:
    load(*shops(4.8, 44.8, 5.2, 45.2), *COAST, *ways)


@pytest.mark.django_db
def test_a_coastline_that_is_cut_off_divides_land_and_sea(client: Client) -> None:
    load_coast("w1 Tnatural=coastline Nn1,n2,n3,n4,n5,n6,n7,n8,n9")
    for z in (9, 10, 11):
        z_, x, y = tile_at(5, 45, z)
        sea = areas(get(client, z_, x, y))
        coast = (5 + 180) / 360 * 2**z - x
        assert sea.area > 0
        # Nothing to the west, up to the pixels of the joints.
        assert sea.intersection(shapely.box(-64, -64, coast * 4096 - 3, 4200)).area < sea.area / 100
    assert share_of_sea(client, 4.9, 45, 10) < share_of_sea(client, 5.1, 45, 10) + 0.5


@pytest.mark.django_db
def test_without_a_coastline_in_the_tile_the_nearest_one_decides(client: Client) -> None:
    load_coast("w1 Tnatural=coastline Nn1,n2,n3,n4,n5,n6,n7,n8,n9")
    for z in (12, 13, 14):
        assert share_of_sea(client, 5.12, 45, z) == 1
        assert share_of_sea(client, 4.9, 45, z) == 0


@pytest.mark.django_db
def test_a_gap_in_a_coastline_lets_no_sea_in(client: Client) -> None:
    load_coast("w1 Tnatural=coastline Nn1,n2,n3,n4", "w2 Tnatural=coastline Nn5,n6,n7,n8,n9")
    for z in (12, 14):
        assert share_of_sea(client, 5.12, 44.99, z) == 1
        assert share_of_sea(client, 4.9, 44.99, z) == 0
    z, x, y = tile_at(5, 45, 10)
    sea = areas(get(client, z, x, y))
    coast = ((5 + 180) / 360 * 2**z - x) * 4096
    assert sea.area > 0
    assert sea.intersection(shapely.box(-64, -64, coast - 3, 4200)).area < sea.area / 100


@pytest.mark.django_db
def test_without_the_package_the_map_ends_with_the_data(
    client: Client, settings: LazySettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.WORLD_ATLAS_DIR = tmp_path / "missing"
    world.cache_clear()
    assert get(client, *tile_at(-40, 30, 5)) == {}
    assert get(client, *tile_at(10, 45, 5)) == {}
    load_coast("w1 Tnatural=coastline Nn1,n2,n3,n4,n5,n6,n7,n8,n9")
    assert share_of_sea(client, 5.12, 45, 13) == 1
    assert len(caplog.records) == 1
    assert "is missing" in caplog.text


@pytest.mark.django_db
def test_the_real_world_is_valid(settings: LazySettings) -> None:
    from osmsite.settings import WORLD_ATLAS_DIR

    if not WORLD_ATLAS_DIR.exists():
        pytest.skip("npm has not installed it")
    settings.WORLD_ATLAS_DIR = WORLD_ATLAS_DIR
    world.cache_clear()
    found = world()
    assert found
    everywhere = shapely.box(0, 0, WORLD, WORLD)
    land = found.land(everywhere, 0)
    assert shapely.is_valid(land).all()
    assert 0.35 < shapely.area(land).sum() / WORLD**2 < 0.45
    names = {country.name for country in found.countries(everywhere)}
    assert {"Liechtenstein", "Fiji", "Western Sahara", "Antarctica"} <= names
    assert not [name for name in names if "." in name]
