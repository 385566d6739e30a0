"""Numbers as clients write them."""

import pytest

from apps.osm.elements import MAX_ID
from apps.osm.numbers import format_degrees, leading_id, parse_id


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12abc", 12),
        ("", 0),
        ("abc", 0),
        ("-1", 0),
        (" 1", 0),
        (str(MAX_ID), MAX_ID),
        (str(MAX_ID + 1), 0),
        ("9" * 5000, 0),
    ],
)
def test_the_leading_digits_count(text: str, number: int) -> None:
    assert leading_id(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("0", None),
        ("12abc", None),
        ("", None),
        ("-1", None),
        ("١", None),
        ("²", None),
        (str(MAX_ID), MAX_ID),
        (str(MAX_ID + 1), None),
        ("9" * 5000, None),
    ],
)
def test_an_id_is_made_of_digits_only(text: str, number: int | None) -> None:
    assert parse_id(text) == number


@pytest.mark.parametrize(
    ("degrees", "text"),
    [
        (0.0000123, "0.0000123"),
        (-0.00001, "-0.00001"),
        (1e-7, "0.0000001"),
        (47.0, "47.0"),
        (47.1, "47.1"),
        (-179.9999999, "-179.9999999"),
        (0.1 + 0.2, "0.3"),
        (-1e-9, "0.0"),
        (0.0, "0.0"),
    ],
)
def test_degrees_are_never_in_scientific_notation(degrees: float, text: str) -> None:
    assert format_degrees(degrees) == text
