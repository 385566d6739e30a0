"""The sea: from the coastlines of the data, which have land to their left and water to their right; around the data, and
where no coastline is near, from the rest of the world."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from apps.features.projection import meters_per_unit

from .encoding import EXTENT
from .geometry import Floats, Geometries, Grid
from .selection import coastlines_near
from .subjects import Look
from .surroundings import Surroundings

_BESIDE = 0.01
"""Units that the places beside a line are away from it."""
_NEAR = 20_000
"""Meters within which a coastline of the data is a better witness than the rest of the world."""
_LARGEST_GAP = 5_000
"""Meters between two coastlines that belong together."""
_FIRST_ZOOM_NEAR = 8
"""Below, these meters are a few pixels."""


def is_coastline(look: Look) -> bool:
    return ("natural", "coastline") in look.tags


def ocean_of(around: Surroundings, coastlines: Sequence[bytes]) -> Geometries:
    """Return the parts of the tile that are sea. At most one statement, unless a coastline is in the tile."""
    inside, outside = _within_data(around, coastlines), around.sea()
    if not len(inside) or not len(outside):
        return np.concatenate([inside, outside])
    # One area, so that no line is seen between the two.
    return np.asarray(shapely.get_parts(shapely.union_all([*inside, *outside])), dtype=object)


def _within_data(around: Surroundings, coastlines: Sequence[bytes]) -> Geometries:
    lines = shapely.get_parts(around.grid.simplified(around.grid.read_outlines(coastlines)))
    lines = lines[~shapely.is_empty(lines)]
    faces, points = _faces(around.grid, around.data, lines)
    if not len(faces):
        return faces
    water, land = (_count(faces, places) for places in _beside(lines))
    is_sea = water > land
    unknown = (water == 0) & (land == 0)
    if unknown.any():
        is_sea[unknown] = ~_is_land(around, points[unknown])
    return np.asarray(faces[is_sea], dtype=object)


def _faces(grid: Grid, area: Any, lines: Geometries) -> tuple[Geometries, Geometries]:
    """Return the areas into which lines divide an area, and a point in each."""
    if len(lines):
        edge = shapely.boundary(area)
        net = shapely.union_all([*lines, *_joints(grid, lines, edge), edge])
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    else:
        faces = shapely.get_parts(area)
    faces = faces[~shapely.is_empty(faces)]
    points = shapely.point_on_surface(faces)
    shapely.prepare(area)
    inside = shapely.intersects(area, points)
    return faces[inside], points[inside]


def _joints(grid: Grid, lines: Geometries, edge: Any) -> Geometries:
    """Return what goes on from loose ends of coastlines: to the beginning of the next one, or straight ahead.

    Extracts cut coastlines off, and edits break them. Land and sea must not run together there.
    """
    starts, ends = (shapely.get_coordinates(shapely.get_point(lines, place)) for place in (0, -1))
    before, after = (shapely.get_coordinates(shapely.get_point(lines, place)) for place in (1, -2))
    _, places, counts = np.unique(
        np.concatenate([starts, ends]), axis=0, return_inverse=True, return_counts=True
    )
    is_loose = counts[places.reshape(-1)] == 1
    loose_starts, loose_ends = np.flatnonzero(is_loose[: len(lines)]), np.flatnonzero(is_loose[len(lines) :])
    loose_starts = loose_starts[shapely.distance(shapely.points(starts[loose_starts]), edge) > 1]
    loose_ends = loose_ends[shapely.distance(shapely.points(ends[loose_ends]), edge) > 1]
    gaps = _gaps(starts[loose_starts], ends[loose_ends], _units(grid, _LARGEST_GAP))
    joints = [
        shapely.linestrings([ends[loose_ends[end]], starts[loose_starts[start]]]) for end, start in gaps
    ]
    bridged = {end for end, _ in gaps}, {start for _, start in gaps}
    for closed, loose, origin, behind in (
        (bridged[0], loose_ends, ends, after),
        (bridged[1], loose_starts, starts, before),
    ):
        for number, line in enumerate(loose.tolist()):
            along = origin[line] - behind[line]
            if number not in closed and along.any():
                ahead = origin[line] + along / np.hypot(*along) * 2 * EXTENT
                joints.append(shapely.linestrings([origin[line], ahead]))
    found = np.empty(len(joints), dtype=object)
    found[:] = joints
    return grid.clip(found) if len(found) else found


def _gaps(starts: Floats, ends: Floats, widest: float) -> list[tuple[int, int]]:
    """Return the ends and starts that are nearest to each other, by their numbers."""
    if not len(starts) or not len(ends):
        return []
    nearest_start, nearest_end = _nearest(ends, starts), _nearest(starts, ends)
    distances = np.hypot(*(ends - starts[nearest_start]).T)
    is_mutual = (nearest_end[nearest_start] == np.arange(len(ends))) & (distances <= widest)
    return [(end, int(nearest_start[end])) for end in np.flatnonzero(is_mutual).tolist()]


def _nearest(places: Floats, others: Floats) -> NDArray[np.int64]:
    """Return the number of the nearest of other places for each place."""
    tree = shapely.STRtree(np.asarray(shapely.points(others), dtype=object))
    return np.asarray(tree.nearest(np.asarray(shapely.points(places), dtype=object)), dtype=np.int64)


def _units(grid: Grid, meters: float) -> float:
    """Return meters in the middle of a tile as units of it."""
    middle = grid.tile.origin[1] + grid.tile.width / 2
    return meters / meters_per_unit(middle) * EXTENT / grid.tile.width


def _beside(lines: Geometries) -> tuple[Floats, Floats]:
    """Return places in the water and on land beside the middle of each segment."""
    xy, numbers = shapely.get_coordinates(lines, return_index=True)
    ends = np.flatnonzero(np.diff(numbers) == 0)
    along = xy[ends + 1] - xy[ends]
    lengths = np.hypot(along[:, 0], along[:, 1])
    ends, along = ends[lengths > 0], along[lengths > 0] / lengths[lengths > 0, np.newaxis]
    middle = (xy[ends] + xy[ends + 1]) / 2
    aside = _to_the_right(along) * _BESIDE
    return middle + aside, middle - aside


def _to_the_right(along: Floats) -> Floats:
    # y runs to the south.
    return np.column_stack([-along[:, 1], along[:, 0]])


def _count(faces: Geometries, places: Floats) -> Floats:
    """Return how many of the places are in each face."""
    _, found = shapely.STRtree(faces).query(shapely.points(places), predicate="within")
    return np.bincount(found, minlength=len(faces)).astype(np.float64)


def _is_land(around: Surroundings, points: Geometries) -> NDArray[np.bool_]:
    """Return which points are on land: on which side of the nearest coastline of the data they are, if one is near."""
    found: NDArray[np.bool_] = around.is_land(points)
    grid = around.grid
    if grid.tile.z < _FIRST_ZOOM_NEAR:
        return found
    reach = _units(grid, _NEAR)
    lines = _joined(grid, coastlines_near(grid.tile, reach * grid.tile.width / EXTENT))
    if not len(lines):
        return found
    near, places = shapely.STRtree(lines).query_nearest(points, max_distance=reach, all_matches=False)
    found[near] = [
        _is_to_the_left(shapely.get_coordinates(line), shapely.get_coordinates(point)[0])
        for line, point in zip(lines[places], points[near], strict=True)
    ]
    return found


def _joined(grid: Grid, coastlines: Sequence[bytes]) -> Geometries:
    """Return whole coastlines, each as one line as far as it goes on."""
    parts = shapely.get_parts(grid.read_whole_outlines(coastlines))
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts), directed=True)))


def _is_to_the_left(line: Floats, place: Floats) -> bool:
    starts, along = line[:-1], np.diff(line, axis=0)
    lengths = np.hypot(along[:, 0], along[:, 1])
    starts, along, lengths = starts[lengths > 0], along[lengths > 0], lengths[lengths > 0]
    if not len(lengths):
        return True
    parts = np.clip(((place - starts) * along).sum(axis=1) / lengths**2, 0, 1)
    offsets = place - (starts + parts[:, np.newaxis] * along)
    distances = np.hypot(offsets[:, 0], offsets[:, 1])
    nearest = int(np.argmin(distances))
    # If a corner is nearest, the direction between those of its two segments counts.
    is_nearest = distances <= distances[nearest] * (1 + 1e-9)
    direction = (along[is_nearest] / lengths[is_nearest, np.newaxis]).sum(axis=0, keepdims=True)
    return bool((_to_the_right(direction)[0] * offsets[nearest]).sum() <= 0)
