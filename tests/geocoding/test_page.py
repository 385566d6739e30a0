"""The page that lists results."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from apps.users.models import User
from tests.oauth.flow import browser
from tests.web.test_elements import read, text_of

pytestmark = pytest.mark.django_db


def listed(page: str) -> list[str]:
    """Return the text of each result."""
    return [text_of(item) for item in re.findall(r"<li data-result.*?(<a href=.*?)</li>", page)]


def test_results_are_listed_with_kind_and_place(client: Client, villages: None) -> None:
    page = read(client, "/search?query=Rosen-Apotheke")
    assert "1 result for “Rosen-Apotheke”" in page
    [result] = listed(page)
    assert result.startswith("Rosen-Apotheke Pharmacy")
    assert result.endswith("Landstrasse 3, Oberdorf, Bergland")


def test_a_result_leads_to_its_page_and_its_place_on_the_map(client: Client, villages: None) -> None:
    page = read(client, "/search?query=Oberdorf")
    assert '<a href="/node/1#map=12/47.15/9.5" data-hover="node/1"><bdi>Oberdorf</bdi></a>' in page
    page = read(client, "/search?query=Landstrasse 12a, Unterdorf")
    assert (
        '<a href="/node/22#map=18/47.0502/9.497" data-hover="node/22"><bdi>Landstrasse 12a</bdi></a>' in page
    )
    assert listed(page)[0].endswith("9002 Unterdorf, Bergland")


def test_names_and_kinds_are_in_the_languages_of_the_reader(
    client: Client, villages: None, alice: User
) -> None:
    asked = client.get("/search?query=Rosen-Apotheke", headers={"Accept-Language": "fr-CH,fr;q=0.9"})
    assert "Pharmacie" in asked.content.decode()
    assert "Villehaut" in asked.content.decode()
    assert "Accept-Language" in asked["Vary"]
    alice.languages = "de"
    alice.save()
    assert "Apotheke in " not in read(browser(alice), "/search?query=Unterdorf")
    assert "n31" not in listed(read(browser(alice), "/search?query=Apotheke in Unterdorf"))
    assert listed(read(browser(alice), "/search?query=Apotheke in Unterdorf"))[0].startswith("Zum Löwen")


def test_what_is_near_the_map_comes_first(client: Client, villages: None) -> None:
    view = "minlon=9.49&minlat=47.04&maxlon=9.51&maxlat=47.06"
    first = listed(read(client, f"/search?query=Landstrasse 1&{view}"))[0]
    assert "Unterdorf" in first


@pytest.mark.parametrize(
    "view", ["minlon=9", "minlon=x&minlat=nan&maxlon=1&maxlat=2", "minlon=9&minlat=9&maxlon=1&maxlat=1"]
)
def test_a_view_that_is_none_is_ignored(client: Client, villages: None, view: str) -> None:
    assert listed(read(client, f"/search?query=Oberdorf&{view}"))


def test_without_results_the_page_says_where_there_is_data(client: Client, villages: None) -> None:
    cache.clear()
    page = read(client, "/search?query=Atlantis")
    assert "No results for “Atlantis”" in page
    assert re.search(r'This map has data <a href="/#map=\d+/47\.\d+/9\.\d+">between latitudes', page)


def test_names_are_shown_as_text(client: Client, villages: None) -> None:
    page = read(client, "/search?query=<b>Oberdorf</b>")
    assert "<b>Oberdorf" not in page


def test_without_the_database_positions_are_still_found(client: Client, settings: Settings) -> None:
    settings.STATUS = "database_offline"
    assert client.get("/search?query=47.1,9.5").status_code == 302
    assert "No results for" in read(client, "/search?query=Vaduz")
