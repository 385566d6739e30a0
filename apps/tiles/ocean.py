"""The sea, from the coastlines in a tile: they have land to their left and water to their right."""

from collections.abc import Sequence

import numpy as np
import shapely

from .encoding import EXTENT
from .geometry import BUFFER, Floats, Geometries, Grid
from .subjects import Subject

_BESIDE = 0.01
"""Units that the places beside a line are away from it."""


def is_coastline(subject: Subject) -> bool:
    return subject.tags.get("natural") == "coastline"


def ocean_of(grid: Grid, coastlines: Sequence[bytes]) -> Geometries:
    """Return the parts of the tile that are sea. Coastlines that end within the tile divide nothing."""
    lines = shapely.get_parts(grid.simplified(grid.read_outlines(coastlines)))
    lines = lines[~shapely.is_empty(lines)]
    edge = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    net = shapely.union_all([*lines, edge.exterior])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    if not len(lines) or not len(faces):
        return np.empty(0, dtype=object)
    water, land = _beside(lines)
    return np.asarray(faces[_count(faces, water) > _count(faces, land)], dtype=object)


def _beside(lines: Geometries) -> tuple[Floats, Floats]:
    """Return places in the water and on land beside the middle of each segment."""
    xy, numbers = shapely.get_coordinates(lines, return_index=True)
    ends = np.flatnonzero(np.diff(numbers) == 0)
    along = xy[ends + 1] - xy[ends]
    lengths = np.hypot(along[:, 0], along[:, 1])
    ends, along = ends[lengths > 0], along[lengths > 0] / lengths[lengths > 0, np.newaxis]
    middle = (xy[ends] + xy[ends + 1]) / 2
    # y runs to the south: this is to the right.
    aside = np.column_stack([-along[:, 1], along[:, 0]]) * _BESIDE
    return middle + aside, middle - aside


def _count(faces: Geometries, places: Floats) -> Floats:
    """Return how many of the places are in each face."""
    _, found = shapely.STRtree(faces).query(shapely.points(places), predicate="within")
    return np.bincount(found, minlength=len(faces)).astype(np.float64)
