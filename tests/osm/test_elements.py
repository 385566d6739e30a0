import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.osm.elements import ElementRef, ElementType, format_coordinate


@pytest.mark.parametrize(
    ("scaled", "text"),
    [
        (0, "0.0000000"),
        (400, "0.0000400"),
        (-5, "-0.0000005"),
        (471234567, "47.1234567"),
        (-1_800_000_000, "-180.0000000"),
    ],
)
def test_coordinates_have_seven_decimals_and_no_exponent(scaled: int, text: str) -> None:
    assert format_coordinate(scaled) == text


@given(st.integers(-1_800_000_000, 1_800_000_000))
def test_coordinates_read_back(scaled: int) -> None:
    assert round(float(format_coordinate(scaled)) * 10_000_000) == scaled


def test_types_have_the_labels_of_urls() -> None:
    assert [kind.label for kind in ElementType] == ["node", "way", "relation"]
    assert ElementType.from_label("way") is ElementType.WAY
    assert str(ElementRef(ElementType.RELATION, 7)) == "relation 7"


@pytest.mark.parametrize("label", ["Node", "area", ""])
def test_other_labels_are_refused(label: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        ElementType.from_label(label)
