"""Positions as people write them."""

import pytest

from apps.osm.positions import parse_position

MUNICH = (48.058333, 11.375)


@pytest.mark.parametrize(
    "text",
    [
        *("N 48 3.5 E 11 22.5", "N 48 03.5 E 011 22.5", "E 11 22.5 N 48 3.5", "48 3.5 N 11 22.5 E"),
        *("N48° 3.5' E11° 22.5'", "48°03'30\"N 11°22'30\"E", "48° 3′ 30″ N, 11° 22′ 30″ E"),
        *("N 48 3 30 E 11 22 30", "48 ° 03 ' 30 \" N , 11 ° 22 ' 30 \" E", "n48 3 30,e11 22 30"),
        *("11°22'30''E 48°3'30''N", "48:03:30N 11:22:30E", "48.058333 N, 11.375 E", "N48.058333/E11.375"),
        *("48.058333° N 11.375° E", "48.058333N11.375E", "(N 48 3.5 E 11 22.5)"),
    ],
)
def test_letters_may_stand_before_or_after_the_numbers(text: str) -> None:
    position = parse_position(text)
    assert position is not None
    assert (position.lat, position.lon) == pytest.approx(MUNICH)
    assert position.is_certain


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("S 47° 6' 36\" W 9° 30'", -47.11, -9.5),
        ("14.37742W 50.06773S", -50.06773, -14.37742),
        ("N1 5 E15", 1.083333, 15),
        ("N1 5 9 E1 5", 1.085833, 1.083333),
        ("N 0° 0' 0.4428\", W 0° 0' 1.6416\"", 0.000123, -0.000456),
    ],
)
def test_south_and_west_are_negative_and_precision_may_differ(text: str, lat: float, lon: float) -> None:
    assert parse_position(text) == (lat, lon, True)


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        *(
            ("47.1, 9.5", 47.1, 9.5),
            ("47.1 9.5", 47.1, 9.5),
            ("47.1/9.5", 47.1, 9.5),
            ("47.1;9.5", 47.1, 9.5),
        ),
        *(("+47.1 -9.5", 47.1, -9.5), ("\u221247.1, 9.5", -47.1, 9.5), ("[47.1,9.5]", 47.1, 9.5)),
        *(("0.0000123,0.0000456", 0.0000123, 0.0000456), ("47.1°, 9.5°", 47.1, 9.5), ("95,9", 95, 9)),
    ],
)
def test_of_two_numbers_the_latitude_comes_first(text: str, lat: float, lon: float) -> None:
    assert parse_position(text) == (lat, lon, False)


@pytest.mark.parametrize(
    "text",
    [
        *("", "47", "Vaduz", "N51. E11.", "N50 1.' E14 2.'", "50N 1' 3.\" 14 2' 4.\"E", "N 48 S 11", "48 N"),
        *("12345", "12345-6789", "W1A 1HQ", "EC1A 1BB", "A1B 2C3", "1.2.3, 4", "1e5,2", "١,٢"),
        *("1" + " " * 50_000 + "1x", "N" + "1 " * 25_000, "1" * 50_000),
    ],
)
def test_other_texts_are_no_positions(text: str) -> None:
    assert parse_position(text) is None
