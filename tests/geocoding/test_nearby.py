"""Query features: what is near a position, and what contains it."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from apps.features.update import update
from apps.geocoding.nearby import nearby, radius_at
from apps.geocoding.reading import Thing
from apps.users.models import User
from tests import worlds
from tests.oauth.flow import browser
from tests.web.test_elements import read, text_of

from .conftest import TIME, area, square

# A house with a shop in a wood with a clearing, and a bus along the street in front of it.
ELEMENTS = [
    *square(100, 9.40, 47.00, 9.60, 47.20),
    area(1, 100, "admin_level=2,name=Bergland,name:de=Gebirge,ISO3166-1=BL"),
    *square(110, 9.4990, 47.0990, 9.5090, 47.1090),
    *square(120, 9.5060, 47.1050, 9.5070, 47.1060),
    ("r2", "Ttype=multipolygon,natural=wood,name=Wald Mw110@outer,w120@inner"),
    ("n201", "x9.5000 y47.1000 T"),
    ("n202", "x9.5002 y47.1000 T"),
    ("n203", "x9.5002 y47.1002 T"),
    ("n204", "x9.5000 y47.1002 T"),
    ("w200", "Tbuilding=house,addr:housenumber=3,addr:street=Waldweg Nn201,n202,n203,n204,n201"),
    ("n1", "x9.50010 y47.10010 Tshop=bakery,name=Müller"),
    ("n2", "x9.50012 y47.10012 Tsource=survey"),
    ("n3", "x9.49000 y47.09990 T"),
    ("n4", "x9.51000 y47.09990 T"),
    ("w10", "Thighway=residential,name=Waldweg Nn3,n4"),
    ("r10", "Ttype=route,route=bus,ref=11,name=Bus%20%11 Mw10@"),
    ("n5", "x9.50010 y47.10100 Tamenity=bench"),
]
WORLD = "c1 k50 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 ucarol\n" + "\n".join(
    f"{element} v1 dV c1 {TIME} {rest}" for element, rest in ELEMENTS
)
AT = "/query?lat=47.1001&lon=9.5001"


@pytest.fixture
def wood(db: None) -> None:
    cache.clear()
    worlds.load(WORLD)
    assert update()


def names(things: Any) -> list[str]:
    return [f"{thing.type.label[0]}{thing.id}" for thing in things if isinstance(thing, Thing)]


def test_what_encloses_a_position_comes_smallest_first(wood: None) -> None:
    found = nearby(47.1001, 9.5001, 18)
    assert names(found.enclosing) == ["w200", "r2", "r1"]
    assert names(nearby(47.1055, 9.5065, 18).enclosing) == ["r1"]
    assert names(nearby(48, 9.5, 18).enclosing) == []


def test_what_is_near_comes_nearest_first_with_routes(wood: None) -> None:
    assert names(nearby(47.1001, 9.5001, 18).near) == ["n1"]
    assert names(nearby(47.1001, 9.5001, 16).near) == ["n1", "w10", "r10"]
    assert names(nearby(47.1001, 9.5001, 14).near) == ["n1", "w10", "r10"]
    assert names(nearby(47.1005, 9.5001, 14).near) == ["w200", "n1", "n5", "w10", "r10"]


def test_the_zoom_says_how_near(wood: None) -> None:
    assert [radius_at(zoom) for zoom in (19, 18, 17)] == [10, 15, 22.5]
    assert radius_at(20) == radius_at(99) < 7
    assert radius_at(14) == radius_at(-5) == radius_at(1) < 80


def test_a_moved_shop_is_where_it_is_now(wood: None) -> None:
    worlds.load(f"n1 v2 dV c1 {TIME} x9.5001 y47.1010 Tshop=bakery,name=Müller")
    assert update()
    assert names(nearby(47.1001, 9.5001, 18).near) == []
    assert sorted(names(nearby(47.1010, 9.5001, 18).near)) == ["n1", "n5"]


def test_the_number_of_statements_does_not_depend_on_what_is_found(
    django_assert_max_num_queries: Any, wood: None
) -> None:
    for lat in (47.1001, 48):
        with django_assert_max_num_queries(2):
            nearby(lat, 9.5001, 14)


def test_much_in_one_place_is_cut_off(wood: None) -> None:
    worlds.load("\n".join(f"n{900 + n} v1 dV c1 {TIME} x9.5501 y47.1501 Tnatural=tree" for n in range(70)))
    assert update()
    found = nearby(47.1501, 9.5501, 18)
    assert (len(found.near), found.omitted) == (60, 10)


def test_the_page_lists_kinds_names_and_links(client: Client, wood: None) -> None:
    page = read(client, f"{AT}&zoom=16")
    near, enclosing = page.split("Enclosing features")
    assert re.findall(r'href="(/[nwr]\w+/\d+)"', near) == ["/node/1", "/way/10", "/relation/10"]
    assert re.findall(r'href="(/[nwr]\w+/\d+)"', enclosing) == ["/way/200", "/relation/2", "/relation/1"]
    text = text_of(page)
    for line in (
        "Müller Bakery",
        "Waldweg Residential Road",
        "Bus 11 Bus Route",
        "Waldweg 3 House",
        "Wald Natural Wood",
    ):
        assert line in text
    assert 'data-lat="47.1001" data-lon="9.5001" data-radius="34"' in page
    assert 'data-outline="/query/way/10.json"' in page


def test_what_has_no_name_is_called_by_its_kind_and_number(client: Client, wood: None) -> None:
    page = read(client, "/query?lat=47.101&lon=9.5001")
    assert '<bdi>Bench</bdi> <span class="number">5</span>' in page


def test_names_are_in_the_language_of_the_reader(wood: None, alice: User) -> None:
    alice.languages = "de"
    alice.save()
    page = text_of(read(browser(alice), AT))
    assert "Gebirge" in page
    assert "Müller Bäckerei" in page


@pytest.mark.parametrize(
    "asked",
    [
        *("lat=x&lon=9", "lat=47.1", "lon=9.5", "lat=91&lon=9", "lat=47&lon=181", "lat=nan&lon=nan"),
        *("lat=inf&lon=1", "lat=47,1&lon=9,5", "lat=1e999&lon=1", "lat=%00&lon=%F0%9F%98%80"),
    ],
)
def test_a_position_that_is_none_is_explained(client: Client, wood: None, asked: str) -> None:
    assert "This is not a position" in read(client, f"/query?{asked}", status=400)


def test_without_a_position_the_page_asks_for_one(client: Client, wood: None) -> None:
    page = read(client, "/query?lat=&lon=")
    assert '<form action="/query">' in page
    assert "This is not a position" not in page


def test_where_nothing_is_the_page_says_where_there_is_data(client: Client, wood: None) -> None:
    page = read(client, "/query?lat=-89.9999999&lon=180")
    assert "There is nothing within 15 meters, and this position is not in any area." in page
    assert "This map has data" in page
    only = text_of(read(client, "/query?lat=47.19&lon=9.41&zoom=99"))
    assert "There is nothing within 7 meters." in only
    assert "This position is not in any area." in text_of(read(client, "/query?lat=46.99995&lon=9.4"))


def test_names_are_shown_as_text(client: Client, wood: None) -> None:
    worlds.load(f"n1 v2 dV c1 {TIME} x9.5001 y47.1001 Tshop=bakery,name=<b>x</b>")
    update()
    assert "<b>x" not in read(client, AT)


def test_shapes_are_geojson_for_the_map(client: Client, wood: None) -> None:
    response = client.get("/query/relation/2.json")
    assert response["Content-Type"] == "application/geo+json"
    assert response["Cache-Control"] == "max-age=60"
    geometry = response.json()["geometry"]
    assert (geometry["type"], len(geometry["coordinates"])) == ("Polygon", 2)
    assert min(map(tuple, geometry["coordinates"][0])) == (9.499, 47.099)
    assert client.get("/query/node/1.json").json()["geometry"] == {
        "type": "Point",
        "coordinates": [9.5001, 47.1001],
    }
    for path in ("/query/node/2.json", "/query/way/9999999999999999999.json", "/query/way/0.json"):
        assert client.get(path).status_code == 404


def test_large_shapes_are_simplified(client: Client, wood: None) -> None:
    points = [
        f"n{10_000 + n} v1 dV c1 {TIME} x{9.41 + n / 1e5:.5f} y{47.05 + n % 2 / 1e6:.6f}" for n in range(6000)
    ]
    way = ",".join(f"n{10_000 + n}" for n in range(6000))
    worlds.load("\n".join([*points, f"w900 v1 dV c1 {TIME} Thighway=track N{way}"]))
    update()
    geometry = client.get("/query/way/900.json").json()["geometry"]
    assert geometry["type"] == "LineString"
    assert len(geometry["coordinates"]) < 100
    west, east = (geometry["coordinates"][end][0] for end in (0, -1))
    assert (west, east) == (9.41, 9.46999)


def test_during_maintenance_the_page_is_refused(client: Client, settings: Settings) -> None:
    settings.STATUS = "api_offline"
    assert client.get(AT)["Location"] == "/offline"
