import pytest

from apps.osm.bbox import BBox, parse_bbox, parse_map_bbox
from apps.osm.errors import BadBoundingBoxError

FORM = "The parameter bbox is required, and must be of the form min_lon,min_lat,max_lon,max_lat."
WORLD = (
    "The latitudes must be between -90 and 90, longitudes between -180 and 180 and the minima must be "
    "less than the maxima."
)


def test_a_bbox_has_sides_in_units_of_1e_7_degrees() -> None:
    assert parse_map_bbox("9.5,47.1,9.6,47.2", 0.25) == BBox(95000000, 471000000, 96000000, 472000000)


@pytest.mark.parametrize(
    "text", [None, "", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,0,x,1", "0,0,,1", "nan,0,1,1"]
)
def test_anything_but_four_numbers_is_refused(text: str | None) -> None:
    with pytest.raises(BadBoundingBoxError) as refusal:
        parse_map_bbox(text, 0.25)
    assert str(refusal.value) == FORM


@pytest.mark.parametrize(
    "text",
    ["0.1,0.1,-0.1,-0.1", "179.9,0,180.1,0.1", "-180.1,0,-179.9,0.1", "0,89.9,0.1,90.1", "0,-90.1,0.1,-89.9"],
)
def test_bboxes_outside_the_world_or_upside_down_are_refused(text: str) -> None:
    with pytest.raises(BadBoundingBoxError) as refusal:
        parse_map_bbox(text, 0.25)
    assert str(refusal.value) == WORLD


def test_a_bbox_may_be_as_large_as_the_limit() -> None:
    assert parse_map_bbox("0,0,0.5,0.5", 0.25).area == 0.25
    with pytest.raises(BadBoundingBoxError) as refusal:
        parse_map_bbox("0,0,0.5,0.5001", 0.25)
    assert str(refusal.value) == (
        "The maximum bbox size is 0.250000, and your request was too large. Either request a smaller area, "
        "or use planet.osm"
    )


def test_text_after_a_number_is_ignored() -> None:
    assert parse_map_bbox("0.1E,0,0.2foo,0.1", 0.25) == BBox(1000000, 0, 2000000, 1000000)


def test_a_point_is_a_bbox() -> None:
    assert parse_map_bbox("1,1,1,1", 0.25).area == 0


def test_queries_read_bboxes_leniently() -> None:
    assert parse_bbox("S0.1,x,200,179.999.1") == BBox(0, 0, 1_800_000_000, 900_000_000)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,3", "The parameter bbox must be of the form min_lon,min_lat,max_lon,max_lat"),
        ("2,0,1,1", "The minimum longitude must be less than the maximum longitude, but it wasn't"),
        ("0,2,1,1", "The minimum latitude must be less than the maximum latitude, but it wasn't"),
    ],
)
def test_queries_refuse_invalid_bboxes(text: str, message: str) -> None:
    with pytest.raises(BadBoundingBoxError) as refusal:
        parse_bbox(text)
    assert str(refusal.value) == message
