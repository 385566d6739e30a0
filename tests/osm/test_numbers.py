"""Numbers as clients write them."""

import pytest

from apps.osm.elements import MAX_ID
from apps.osm.numbers import leading_id, parse_id


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
