"""Tiles of real data: every polygon is valid, and no feature is lost."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker
from shapely.geometry import shape

from apps.features.rebuild import rebuild
from apps.tiles.classification import entries_of
from apps.tiles.kinds import DETAIL
from apps.tiles.layers import Drawing
from apps.tiles.rendering import encode, render
from apps.tiles.selection import Found, features_of
from apps.tiles.subjects import Tile
from tests.extracts import EXTRACTS
from tests.planet.helpers import run

from .conftest import decoded

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SOME = 20
"""Tiles of a zoom that are looked at."""


@pytest.fixture(scope="module", params=EXTRACTS)
def extract(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Path]:
    """A file and the features made from it, which are rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        run(request.param)
        rebuild()
        yield request.param
        transaction.set_rollback(True)


def tiles(z: int) -> list[Tile]:
    """Return tiles with data, those with most labels first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT label[0], label[1] FROM features")
        counts = Counter((int(x) >> (32 - z), int(y) >> (32 - z)) for x, y in cursor)
    return [Tile(z, x, y) for (x, y), _ in counts.most_common(SOME)]


def is_in(tile: Tile, found: Found, drawing: Drawing) -> bool:
    """Return whether a feature is within a tile, its margin left out."""
    (x, y), width = tile.origin, tile.width
    if drawing is Drawing.POINT:
        label_x, label_y = found.subject.label
        return x <= label_x < x + width and y <= label_y < y + width
    geometry = shapely.from_wkb(found.geometry)
    return bool(shapely.intersects(geometry, shapely.box(x, y, x + width, y + width)))


def test_no_feature_is_lost_at_the_largest_zoom(extract: Path) -> None:
    expected: set[tuple[Tile, str, int]] = set()
    found: set[tuple[Tile, str, int]] = set()
    for tile in tiles(DETAIL):
        features = features_of(tile, margin=0)
        for feature in features:
            subject = feature.subject
            for layer, drawing, _ in entries_of(subject, tile.z):
                if is_in(tile, feature, drawing):
                    expected.add((tile, layer.name, subject.id * 4 + subject.type))
        for name, entries in decoded(encode(tile, features)).items():
            found.update((tile, name, entry["id"]) for entry in entries)
    assert len(expected) > 1000
    assert expected - found == set()


def test_every_polygon_is_valid(extract: Path) -> None:
    count = 0
    for zoom in (5, 7, 9, 10, 11, 12, 13, 14):
        for tile in tiles(zoom):
            for name, entries in decoded(render(tile)).items():
                for entry in entries:
                    geometry = shape(entry["geometry"])
                    assert not geometry.is_empty
                    if "Polygon" in geometry.geom_type:
                        count += 1
                        assert geometry.is_valid, (tile, name, entry)
    assert count > 1000
