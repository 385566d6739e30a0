"""geopy, a Python package for geocoders, searches with its class for Nominatim at a live instance."""

from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from geopy.exc import GeocoderQueryError
from geopy.geocoders import Nominatim
from pytest_django.live_server_helper import LiveServer

from apps.features.update import update
from tests import worlds
from tests.geocoding.conftest import WORLD

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def geocoder(live_server: LiveServer) -> Nominatim:
    cache.clear()
    worlds.load(WORLD)
    assert update()

    geocoder = Nominatim(
        domain=urlsplit(live_server.url).netloc, scheme="http", user_agent="tests", timeout=20
    )
    # geopy has a setting for the host, but none for the path.
    geocoder.api = f"{live_server.url}/nominatim/search"
    geocoder.reverse_api = f"{live_server.url}/nominatim/reverse"
    return geocoder


def test_it_finds_an_address(geocoder: Nominatim) -> None:
    found = geocoder.geocode("Landstrasse 12a, Unterdorf", addressdetails=True)
    assert found.address == "Landstrasse 12a, 9002 Unterdorf, Bergland"
    assert (found.latitude, found.longitude) == (47.0502, 9.497)
    assert found.raw["osm_id"] == 22
    assert found.raw["address"]["house_number"] == "12a"
    assert geocoder.geocode("Atlantis") is None


def test_it_finds_the_parts_of_an_address(geocoder: Nominatim) -> None:
    found = geocoder.geocode({"street": "1 Landstrasse", "city": "Unterdorf", "country": "Bergland"})
    assert found.raw["osm_id"] == 21
    with pytest.raises(GeocoderQueryError):
        geocoder.geocode("")


def test_it_finds_several_with_names_tags_and_outlines(geocoder: Nominatim) -> None:
    found = geocoder.geocode(
        "Landstrasse",
        exactly_one=False,
        limit=2,
        geometry="geojson",
        namedetails=True,
        extratags=True,
        viewbox=[(47.04, 9.49), (47.06, 9.51)],
    )
    assert len(found) == 2
    assert found[0].raw["osm_id"] == 12
    assert found[0].raw["geojson"]["type"] == "LineString"
    assert found[0].raw["namedetails"] == {"name": "Landstrasse"}
    assert found[0].raw["extratags"] == {}


def test_it_limits_the_search(geocoder: Nominatim) -> None:
    view = [(47.04, 9.49), (47.06, 9.51)]
    assert geocoder.geocode("Landstrasse 1", viewbox=view, bounded=True).raw["osm_id"] == 21
    assert geocoder.geocode("Oberdorf", viewbox=view, bounded=True) is None
    assert geocoder.geocode("Oberdorf", country_codes=["ch", "at"]) is None
    assert geocoder.geocode("Oberdorf", country_codes="bl", language="fr").address == "Villehaut, Bergland"


def test_it_says_what_is_at_a_position(geocoder: Nominatim) -> None:
    assert geocoder.reverse("47.0501, 9.496").address == "Landstrasse 1, 9002 Unterdorf, Bergland"
    assert geocoder.reverse((47.0501, 9.496), zoom=13, language="en").address == "Unterdorf, Mountainia"
    assert geocoder.reverse((0, 0)) is None
