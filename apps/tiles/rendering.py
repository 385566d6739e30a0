"""A tile, from its features to its bytes."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import shapely

from .classification import entries_of
from .encoding import EXTENT, Encoded, GeometryType, encode_ids, encode_layer
from .geometry import BUFFER, Geometries, Grid
from .layers import BOUNDARIES, BOUNDARY_LABELS, LAYERS, OCEAN, Drawing, Layer
from .ocean import is_coastline, ocean_of
from .selection import Found, features_of
from .subjects import Attributes, Tile
from .surroundings import BORDER, Surroundings

_FIRST_ZOOM_WITH_IDS = 13
"""Below, lines with equal attributes are one feature; only points have ids there."""


class Drawn(NamedTuple):
    """A feature in a layer."""

    order: float
    """Features with small numbers come first."""
    id: bytes
    type: GeometryType
    number: int
    """Of its geometry among those of its type."""
    attributes: Attributes


def render(tile: Tile) -> bytes:
    """Return a tile as it is now, not compressed; nothing if nothing is in it. At most three statements."""
    return encode(tile, features_of(tile, margin=BUFFER / EXTENT))


def encode(tile: Tile, found: Sequence[Found]) -> bytes:
    """Return the tile with some features."""
    canvas = _Canvas(tile)
    canvas.add(found)
    canvas.add_surroundings(found)
    return canvas.draw()


class _Canvas:
    """Collects what is in a tile, so that the geometries of a type are drawn at once."""

    def __init__(self, tile: Tile) -> None:
        self.tile = tile
        self.grid = Grid(tile)
        self.layers: dict[Layer, list[Drawn]] = {layer: [] for layer in LAYERS}
        self.points: list[tuple[float, float]] = []
        # As they are stored, each one once, whatever layers it is in.
        self.lines: list[bytes] = []
        self.areas: list[bytes] = []
        self.merged: dict[tuple[Layer, Attributes], tuple[float, list[int]]] = {}
        self.ocean: Geometries = np.empty(0, dtype=object)
        self.borders: Geometries = np.empty(0, dtype=object)

    def add(self, found: Sequence[Found]) -> None:
        """Add features. Their ids in the tile tell the elements."""
        has_ids = self.tile.z >= _FIRST_ZOOM_WITH_IDS
        ids = encode_ids([feature.id * 4 + feature.look.type for feature in found])
        for feature, id_ in zip(found, ids, strict=True):
            line = area = -1
            for entry in entries_of(feature.look, self.tile.z):
                layer, drawing = entry.layer, entry.drawing
                if layer.fits and not layer.fits(feature.look.admin_level, feature.size, self.tile.z):
                    continue
                order = -feature.size if layer.way_area else entry.order
                attributes = entry.attributes
                if entry.way_area:
                    attributes += (("way_area", entry.way_area(feature.size, feature.label[1])),)
                if drawing is Drawing.POINT:
                    drawn = Drawn(order, id_, GeometryType.POINT, len(self.points), attributes)
                    self.points.append(feature.label)
                elif drawing is Drawing.AREA:
                    if area < 0:
                        area = len(self.areas)
                        self.areas.append(feature.geometry)
                    drawn = Drawn(order, id_ if has_ids else b"", GeometryType.POLYGON, area, attributes)
                else:
                    if line < 0:
                        line = len(self.lines)
                        self.lines.append(feature.geometry)
                    if not has_ids:
                        self.merged.setdefault((layer, attributes), (order, []))[1].append(line)
                        continue
                    drawn = Drawn(order, id_, GeometryType.LINE, line, attributes)
                self.layers[layer].append(drawn)

    def add_surroundings(self, found: Iterable[Found]) -> None:
        """Add the sea, and what is around the data."""
        around = Surroundings(self.tile)
        coastlines = [feature.geometry for feature in found if is_coastline(feature.look)]
        self.ocean, self.borders = ocean_of(around, coastlines), around.borders()
        for position, size, attributes in around.labels():
            drawn = Drawn(-size, b"", GeometryType.POINT, len(self.points), attributes)
            self.layers[BOUNDARY_LABELS].append(drawn)
            self.points.append(position)

    def draw(self) -> bytes:
        """Return what is to be seen in the tile."""
        geometries = self._geometries()
        return b"".join(
            encode_layer(layer.name, features)
            for layer, drawn in self.layers.items()
            if (features := _to_be_seen(drawn, geometries))
        )

    def _geometries(self) -> dict[GeometryType, list[bytes]]:
        lines = self._merged(self.grid.read_outlines(self.lines))
        areas = self.grid.read(self.areas)
        self._append(OCEAN, GeometryType.POLYGON, len(areas), len(self.ocean), ())
        self._append(BOUNDARIES, GeometryType.LINE, len(lines), len(self.borders), BORDER)
        return {
            GeometryType.POINT: self.grid.points(np.array(self.points, dtype=np.float64).reshape(-1, 2)),
            GeometryType.LINE: self.grid.lines(np.concatenate([lines, self.borders])),
            GeometryType.POLYGON: self.grid.areas(np.concatenate([areas, self.ocean])),
        }

    def _append(
        self, layer: Layer, kind: GeometryType, first: int, count: int, attributes: Attributes
    ) -> None:
        for number in range(first, first + count):
            self.layers[layer].append(Drawn(0.0, b"", kind, number, attributes))

    def _merged(self, lines: Geometries) -> Geometries:
        """Return the lines, or at low zooms one for each layer and attributes."""
        if not self.merged:
            return lines
        found = np.empty(len(self.merged), dtype=object)
        for number, ((layer, attributes), (order, members)) in enumerate(self.merged.items()):
            found[number] = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines[members])))
            self.layers[layer].append(Drawn(order, b"", GeometryType.LINE, number, attributes))
        return found


def _to_be_seen(drawn: list[Drawn], geometries: dict[GeometryType, list[bytes]]) -> list[Encoded]:
    """Return the features of a layer that are not empty, in their order."""
    drawn.sort(key=itemgetter(0))
    return [
        Encoded(id_, kind, geometry, attributes)
        for _, id_, kind, number, attributes in drawn
        if (geometry := geometries[kind][number])
    ]
