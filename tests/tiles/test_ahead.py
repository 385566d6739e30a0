"""Tiles of low zooms are made before somebody asks for them."""

import io

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from apps.features.rebuild import rebuild
from apps.tiles import ahead
from apps.tiles.ahead import Progress, make_missing, progress
from apps.tiles.cache import packed_tile
from apps.tiles.models import CachedTile
from apps.tiles.subjects import Tile
from tests.features.conftest import town  # noqa: F401 (a fixture)

from .conftest import tile_at


def test_the_worker_makes_what_is_missing_where_there_is_data(town: None) -> None:  # noqa: F811
    assert progress() == Progress(wanted=8, missing=8, stale=0)
    assert make_missing(60) == 8
    made = {Tile(*row) for row in CachedTile.objects.values_list("z", "x", "y")}
    assert made == {Tile(*tile_at(9.505, 47.105, z)) for z in range(8)}
    # Empty ones count as made.
    assert make_missing(60) == 0
    assert progress() == Progress(wanted=8, missing=0, stale=0)
    rebuild()
    assert progress().missing == 8


def test_a_task_ends_in_time(town: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    now = [0.0]

    class Clock:
        @staticmethod
        def monotonic() -> float:
            now[0] += 10
            return now[0]

    monkeypatch.setattr(ahead, "time", Clock)
    assert make_missing(25) == 2
    # The smallest zooms first.
    assert sorted(CachedTile.objects.values_list("z", flat=True)) == [0, 1]


def test_nothing_is_made_while_the_database_is_read_only(town: None, settings: LazySettings) -> None:  # noqa: F811
    settings.STATUS = "database_readonly"
    assert make_missing(60) == 0


def test_an_empty_tile_is_not_made_again(
    town: None,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tile = Tile(*tile_at(100, 60, 7))
    CachedTile.objects.create(z=tile.z, x=tile.x, y=tile.y, content=b"", tag="")
    assert packed_tile(tile) is None


def test_the_command_tells_how_far_the_worker_is(town: None) -> None:  # noqa: F811
    assert "0 of 8 tiles of zooms 0 to 7" in _printed("status")
    assert "8 tiles" in _printed("make")
    assert "8 of 8 tiles of zooms 0 to 7" in _printed("status")


def _printed(action: str) -> str:
    output = io.StringIO()
    call_command("tiles", action, stdout=output)
    return output.getvalue()
