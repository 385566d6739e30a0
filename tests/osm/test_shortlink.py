import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.osm import shortlink


def test_the_example_of_openstreetmap_org() -> None:
    assert shortlink.decode("wBz3--") == (4.8779296875, 3.955078125, 3)


@pytest.mark.parametrize("old", ["wBz3==", "wBz3--"])
def test_old_links_are_read(old: str) -> None:
    assert shortlink.decode(old) == shortlink.decode("wBz3--")


@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(0, 20))
def test_a_position_is_read_back_to_the_pixel_of_its_zoom(lat: float, lon: float, zoom: int) -> None:
    read_lat, read_lon, read_zoom = shortlink.decode(shortlink.encode(lat, lon, zoom))
    pixel = 360 / 2 ** (zoom + 8)
    assert read_zoom == zoom
    assert abs(read_lat - lat) <= pixel
    assert abs(read_lon - lon) <= pixel


@pytest.mark.parametrize("code", ["", "--", "a b", "ä", "A" * 30])
def test_invalid_codes_are_refused(code: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        shortlink.decode(code)
