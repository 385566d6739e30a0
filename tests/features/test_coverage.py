"""Where there is data is known exactly, after edits as after a rebuild."""

import random
from typing import Any

import pytest
from django.core.cache import cache

from apps.features import coverage
from apps.features.coverage import ZOOM, has_data
from apps.features.models import Coverage
from apps.features.rebuild import rebuild
from apps.features.update import update
from apps.osm.errors import OsmError
from apps.users.models import User
from tests import worlds
from tests.tiles.conftest import tile_at

from .conftest import TIME
from .test_update import changeset, edit, random_change  # noqa: F401 (a fixture)


@pytest.fixture(autouse=True)
def forget() -> None:
    cache.delete(coverage._KEY)


def cells() -> dict[tuple[int, int], int]:
    return {row[:2]: row[2] for row in Coverage.objects.values_list("x", "y", "features")}


def at(lon: float, lat: float) -> tuple[int, int]:
    _, x, y = tile_at(lon, lat, ZOOM)
    return x, y


def test_cells_count_the_features_that_touch_them(town: None, alice: User, changeset: int) -> None:  # noqa: F811
    before = cells()
    assert set(before) == {at(9.505, 47.1), at(9.505, 47.11)}
    shop = at(9.505, 47.105)
    edit(
        alice,
        changeset,
        '<create><node id="-1" CS lat="47.2" lon="9.8"><tag k="shop" v="yes"/></node></create>',
    )
    edit(alice, changeset, '<delete><node id="9" version="1" CS/></delete>')
    assert update()
    assert cells() == before | {shop: before[shop] - 1, at(9.8, 47.2): 1}
    assert has_data(14, *tile_at(9.8, 47.2, 14)[1:])
    assert has_data(3, *tile_at(9.8, 47.2, 3)[1:])
    assert not has_data(14, *tile_at(1, 1, 14)[1:])


@pytest.mark.parametrize("seed", range(3))
def test_after_random_edits_they_equal_those_of_a_rebuild(
    town: None,
    alice: User,
    changeset: int,  # noqa: F811
    seed: int,
) -> None:
    source = random.Random(seed)
    for _ in range(40):
        try:
            edit(alice, changeset, random_change(source))
        except OsmError:
            continue
        if source.random() < 0.5:
            assert update()
    assert update()
    found = cells()
    rebuild()
    assert cells() == found


def test_a_straight_line_covers_what_it_crosses(town: None) -> None:
    worlds.load(
        f"n40 v1 dV c1 {TIME} x10.0 y47.0 T\nn41 v1 dV c1 {TIME} x11.0 y47.0 T\n"
        f"w40 v1 dV c1 {TIME} Thighway=primary Nn40,n41"
    )
    assert update()
    (left, row), (right, _) = at(10, 47), at(11, 47)
    assert {(x, row) for x in range(left, right + 1)} <= set(cells())


def test_the_summary_has_fewer_cells_than_it_may(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = [f"n{100 + n} v1 dV c1 {TIME} x{9 + n / 20:.2f} y47 Tshop=yes" for n in range(40)]
    worlds.load("\n".join(nodes))
    assert update()
    everything = coverage._summary()
    assert everything["zoom"] == ZOOM
    assert len(everything["cells"]) == len(cells())
    monkeypatch.setattr(coverage, "MAX_CELLS", 5)
    few = coverage._summary()
    assert 1 < len(few["cells"]) <= 5
    shift = ZOOM - few["zoom"]
    assert {(x >> shift, y >> shift) for x, y in cells()} == set(few["cells"])
    west, south, east, north = few["bounds"]
    assert west <= 9
    assert south <= 47
    assert east >= 10.95
    assert north >= 47.1


def test_the_focus_is_without_a_few_things_far_away(town: None) -> None:
    nodes = [f"n{100 + n} v1 dV c1 {TIME} x9.5 y{47 + n / 10000:.4f} Tshop=yes" for n in range(300)]
    worlds.load("\n".join([*nodes, f"n99 v1 dV c1 {TIME} x30 y10 Tshop=yes"]))
    assert update()
    found = coverage.coverage()
    assert found["bounds"][1] == 10
    assert found["bounds"][2] == 30
    west, south, east, north = found["focus"]
    assert 9.3 < west <= 9.5 < east < 9.7
    assert 46.9 < south < 47 < north < 47.2


def test_an_update_writes_them_in_at_most_two_statements(
    town: None, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        assert coverage.apply({5: 3, 9: 1, 7: -1, 8: 0}) == [(0, 5), (0, 7), (0, 9)]
    assert coverage.apply({5: -3, 9: 1}) == [(0, 5)]
    assert coverage.apply({}) == []
