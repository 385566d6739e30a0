"""Open maps learn which tiles have changed."""

import threading
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from apps.elements import reads
from apps.features.cells import Cell, Cells
from apps.features.rebuild import rebuild
from apps.features.update import update
from apps.tiles import changes
from apps.tiles.cache import packed_tile, refresh_stale
from apps.tiles.changes import Feed, changes_after
from apps.tiles.models import CachedTile, Change
from apps.tiles.subjects import Tile
from apps.users.models import User
from tests.features.conftest import town  # noqa: F401 (a fixture)
from tests.features.test_update import changeset, edit  # noqa: F401 (a fixture)

from .conftest import tile_at

URL = "/tiles/changes.json"
SHOP = (9.505, 47.105)


def number() -> int:
    found: int = changes_after(None)["number"]
    return found


def add(*cells: Cell) -> None:
    with transaction.atomic():
        changes.add(Cells(set(cells), set()))


def move_the_shop(user: User, changeset_id: int, lat: float = 47.1051) -> None:
    shop = f'<node id="9" version="1" CS lat="{lat}" lon="9.505"><tag k="shop" v="bakery"/></node>'
    edit(user, changeset_id, f"<modify>{shop}</modify>")
    assert update()


def test_an_edit_is_announced_for_the_tiles_in_which_it_is_seen(
    town: None,  # noqa: F811
    alice: User,
    changeset: int,  # noqa: F811
) -> None:
    before = number()
    move_the_shop(alice, changeset)
    assert changes_after(before) == {
        "number": before + 1,
        # A shop is in no tile of smaller zooms.
        "tiles": [list(tile_at(*SHOP, 14))],
        "within": [],
    }
    assert changes_after(before + 1) == {"number": before + 1, "tiles": [], "within": []}


def test_tiles_of_low_zooms_are_announced_once_they_are_made_again(
    town: None,  # noqa: F811
    alice: User,
    changeset: int,  # noqa: F811
) -> None:
    edit(
        alice,
        changeset,
        '<create><node id="-1" CS lat="47.1" lon="9.5"><tag k="place" v="city"/><tag k="name" v="New"/></node></create>',
    )
    assert update()
    low, lowest = Tile(*tile_at(9.5, 47.1, 8)), Tile(*tile_at(9.5, 47.1, 6))
    assert packed_tile(low)
    assert packed_tile(lowest)
    CachedTile.objects.filter(z=6).update(is_stale=True)
    [(node,)] = _query("SELECT id FROM features WHERE value = 'city'")
    edit(
        alice,
        changeset,
        f'<modify><node id="{node}" version="1" CS lat="47.1" lon="9.5"><tag k="place" v="city"/>'
        '<tag k="name" v="Newer"/></node></modify>',
    )
    before = number()
    assert update()
    assert {tile[0] for tile in changes_after(before)["tiles"]} == {10, 11, 12, 13, 14}
    before = number()
    assert refresh_stale() == 2
    assert changes_after(before)["tiles"] == [[6, lowest.x, lowest.y], [8, low.x, low.y]]
    # What has not changed is not announced.
    CachedTile.objects.update(is_stale=True)
    before = number()
    assert refresh_stale() == 2
    assert changes_after(before)["tiles"] == []


def _query(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_a_rebuild_changes_everything(town: None) -> None:  # noqa: F811
    before = number()
    rebuild()
    assert changes_after(before)["within"] == [[0, 0, 0]]


@pytest.mark.django_db
def test_who_asks_after_a_long_time_gets_everything() -> None:
    everything = {"tiles": [], "within": [[0, 0, 0]]}
    for x in range(3):
        add(Cell(14, x, 0))
    assert changes_after(0) == {"number": 3, "tiles": [[14, 0, 0], [14, 1, 0], [14, 2, 0]], "within": []}
    Change.objects.filter(number__lt=3).update(made_at=timezone.now() - timedelta(hours=2))
    changes.prune()
    assert changes_after(1) == {"number": 3} | everything
    assert changes_after(2)["tiles"] == [[14, 2, 0]]
    # The last one keeps the count; a number from another database is none of ours.
    Change.objects.update(made_at=timezone.now() - timedelta(hours=2))
    changes.prune()
    assert number() == 3
    assert changes_after(99) == {"number": 3} | everything


@pytest.mark.django_db
def test_of_many_changes_larger_tiles_stand_for_those_within_them() -> None:
    add(*(Cell(14, x, 4000) for x in range(0, 16384, 4)), Cell(12, 7, 7))
    found = changes_after(0)
    assert found["tiles"] == []
    assert 100 < len(found["within"]) <= 500
    z = found["within"][0][0]
    cells = {tuple(cell) for cell in found["within"]}
    assert {(z, x >> (14 - z), 4000 >> (14 - z)) for x in range(0, 16384, 4)} <= cells
    # The same for many entries.
    for x in range(changes._MOST_ENTRIES + 5):
        add(Cell(14, x, 0))
    assert changes_after(0)["within"] == [[0, 0, 0]]
    assert len(changes_after(100)["tiles"]) == 106


@pytest.mark.django_db
def test_an_answer_takes_one_indexed_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    for x in range(3):
        add(Cell(14, x, 0))
    seen: list[str] = []

    def fetch(sql: str, parameters: dict[str, object]) -> Any:
        seen.append(sql)
        return reads.fetch_all(sql, parameters)

    monkeypatch.setattr(changes, "fetch_all", fetch)
    changes_after(None)
    changes_after(1)
    assert len(seen) == 2
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for sql in seen:
        plan = "\n".join(row[0] for row in _query("EXPLAIN " + sql % {"after": 1, "limit": 9}))
        assert "using tile_changes_pkey" in plan
        assert "Sort" not in plan


@pytest.mark.django_db
def test_one_answer_serves_all_who_ask_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int | None] = []

    def counted(number: int | None) -> dict[str, Any]:
        asked.append(number)
        return {"number": 1}

    monkeypatch.setattr(changes, "changes_after", counted)
    now = [100.0]
    feed = Feed(lambda: now[0])
    for _ in range(50):
        assert orjson.loads(feed.answer(7)) == {"number": 1, "wait": 2.0}
    assert asked == [7]
    now[0] += 0.6
    feed.answer(7)
    assert asked == [7, 7]
    for after in range(1000):
        feed.answer(after)
    assert len(feed._answers) <= 100


def test_the_more_maps_are_open_the_longer_each_of_them_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "changes_after", lambda _: {"number": 1})
    now = [100.0]
    feed = Feed(lambda: now[0])

    def run(pages: int, seconds: float) -> float:
        """Return what pages are told after some time in which each of them asks as often as it was told to."""
        end, wait = now[0] + seconds, 2.0
        while now[0] < end:
            wait = orjson.loads(feed.answer(1))["wait"]
            now[0] += wait / pages
        return wait

    assert run(100, 30) == 2.0
    assert 20 < run(5000, 120) < 30
    assert run(10, 120) == 2.0


def test_the_address_is_open_to_all_and_may_be_stored_for_a_second(db: None, client: Client) -> None:
    changes.feed._answers.clear()
    response = client.get(URL)
    assert response.json() == {"number": 0, "tiles": [], "within": [], "wait": 2.0}
    assert response["Cache-Control"] == "public, max-age=1"
    assert response["Access-Control-Allow-Origin"] == "*"
    for wrong in ("x", "-1", "1" * 19, "%D9%A1", ""):
        assert client.get(f"{URL}?after={wrong}").status_code == 400
    assert client.post(URL).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_numbers_appear_in_the_order_of_the_commits() -> None:
    first_has_number, second_has_asked = threading.Event(), threading.Event()
    seen: list[list[int]] = []

    def first() -> None:
        with transaction.atomic():
            changes.add_tile(Cell(9, 1, 1))
            first_has_number.set()
            second_has_asked.wait(1)
        connection.close()

    def second() -> None:
        first_has_number.wait(5)
        with transaction.atomic():
            second_has_asked.set()
            changes.add_tile(Cell(9, 2, 2))
        seen.append([row[1] for row in changes_after(0)["tiles"]])
        connection.close()

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [[1, 2]]
