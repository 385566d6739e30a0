"""What a search finds, and in which order."""

from typing import Any

import pytest

from apps.features.projection import WORLD
from apps.features.update import update
from apps.geocoding.results import Result
from apps.geocoding.search import Wish, search
from apps.web.geocoding.views_of_map import box_of
from tests import worlds

from .conftest import TIME

pytestmark = pytest.mark.usefixtures("villages")

UNTERDORF = box_of(9.49, 47.04, 9.51, 47.06)


def found(text: str, **wish: Any) -> list[str]:
    """Return the elements that a search finds, `w10`."""
    return [name_of(result) for result in search(text, Wish(**wish))]


def name_of(result: Result) -> str:
    return f"{result.thing.type.label[0]}{result.thing.id}"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Oberdorf", "n1"),
        ("oberd", "n1"),
        ("Villehaut", "n1"),
        ("Bergland", "r1"),
        ("Landstrasse 1, Oberdorf", "n20"),
        ("1 Landstrasse Oberdorf", "n20"),
        ("Landstrasse 1, Unterdorf", "n21"),
        ("Unterdorf Landstrasse 1", "n21"),
        ("Landstr. 1 Unterdorf", "n21"),
        ("Landstraße 1, 9001 Oberdorf, Bergland", "n20"),
        ("Landstrasse 12a Unterdorf", "n22"),
        ("landstrasse 12 A, unterdorf", "n22"),
        ("Landstrasse, Unterdorf", "w12"),
        ("9001 Oberdorf", "n1"),
        ("9001", "n1"),
        ("9002", "n2"),
        ("Unterdorf, Bergland", "n2"),
        ("Unterdorf, Mountainia", "n2"),
        ("Hugel", "n3"),
        ("huegel oberdorf", "n3"),
        ("grosser gipfel", "n32"),
        ("G7", "n32"),
        ("zum loewen", "n31"),
        ("東京", "n33"),
    ],
)
def test_the_best_comes_first(text: str, first: str) -> None:
    assert found(text)[:1] == [first]


@pytest.mark.parametrize(
    "text", ["Landstrasse 1, Bergen", "xyzzy", "", "  ", "!?", "'", "\\", "& | !", "a" * 5000]
)
def test_what_is_not_there_is_not_found(text: str) -> None:
    assert found(text) == []


def test_the_pieces_of_a_street_are_one_result_for_each_village() -> None:
    results = search("Landstrasse", Wish())
    streets = [result for result in results if result.thing.key == "highway"]
    assert len(streets) == 2
    [oberdorf] = [result for result in streets if "Oberdorf" in result.display_name]
    west, _, east, _ = oberdorf.thing.bounds
    assert (round(west, 4), round(east, 4)) == (9.49, 9.51)


def test_hotels_in_a_street_do_not_hide_it() -> None:
    worlds.load(
        "\n".join(
            f"n{1000 + number} v1 dV c1 {TIME} x9.{4900 + number} y47.1504 Ttourism=museum,name=Museum%20%{number},"
            f"wikidata=Q{number},addr:street=Landstrasse,addr:housenumber={number}"
            for number in range(100)
        )
    )
    assert update()
    assert {"w10", "w12"} & set(found("Landstrasse"))
    assert found("Museum 7 Landstrasse")[0] == "n1007"
    assert found("Museum 7 Landstrasse Oberdorf")[0] == "n1007"


def test_pieces_of_a_street_elsewhere_do_not_hide_the_one_in_the_town() -> None:
    # Eighty pieces in the part of Oberdorf's box that is near the map, but not in Oberdorf.
    worlds.load(
        f"n1999 v1 dV c1 {TIME} x9.50 y47.124 Tplace=village,name=Mitteldorf\n"
        f"n150 v1 dV c1 {TIME} x9.50 y47.145 T\nw110 v2 dV c1 {TIME} T Nn110,n150,n111,n112,n113,n110\n"
        + "\n".join(
            f"n{2000 + at} v1 dV c1 {TIME} x9.{4990 + at // 10} y47.{1200 + at} T" for at in range(81)
        )
        + "\n"
        + "\n".join(
            f"w{2000 + at} v1 dV c1 {TIME} Thighway=residential,name=Landstrasse Nn{2000 + at},n{2001 + at}"
            for at in range(80)
        )
    )
    assert update()
    assert found("Landstrasse Oberdorf", view=box_of(9.49, 47.11, 9.51, 47.13))[0] in {"w10", "w11"}


def test_two_of_one_name_are_told_apart_by_their_address() -> None:
    worlds.load(
        "\n".join(
            f"n{3000 + number} v1 dV c1 {TIME} x9.50 y47.15{number} Tshop=bakery,name=Kornblume,"
            f"addr:street=Landstrasse,addr:housenumber={number}"
            for number in (5, 7)
        )
    )
    assert update()
    assert found("Kornblume, Landstrasse 7")[0] == "n3007"
    assert found("Landstrasse 5 Kornblume") == ["n3005"]


def test_places_of_one_name_do_not_hide_what_is_in_them() -> None:
    worlds.load(
        "\n".join(
            f"n{1000 + number} v1 dV c1 {TIME} x9.{4800 + number} y47.02 Tplace=village,name=Oberdorf,population=9000"
            for number in range(60)
        )
        + f"\nn1200 v1 dV c1 {TIME} x9.50 y47.15 Tamenity=place_of_worship,name=Kapelle"
    )
    assert update()
    assert found("Kapelle Oberdorf") == ["n1200"]


def test_a_border_that_has_been_moved_counts_at_once() -> None:
    def areas() -> list[str]:
        [peak] = search("Gipfel", Wish())
        return [f"r{area.id}" for area in peak.around.areas]

    assert areas() == ["r2", "r1"]
    # The area has the same box, but for a notch up to the north of the peak.
    worlds.load(f"n150 v1 dV c1 {TIME} x9.53 y47.19 T\nw110 v2 dV c1 {TIME} T Nn110,n150,n111,n112,n113,n110")
    assert update()
    assert areas() == ["r1"]


def test_the_point_and_the_area_of_a_place_are_one_result_with_the_box_of_the_area() -> None:
    [result] = [result for result in search("Oberdorf", Wish()) if result.name == "Oberdorf"]
    assert [round(side, 4) for side in result.thing.bounds] == [9.4, 47.1, 9.6, 47.2]


def test_what_is_near_the_map_comes_first() -> None:
    assert found("Landstrasse 1")[:2] in (["n20", "n21"], ["n21", "n20"])
    assert found("Landstrasse 1", view=UNTERDORF)[0] == "n21"
    assert found("Landstrasse", view=UNTERDORF)[0] == "w12"


def test_a_bounded_search_finds_nothing_outside_of_the_map() -> None:
    assert found("Landstrasse 1", view=UNTERDORF, bounded=True) == ["n21"]
    assert found("Oberdorf", view=UNTERDORF, bounded=True) == []
    assert found("Landstrasse 1", view=(0, 0, WORLD, WORLD), bounded=True)


def test_a_house_that_is_not_mapped_leads_to_its_street() -> None:
    assert found("Landstrasse 99, Unterdorf")[0] == "w12"


def test_results_have_addresses_from_the_places_around_them() -> None:
    [house] = search("Landstrasse 12a, Unterdorf", Wish())
    assert house.display_name == "Landstrasse 12a, 9002 Unterdorf, Bergland"
    assert house.address.parts == {
        "house_number": "12a",
        "road": "Landstrasse",
        "village": "Unterdorf",
        "country": "Bergland",
        "postcode": "9002",
        "country_code": "bl",
    }
    [french] = search("Landstrasse 1, Villehaut", Wish(languages=("fr-CH", "en")))
    assert french.display_name == "Landstrasse 1, 9001 Villehaut, Mountainia"
    assert search("Hügel", Wish())[0].display_name == "Hügel, Oberdorf, Bergland"


def test_only_countries_that_are_wanted_are_found() -> None:
    assert found("Unterdorf", countries=frozenset(["bl"]))[0] == "n2"
    assert found("Unterdorf", countries=frozenset(["ch"])) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Oberdorff", "n1"),
        ("Obredorf", "n1"),
        ("Uberdorf", "n1"),
        ("Landstrase 1, Unterdorf", "n21"),
        ("Landstrasse 1, Utnerdorf", "n21"),
        ("Rozen-Apotheke", "n30"),
        ("grosser gippfel", "n32"),
        # One in each of several words, of which one is a word that occurs.
        ("Landstrase 12a, Utnerdorf", "n22"),
        ("groser gippfel", "n32"),
        ("Rozen-Apoteke, Oberdof", "n30"),
    ],
)
def test_one_typing_error_in_each_word_is_forgiven(text: str, first: str) -> None:
    assert found(text)[:1] == [first]


def test_an_error_that_makes_another_word_is_forgiven_besides_one_that_does_not() -> None:
    worlds.load(f"n40 v1 dV c1 {TIME} x9.51 y47.16 Tamenity=cafe,name=Sonnenhof%20%Bellavista")
    worlds.load(f"n41 v1 dV c1 {TIME} x9.51 y47.17 Tamenity=cafe,name=Tonnenhof")
    assert update()
    assert found("Tonnenhof Belavista") == ["n40"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        *(("SW1A 1AA", "n1"), ("sw1a1aa", "n1"), ("SW1A 1AA, Oberdorf", "n1"), ("Palast, SW1A 1AA", "n50")),
        *(("Schlossallee 7, SW1A 1AA", "n50"), ("00-950", "n2"), ("114 55", "n2"), ("1011 AB", "n2")),
        *(("K1A 0B1", "n2"), ("9001 Ob", "n1"), ("9002 Un", "n2"), ("EC1A 1BB", "")),
    ],
)
def test_postcodes_may_have_two_parts(text: str, first: str) -> None:
    worlds.load(
        "\n".join(
            f"n{50 + number} v1 dV c1 {TIME} x9.501 y47.{place} Taddr:street=Schlossallee,addr:postcode={code},{rest}"
            for number, (place, code, rest) in enumerate(
                [
                    ("151", "SW1A%20%1AA", "addr:housenumber=7,name=Palast,building=palace"),
                    ("051", "00-950", "addr:housenumber=8"),
                    ("051", "114%20%55", "addr:housenumber=9"),
                    ("051", "1011%20%AB", "addr:housenumber=10"),
                    ("051", "K1A%20%0B1", "addr:housenumber=11"),
                ]
            )
        )
    )
    assert update()
    assert found(text)[:1] == ([first] if first else [])


@pytest.mark.parametrize(
    ("text", "languages", "elements"),
    [
        ("pharmacy", (), {"n30", "n31"}),
        ("pharmacy in Oberdorf", (), {"n30"}),
        ("Unterdorf pharmacy", (), {"n31"}),
        ("Apotheke", ("de",), {"n30", "n31"}),
        ("Apotheke in Unterdorf", ("de-AT",), {"n31"}),
        ("pharmacy in Nowhere", (), set()),
    ],
)
def test_things_are_found_by_their_kind(text: str, languages: tuple[str, ...], elements: set[str]) -> None:
    assert set(found(text, languages=languages)) == elements


def test_the_search_follows_edits() -> None:
    worlds.load(f"n30 v2 dV c1 {TIME} x9.4980 y47.1508 Tamenity=pharmacy,name=Tannenhof")
    assert update()
    assert found("Rosen-Apotheke") == []
    assert found("Tanenhof")[0] == "n30"


@pytest.mark.parametrize("text", ["Oberdorf", "Landstrasse 1, Oberdorf, Bergland"])
def test_the_number_of_statements_does_not_depend_on_what_is_found(
    django_assert_max_num_queries: Any, text: str
) -> None:
    with django_assert_max_num_queries(10):
        search(text, Wish(view=UNTERDORF))
