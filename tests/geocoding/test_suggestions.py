"""Suggestions for what is being typed in the search field."""

from typing import Any

import pytest
from django.test import Client

from apps.features.update import update
from apps.geocoding.search import Wish, suggest
from apps.users.models import User
from apps.web.geocoding.views_of_map import box_of
from tests import worlds
from tests.oauth.flow import browser
from tests.web.test_elements import read

from .conftest import TIME

pytestmark = pytest.mark.usefixtures("villages")


def suggested(client: Client, query: str, **parameters: Any) -> list[dict[str, str]]:
    response = client.get("/search/suggestions.json", {"query": query, **parameters})
    assert response.status_code == 200
    found: list[dict[str, str]] = response.json()["suggestions"]
    return found


def labels(client: Client, query: str, **parameters: Any) -> list[str]:
    return [item["label"] for item in suggested(client, query, **parameters)]


def test_a_suggestion_has_a_kind_a_place_and_a_path(client: Client) -> None:
    [item] = suggested(client, "Rosen")
    assert item == {
        "label": "Rosen-Apotheke",
        "kind": "Pharmacy Counter",
        "place": "Landstrasse 3, Oberdorf, Bergland",
        "path": "/node/30#map=18/47.1508/9.498",
    }


@pytest.mark.parametrize(
    ("text", "first"),
    [
        *(
            ("o", "Oberdorf"),
            ("ob", "Oberdorf"),
            ("obe", "Oberdorf"),
            ("vil", "Oberdorf"),
            ("berg", "Bergland"),
        ),
        *(
            ("gros", "Großer Gipfel"),
            ("großer g", "Großer Gipfel"),
            ("landstrasse 12", ""),
            ("land", "Landstrasse"),
        ),
        *(("landstrasse 12a", "Landstrasse 12a"), ("landstrasse, unt", "Landstrasse"), ("東", "東京ホテル")),
        *(("zum loe", "Zum Löwen"), ("xyzzy", ""), ("Oberdorff", "")),
    ],
)
def test_the_beginning_of_a_name_suggests_it(client: Client, text: str, first: str) -> None:
    assert labels(client, text)[:1] == ([first] if first else [])


def test_of_one_or_two_letters_only_places_are_suggested(client: Client) -> None:
    assert labels(client, "la") == []
    assert "Landstrasse" in labels(client, "lan")


def test_what_is_near_the_middle_of_the_map_comes_first(client: Client) -> None:
    for lat, village in ((47.05, "Unterdorf"), (47.15, "Oberdorf")):
        first, *_ = suggested(client, "Landstr", lat=lat, lon=9.5)
        assert village in first["place"]


def test_at_most_eight_are_suggested(client: Client) -> None:
    worlds.load(
        "\n".join(
            f"n{60 + n} v1 dV c1 {TIME} x9.5 y47.{10 + n} Tamenity=cafe,name=Adler%20%{n}" for n in range(12)
        )
    )
    assert update()
    assert len(suggested(client, "adl")) == 8


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "%20", "47.1, 9.5", "95, 9", "way 12", "https://www.openstreetmap.org/node/1", "x" * 101),
        *("'; DROP TABLE features; --", "a:*|b", "\x00", "()", "!!!", "&"),
    ],
)
def test_what_suggests_nothing_is_answered_all_the_same(client: Client, text: str) -> None:
    assert suggested(client, text) == []


@pytest.mark.parametrize(
    "place", [{"lat": "x", "lon": "y"}, {"lat": 95, "lon": 9}, {"lat": "nan", "lon": "1"}, {"lat": 1}]
)
def test_a_middle_that_is_none_is_ignored(client: Client, place: dict[str, Any]) -> None:
    assert labels(client, "oberd", **place) == ["Oberdorf"]


def test_names_are_in_the_languages_of_the_reader(alice: User) -> None:
    alice.languages = "fr"
    alice.save()
    assert labels(browser(alice), "oberd") == ["Villehaut"]


def test_browsers_keep_the_answer_for_a_minute(client: Client) -> None:
    response = client.get("/search/suggestions.json?query=o")
    assert response["Cache-Control"] == "private, max-age=60"
    assert "Accept-Language" in response["Vary"]


def test_suggestions_only_read(client: Client) -> None:
    assert client.post("/search/suggestions.json?query=o").status_code == 405


def test_the_field_says_where_suggestions_come_from(client: Client) -> None:
    assert 'data-suggestions="/search/suggestions.json"' in read(client, "/about")


@pytest.mark.parametrize(
    ("text", "most"), [("o", 4), ("landstr", 4), ("rosen-apotheke, oberd", 9), ("a b c d e f", 9)]
)
def test_the_number_of_statements_is_small(django_assert_max_num_queries: Any, text: str, most: int) -> None:
    with django_assert_max_num_queries(most):
        suggest(text, Wish(view=box_of(9.5, 47.05, 9.5, 47.05), limit=8))
