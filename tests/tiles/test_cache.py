"""Tiles are made once, and made again when something in them has changed."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.elements import reads
from apps.features.rebuild import rebuild
from apps.features.update import update
from apps.osm.errors import OsmError
from apps.tiles import cache
from apps.tiles.cache import packed_tile, refresh_stale
from apps.tiles.models import CachedTile
from apps.tiles.rendering import render
from apps.tiles.subjects import Tile
from apps.users.models import User
from tests import worlds
from tests.features.conftest import TIME, WORLD, town  # noqa: F401 (a fixture)
from tests.features.test_update import changeset, edit, random_change  # noqa: F401 (a fixture)

from .conftest import tile_at

PLACE = (9.505, 47.104)


def cached() -> dict[Tile, bool]:
    """Return the tiles that are stored, and whether they are stale."""
    return {Tile(*row[:3]): row[3] for row in CachedTile.objects.values_list("z", "x", "y", "is_stale")}


def around(z: int) -> list[Tile]:
    """Return the tile in the middle of the town, and its neighbours."""
    _, x, y = tile_at(*PLACE, z)
    return [Tile(z, column, row) for column in (x - 1, x, x + 1) for row in (y - 1, y, y + 1) if z > 3]


def fill() -> None:
    for z in range(15):
        for tile in [Tile(*tile_at(*PLACE, z)), *around(z)]:
            packed_tile(tile)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Tile]:
    """Return a list of the tiles that are made from now on."""
    found: list[Tile] = []

    def counted(tile: Tile) -> bytes:
        found.append(tile)
        return render(tile)

    monkeypatch.setattr(cache, "render", counted)
    return found


def test_a_tile_is_made_once(town: None, client: Client, made: list[Tile]) -> None:  # noqa: F811
    tile = Tile(*tile_at(*PLACE, 14))
    first, second = packed_tile(tile), packed_tile(tile)
    assert first == second
    assert made == [tile]


def test_a_stored_tile_takes_one_statement(
    town: None,  # noqa: F811
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    url = "/tiles/shortbread_v1/{}/{}/{}.mvt".format(*tile_at(*PLACE, 14))
    client.get(url)
    seen: list[str] = []

    def fetch(sql: str, parameters: dict[str, object]) -> Any:
        seen.append(sql)
        return reads.fetch_one(sql, parameters)

    monkeypatch.setattr(cache, "fetch_one", fetch)
    with django_assert_num_queries(0):
        assert client.get(url).status_code == 200
    assert len(seen) == 1


def test_an_edit_expires_the_tiles_that_it_touches_and_no_others(
    town: None,  # noqa: F811
    alice: User,
    changeset: int,  # noqa: F811
) -> None:
    # A long road; only its end is moved.
    worlds.load(
        f"n40 v1 dV c1 {TIME} x9.4 y47.0 T\nn41 v1 dV c1 {TIME} x9.6 y47.0 T\nn42 v1 dV c1 {TIME} x9.8 y47.0 T\n"
        f"w40 v1 dV c1 {TIME} Thighway=primary Nn40,n41,n42"
    )
    assert update()
    kept, expired = Tile(*tile_at(9.45, 47.0, 14)), Tile(*tile_at(9.8, 47.0, 14))
    low = Tile(*tile_at(9.8, 47.0, 8))
    for tile in (kept, expired, low):
        assert packed_tile(tile)
    edit(alice, changeset, '<modify><node id="42" version="1" CS lat="47.0001" lon="9.8"/></modify>')
    assert update()
    assert cached() == {kept: False, low: True}
    assert refresh_stale() == 1
    assert cached() == {kept: False, low: False}


def test_a_street_that_is_turned_around_expires_everywhere(
    town: None,  # noqa: F811
    alice: User,
    changeset: int,  # noqa: F811
) -> None:
    worlds.load(
        f"n40 v1 dV c1 {TIME} x9.4 y47.0 T\nn41 v1 dV c1 {TIME} x9.6 y47.0 T\nn42 v1 dV c1 {TIME} x9.8 y47.0 T\n"
        f"w40 v1 dV c1 {TIME} Thighway=primary,oneway=yes Nn40,n41,n42"
    )
    assert update()
    middle = Tile(*tile_at(9.45, 47.0, 14))
    assert packed_tile(middle)
    # At the same time, it is moved at one of its ends.
    edit(
        alice,
        changeset,
        '<modify><node id="42" version="1" CS lat="47.0001" lon="9.8"/><way id="40" version="1" CS>'
        '<nd ref="42"/><nd ref="41"/><nd ref="40"/><tag k="highway" v="primary"/><tag k="oneway" v="yes"/></way></modify>',
    )
    assert update()
    assert middle not in cached()


def test_what_is_within_a_large_area_expires_with_it(
    town: None,  # noqa: F811
    alice: User,
    changeset: int,  # noqa: F811
) -> None:
    worlds.load(
        f"n40 v1 dV c1 {TIME} x9.0 y47.0 T\nn41 v1 dV c1 {TIME} x10.0 y47.0 T\nn42 v1 dV c1 {TIME} x10.0 y48.0 T\n"
        f"n43 v1 dV c1 {TIME} x9.0 y48.0 T\nw40 v1 dV c1 {TIME} Tlanduse=forest Nn40,n41,n42,n43,n40"
    )
    assert update()
    middle = Tile(*tile_at(9.7, 47.7, 14))
    assert packed_tile(middle)
    edit(alice, changeset, '<modify><node id="43" version="1" CS lat="48.0" lon="9.001"/></modify>')
    assert update()
    assert middle in cached()
    edit(alice, changeset, '<delete><way id="40" version="1" CS/></delete>')
    assert update()
    assert middle not in cached()


def test_a_rebuild_expires_everything(town: None) -> None:  # noqa: F811
    fill()
    assert cached()
    rebuild()
    assert cached() == {}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_after_random_edits_all_stored_tiles_are_those_of_the_moment(
    town: None,  # noqa: F811
    alice: User,
    changeset: int,  # noqa: F811
    seed: int,
) -> None:
    source = random.Random(seed)
    done = 0
    for _ in range(25):
        try:
            edit(alice, changeset, random_change(source))
        except OsmError:
            continue
        done += 1
        fill()
        assert update()
        refresh_stale()
        for tile in cached():
            stored, now = packed_tile(tile), cache._pack(render(tile))
            assert stored == now, tile
    assert done > 4


@pytest.mark.django_db(transaction=True)
def test_one_makes_a_tile_while_others_wait(made: list[Tile]) -> None:
    worlds.load(WORLD)
    assert update()
    tile, start = Tile(*tile_at(*PLACE, 14)), Barrier(4)

    def request() -> object:
        try:
            start.wait()
            return packed_tile(tile)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        found = [future.result() for future in [threads.submit(request) for _ in range(4)]]
    assert len(set(found)) == 1
    assert made == [tile]
