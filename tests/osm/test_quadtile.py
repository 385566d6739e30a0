import itertools

from hypothesis import given
from hypothesis import strategies as st

from apps.osm.bbox import BBox
from apps.osm.quadtile import tile_of, tile_ranges

lats = st.integers(-900_000_000, 900_000_000)
lons = st.integers(-1_800_000_000, 1_800_000_000)


@st.composite
def bboxes(draw: st.DrawFn) -> BBox:
    """Draw bboxes of all sizes, most of them as small as those of map calls."""
    lat, lon = draw(lats), draw(lons)
    size = draw(st.sampled_from([0, 100, 50_000, 5_000_000, 400_000_000]))
    return BBox(lon, lat, min(lon + draw(st.integers(0, size)), 1_800_000_000), min(lat + size, 900_000_000))


def test_the_corners_of_the_world_have_the_first_and_the_last_tile() -> None:
    assert tile_of(-900_000_000, -1_800_000_000) == 0
    assert tile_of(900_000_000, 1_800_000_000) == 2**32 - 1


@given(bboxes(), st.data())
def test_every_position_in_a_bbox_is_in_one_of_its_ranges(bbox: BBox, data: st.DataObject) -> None:
    lat = data.draw(st.integers(bbox.min_lat, bbox.max_lat))
    lon = data.draw(st.integers(bbox.min_lon, bbox.max_lon))
    tile = tile_of(lat, lon)
    assert any(first <= tile <= last for first, last in tile_ranges(bbox))


@given(bboxes(), st.integers(4, 100))
def test_ranges_are_few_separate_and_in_order(bbox: BBox, limit: int) -> None:
    ranges = tile_ranges(bbox, limit)
    assert 1 <= len(ranges) <= limit
    assert all(first <= last for first, last in ranges)
    assert all(last + 1 < following for (_, last), (following, _) in itertools.pairwise(ranges))


def test_the_ranges_of_a_small_bbox_cover_little_more_than_the_bbox() -> None:
    bbox = BBox.from_degrees(9.5, 47.1, 9.6, 47.2)
    tiles = sum(last - first + 1 for first, last in tile_ranges(bbox))
    assert tiles <= 2 * (0.1 * 65536 / 360 + 2) * (0.1 * 65536 / 180 + 2)
