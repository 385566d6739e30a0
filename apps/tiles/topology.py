"""Reads TopoJSON (https://github.com/topojson/topojson-specification): lines that shapes have in common are stored once.

The files of world-atlas have their rings joined across 180 degrees; here they are cut again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from apps.features.geometry import only_areas
from apps.features.projection import WORLD, to_xy

Floats = NDArray[np.float64]


class Topology:
    """The shapes of a file, in the units of `apps/features/projection.py`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        transform = document["transform"]
        scale, origin = np.array(transform["scale"]), np.array(transform["translate"])
        self._objects = document["objects"]
        arcs = document["arcs"]
        degrees = np.concatenate([np.cumsum(np.array(arc), axis=0) for arc in arcs]) * scale + origin
        xy = to_xy(*np.rint(degrees * 1e7).astype(np.int32).T)
        self._arcs: list[Floats] = np.split(xy, np.cumsum([len(arc) for arc in arcs])[:-1])

    def shapes(self, name: str) -> list[Mapping[str, Any]]:
        """Return the shapes of an object, as they are in the file."""
        found: list[Mapping[str, Any]] = self._objects[name]["geometries"]
        return found

    def areas_of(self, shape: Mapping[str, Any]) -> Iterator[Any]:
        """Yield the valid polygons of a shape."""
        for rings in shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]:
            area = self._area(rings[0])
            for ring in rings[1:]:
                # Which one of two rings around a pole is the outer one depends on how one looks at it.
                area = shapely.symmetric_difference(area, self._area(ring))
            yield from shapely.get_parts(only_areas(area))

    def borders(self, name: str) -> Iterator[Any]:
        """Yield the lines that two shapes of an object have in common."""
        uses = Counter(arc for shape in self.shapes(name) for arc in set(_arcs_of(shape["arcs"])))
        for arc, count in uses.items():
            if count > 1:
                yield from shapely.get_parts(_within_world(shapely.linestrings(_unwound(self._arcs[arc]))))

    def _area(self, references: Iterable[int]) -> Any:
        """Return what a ring encloses, cut at 180 degrees."""
        parts = [self._arcs[each] if each >= 0 else self._arcs[~each][::-1] for each in references]
        ring = _unwound(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]))
        if abs(ring[-1, 0] - ring[0, 0]) > WORLD / 2:
            pole = WORLD if ring[:, 1].mean() > WORLD / 2 else 0
            ring = np.concatenate([ring, [(ring[-1, 0], pole), (ring[0, 0], pole), ring[0]]])
        area = shapely.polygons(ring)
        return _within_world(area if shapely.is_valid(area) else shapely.make_valid(area))


def _arcs_of(references: Any) -> Iterator[int]:
    """Yield the numbers of the arcs of a shape, without their directions."""
    for each in references:
        if isinstance(each, int):
            yield each if each >= 0 else ~each
        else:
            yield from _arcs_of(each)


def _unwound(positions: Floats) -> Floats:
    """Return positions that go on beyond 180 degrees instead of jumping to the other side of the world."""
    steps = np.diff(positions[:, 0])
    if not (np.abs(steps) > WORLD / 2).any():
        return positions
    found = positions.copy()
    found[1:, 0] = found[0, 0] + np.cumsum(steps - WORLD * np.round(steps / WORLD))
    return found


def _within_world(geometry: Any) -> Any:
    """Return a geometry with what is beyond 180 degrees at the other side."""
    west, _, east, _ = shapely.bounds(geometry).tolist()
    if west >= 0 and east <= WORLD:
        return geometry
    world = shapely.box(0, 0, WORLD, WORLD)
    shifts = range(int(west // WORLD), int(east // WORLD) + 1)
    return shapely.union_all(
        [shapely.intersection(_moved(geometry, -WORLD * each), world) for each in shifts]
    )


def _moved(geometry: Any, east: int) -> Any:
    return shapely.transform(geometry, lambda xy: xy + np.array([east, 0]))
