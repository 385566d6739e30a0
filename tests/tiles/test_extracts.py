"""Tiles of real data, as other libraries see them: no feature is lost, every polygon is valid, all is as the schema says.

Looks at some tiles of each zoom; with OSMSITE_EVERY_TILE=1 at all that have something in them.
"""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import shapely
from django.conf import settings
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker
from shapely.geometry import shape

from apps.features.models import Shape
from apps.features.rebuild import rebuild
from apps.osm.elements import ElementRef, ElementType
from apps.tiles.kinds import DETAIL, NOT_DETAILS
from apps.tiles.rendering import render
from apps.tiles.subjects import Tile
from tests.extracts import EXTRACTS
from tests.needs import program
from tests.planet.helpers import run

from .conftest import Layers, decoded
from .reference import reference
from .schema import SCHEMA, complaints

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SOME = 12
"""Tiles of a zoom that are looked at, those with most of the labels."""
EVERY = bool(os.environ.get("OSMSITE_EVERY_TILE"))
TYPES = {"Point": 1, "MultiPoint": 1, "LineString": 2, "MultiLineString": 2, "Polygon": 3, "MultiPolygon": 3}
Shapes = dict[ElementRef, Any]


class Extract(NamedTuple):
    path: Path
    shapes: Shapes
    """By other libraries."""
    tiles: dict[Tile, bytes]

    def layers(self, zoom: int | None = None) -> Iterator[tuple[Tile, Layers]]:
        for tile, content in self.tiles.items():
            if zoom is None or tile.z == zoom:
                yield tile, decoded(content)


@pytest.fixture(scope="module", params=EXTRACTS)
def extract(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Extract]:
    """A file, and the features made from it, which are rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        run(request.param)
        rebuild()
        shapes = reference(request.param)
        tiles = {tile: render(tile) for z in range(DETAIL + 1) for tile in _tiles(shapes, z)}
        yield Extract(request.param, shapes, tiles)
        transaction.set_rollback(True)


def _tiles(shapes: Shapes, z: int) -> list[Tile]:
    """Return the tiles that shapes touch, or those where most of them have their middle."""
    geometries = np.array(list(shapes.values()), dtype=object)
    width = 1 << (32 - z)
    if not EVERY:
        middles = (shapely.bounds(geometries) @ [[0.5, 0], [0, 0.5], [0.5, 0], [0, 0.5]]) // width
        counts = Counter((int(x), int(y)) for x, y in middles)
        return [Tile(z, x, y) for (x, y), _ in counts.most_common(SOME)]
    west, north, east, south = (int(edge) // width for edge in shapely.total_bounds(geometries))
    everywhere = [(x, y) for x in range(west, east + 1) for y in range(north, south + 1)]
    _, touched = shapely.STRtree(_boxes(everywhere, width)).query(geometries, predicate="intersects")
    return [Tile(z, *everywhere[number]) for number in np.unique(touched)]


def _boxes(tiles: list[tuple[int, int]], width: int) -> Any:
    corners = np.array(tiles, dtype=np.float64).reshape(-1, 2) * width
    return shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + width, corners[:, 1] + width)


def _stored() -> Shapes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, id, geometry FROM features")
        return {ElementRef(ElementType(kind), id_): shapely.from_wkb(bytes(wkb)) for kind, id_, wkb in cursor}


def test_each_feature_has_the_shape_that_other_libraries_give_it(extract: Extract) -> None:
    stored = _stored()
    assert [ref for ref in extract.shapes if ref not in stored] == []
    different = []
    for ref, expected in extract.shapes.items():
        found = stored[ref]
        if shapely.area(expected):
            if not shapely.is_valid(expected):
                expected = shapely.make_valid(expected)  # noqa: PLW2901
            error = shapely.area(shapely.symmetric_difference(found, expected)) / shapely.area(expected)
            # Positions are rounded, which changes small areas most.
            allowed = 1e-3 + 2 * shapely.length(expected) / shapely.area(expected)
        else:
            error, allowed = shapely.hausdorff_distance(found, expected), np.float64(1)
        if error > allowed:
            different.append((str(ref), error))
    assert len(different) <= len(extract.shapes) // 1000, different


def test_no_feature_is_lost_at_the_largest_zoom(extract: Extract) -> None:
    """Each line and area is in all tiles that it touches, and each point in its own."""
    refs = list(extract.shapes)
    tree = shapely.STRtree(list(extract.shapes.values()))
    drawn_by = _drawings(extract)
    lost: list[tuple[Tile | None, str]] = []
    count = 0
    for tile, layers in extract.layers(DETAIL):
        ids = {feature["id"] for features in layers.values() for feature in features}
        # What only touches the edge may be in the neighbour alone.
        width = tile.width
        [box] = _boxes([(tile.x, tile.y)], width)
        for number in tree.query(
            shapely.buffer(box, -width / 4096, join_style="mitre"), predicate="intersects"
        ):
            ref = refs[number]
            id_ = ref.id * 4 + ref.type
            if drawn_by.get(id_) == {1} and extract.shapes[ref].geom_type != "Point":
                # An area that is drawn as a point is in one tile.
                continue
            count += 1
            if id_ not in ids:
                lost.append((tile, str(ref)))
    if EVERY:
        lost += [(None, str(ref)) for ref in refs if ref.id * 4 + ref.type not in drawn_by]
    assert count > 500
    assert [entry for entry in lost if not _is_left_out(extract, entry[1])] == []


def _is_left_out(extract: Extract, ref: str) -> bool:
    """Return whether an area is not drawn by purpose, as others show it by their lines and labels, or is drawn as a point
    in a tile that has not been made."""
    kind, id_ = ref.split()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shape, key, label[0], label[1] FROM features WHERE type = %s AND id = %s",
            [int(ElementType.from_label(kind)), int(id_)],
        )
        shape_, key, x, y = cursor.fetchone()
    place = Tile(DETAIL, int(x) >> (32 - DETAIL), int(y) >> (32 - DETAIL))
    return bool(shape_ == Shape.AREA and (key in NOT_DETAILS or place not in extract.tiles))


def _drawings(extract: Extract) -> dict[int, set[int]]:
    """Return the types of geometry in which each id is drawn in any of the tiles."""
    found: dict[int, set[int]] = {}
    for _, layers in extract.layers(DETAIL):
        for features in layers.values():
            for feature in features:
                found.setdefault(feature["id"], set()).add(TYPES[feature["geometry"]["type"]])
    return found


def test_nearly_every_polygon_is_valid(extract: Extract) -> None:
    count, invalid = 0, []
    for tile, layers in extract.layers():
        for name, features in layers.items():
            for feature in features:
                geometry = shape(feature["geometry"])
                assert not geometry.is_empty, (tile, name, feature)
                if TYPES[geometry.geom_type] == 3:
                    count += 1
                    if not geometry.is_valid:
                        invalid.append((tile, name, feature))
    assert count > 300
    assert len(invalid) <= count // 1000, invalid


def test_each_zoom_has_the_layers_and_attributes_of_the_schema(extract: Extract) -> None:
    for tile, layers in extract.layers():
        assert layers.keys() <= {*SCHEMA, "details"}
        assert complaints(tile.z, layers) == [], tile


def test_a_second_library_reads_the_same(extract: Extract, tmp_path: Path) -> None:
    node = program("node", package="nodejs")
    files = []
    for number, content in enumerate(extract.tiles.values()):
        files.append(tmp_path / f"{number}.mvt")
        files[-1].write_bytes(content)
    lines = subprocess.run(
        [node, str(settings.BASE_DIR / "tests/static/decode_tiles.js")],
        input=json.dumps(list(map(str, files))),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for (tile, layers), line in zip(extract.layers(), lines, strict=True):
        assert json.loads(line) == {
            name: [
                [
                    feature["id"],
                    TYPES[feature["geometry"]["type"]],
                    feature["properties"],
                    list(_parts(feature["geometry"]["coordinates"])),
                ]
                for feature in features
            ]
            for name, features in layers.items()
        }, tile


def _parts(coordinates: Any) -> Iterator[Any]:
    """Yield the lines, rings or points of a geometry, each as a list of positions."""
    if isinstance(coordinates[0], int):
        yield [coordinates]
    elif isinstance(coordinates[0][0], int):
        yield coordinates
    else:
        for part in coordinates:
            yield from _parts(part)
