"""A tile, from its features to its bytes."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import shapely

from .classification import Entry, entries_of
from .encoding import EXTENT, Encoded, GeometryType, encode_layer
from .geometry import BUFFER, Geometries, Grid
from .layers import BOUNDARIES, BOUNDARY_LABELS, LAYERS, OCEAN, Drawing, Layer
from .ocean import is_coastline, ocean_of
from .selection import Found, features_of
from .subjects import Attributes, Subject, Tile
from .surroundings import BORDER, Surroundings

_FIRST_ZOOM_WITH_IDS = 13
"""Below, lines with equal attributes are one feature; only points have ids there."""


class Drawn(NamedTuple):
    """A feature in a layer, whose geometry is number `number` of its type."""

    layer: Layer
    type: GeometryType
    attributes: Attributes
    subject: Subject | None
    number: int
    size: float = 0
    """Of what is around the data, in square meters."""


def render(tile: Tile) -> bytes:
    """Return a tile as it is now, not compressed; nothing if nothing is in it. At most three statements."""
    return encode(tile, features_of(tile, margin=BUFFER / EXTENT))


def encode(tile: Tile, found: Sequence[Found]) -> bytes:
    """Return the tile with some features."""
    canvas = _Canvas(tile)
    for feature in found:
        for entry in entries_of(feature.subject, tile.z):
            canvas.add(feature, entry)
    canvas.add_surroundings(found)
    layers: dict[Layer, list[tuple[float, Encoded]]] = {}
    for drawn, geometry in canvas.draw():
        layers.setdefault(drawn.layer, []).append(
            (_order_of(drawn), Encoded(canvas.id_of(drawn), drawn.type, geometry, drawn.attributes))
        )
    return b"".join(
        encode_layer(layer.name, (each for _, each in sorted(layers[layer], key=lambda pair: pair[0])))
        for layer in LAYERS
        if layer in layers
    )


def _order_of(drawn: Drawn) -> float:
    """Return a number by which the features of a layer are sorted."""
    if drawn.subject is None:
        return -drawn.size
    return drawn.layer.order(drawn.subject) if drawn.layer.order else 0.0


class _Canvas:
    """Collects what is in a tile, so that the geometries of a type are drawn at once."""

    def __init__(self, tile: Tile) -> None:
        self.grid = Grid(tile)
        self.has_ids = tile.z >= _FIRST_ZOOM_WITH_IDS
        self.drawn: list[Drawn] = []
        self.points: list[tuple[float, float]] = []
        self.lines = _Geometries()
        self.areas = _Geometries()
        self.merged: dict[tuple[Layer, Attributes], tuple[Subject, list[int]]] = {}
        self.ocean: Geometries = np.empty(0, dtype=object)
        self.borders: Geometries = np.empty(0, dtype=object)

    def add(self, feature: Found, entry: Entry) -> None:
        layer, drawing, attributes = entry
        subject = feature.subject
        if drawing is Drawing.POINT:
            self.drawn.append(Drawn(layer, GeometryType.POINT, attributes, subject, len(self.points)))
            self.points.append(subject.label)
        elif drawing is Drawing.AREA:
            number = self.areas.number_of(feature)
            self.drawn.append(Drawn(layer, GeometryType.POLYGON, attributes, subject, number))
        elif self.has_ids:
            number = self.lines.number_of(feature)
            self.drawn.append(Drawn(layer, GeometryType.LINE, attributes, subject, number))
        else:
            _, numbers = self.merged.setdefault((layer, attributes), (subject, []))
            numbers.append(self.lines.number_of(feature))

    def add_surroundings(self, found: Sequence[Found]) -> None:
        """Add the sea, and what is around the data."""
        around = Surroundings(self.grid.tile)
        coastlines = [feature.geometry for feature in found if is_coastline(feature.subject)]
        self.ocean, self.borders = ocean_of(around, coastlines), around.borders()
        for position, size, attributes in around.labels():
            number = len(self.points)
            self.drawn.append(Drawn(BOUNDARY_LABELS, GeometryType.POINT, attributes, None, number, size))
            self.points.append(position)

    def draw(self) -> Iterator[tuple[Drawn, bytes]]:
        """Yield what is to be seen in the tile, with its geometry."""
        lines = self._merged(self.grid.read_outlines(self.lines.wkb))
        areas = self.grid.read(self.areas.wkb)
        for number in range(len(areas), len(areas) + len(self.ocean)):
            self.drawn.append(Drawn(OCEAN, GeometryType.POLYGON, (), None, number))
        for number in range(len(lines), len(lines) + len(self.borders)):
            self.drawn.append(Drawn(BOUNDARIES, GeometryType.LINE, BORDER, None, number))
        geometries = {
            GeometryType.POINT: self.grid.points(np.array(self.points, dtype=np.float64).reshape(-1, 2)),
            GeometryType.LINE: self.grid.lines(np.concatenate([lines, self.borders])),
            GeometryType.POLYGON: self.grid.areas(np.concatenate([areas, self.ocean])),
        }
        for each in self.drawn:
            if geometry := geometries[each.type][each.number]:
                yield each, geometry

    def _merged(self, lines: Geometries) -> Geometries:
        """Return the lines, or at low zooms one for each layer and attributes."""
        if self.has_ids:
            return lines
        found = np.empty(len(self.merged), dtype=object)
        for number, ((layer, attributes), (subject, members)) in enumerate(self.merged.items()):
            found[number] = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines[members])))
            self.drawn.append(Drawn(layer, GeometryType.LINE, attributes, subject, number))
        return found

    def id_of(self, drawn: Drawn) -> int:
        """Return the id of a feature in the tile, which tells the element; 0 if there is none."""
        subject = drawn.subject
        is_one = self.has_ids or drawn.type is GeometryType.POINT
        return subject.id * 4 + subject.type if is_one and subject else 0


class _Geometries:
    """The stored geometries of one type, each one once, whatever layers it is in."""

    def __init__(self) -> None:
        self.wkb: list[bytes] = []
        self._numbers: dict[tuple[int, int], int] = {}

    def number_of(self, feature: Found) -> int:
        key = (feature.subject.type, feature.subject.id)
        number = self._numbers.setdefault(key, len(self.wkb))
        if number == len(self.wkb):
            self.wkb.append(feature.geometry)
        return number
