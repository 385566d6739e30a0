"""Elements made into features. The same function serves imports, edits and rebuilds: it knows only ids."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from apps.elements.presets import is_area
from apps.osm.elements import ElementType

from . import geometry, kinds, reading
from .geometry import Drawn, Geometries
from .models import Shape
from .projection import to_xy
from .words import searched_words, vector
from .zooms import smallest_zoom

AREAS = {"multipolygon", "boundary"}
"""The types of relations whose members are the outlines of an area."""
NOT_DRAWN = {"restriction", "destination_sign", "enforcement", "connectivity", "turnlanes:turns"}
"""The types of relations that say something about their members, but are nothing to see."""
MAIN_OF_BOUNDARY = ("boundary", "administrative")


@dataclass(slots=True)
class Row:
    """A row of the table of features, each value as PostgreSQL writes it. Two rows are equal if they look the same."""

    type: int
    id: int
    version: int
    shape: int
    min_zoom: int
    importance: int
    admin_level: int | None
    size: float
    key: str
    value: str
    tags: str
    names: str = field(compare=False)
    """Follows from the tags, as `words`; the database sorts the words."""
    words: str = field(compare=False)
    label: str
    box: str
    geometry: bytes


def assemble(kind: ElementType, ids: Iterable[int]) -> Iterator[Row]:
    """Yield the features of elements of a type, of those that are something to see. At most three statements."""
    return _ASSEMBLERS[kind](ids)


def _nodes(ids: Iterable[int]) -> Iterator[Row]:
    found = [(node, main) for node in reading.nodes_with_tags(ids) if (main := kinds.main_tag(node.tags))]
    if not found:
        return
    xy = to_xy(
        np.array([node.lon for node, _ in found], dtype=np.int32),
        np.array([node.lat for node, _ in found], dtype=np.int32),
    )
    points = np.asarray(shapely.points(xy), dtype=object)
    drawn = geometry.measured(points, np.full(len(points), Shape.POINT, dtype=np.int16))
    for number, (node, main) in enumerate(found):
        yield _row(ElementType.NODE, node, main, None, drawn, number)


def _ways(ids: Iterable[int]) -> Iterator[Row]:
    found: list[tuple[reading.Way, tuple[str, str]]] = []
    for way in reading.ways(ids):
        main = kinds.main_tag(way.tags) or (MAIN_OF_BOUNDARY if way.admin_level is not None else None)
        if main:
            found.append((way, main))
    lines, drawable = _lines([way.nodes for way, _ in found])
    found = [entry for entry, is_drawable in zip(found, drawable, strict=True) if is_drawable]
    closed = shapely.is_closed(lines) & (shapely.get_num_points(lines) > 3)
    wanted = np.array([is_area(way.tags) for way, _ in found], dtype=bool)
    geometries, shapes = _with_areas(lines, closed & wanted)
    drawn = geometry.measured(geometries, shapes)
    for number, (way, main) in enumerate(found):
        levels = [level for level in (way.admin_level, kinds.level_of(way.tags)) if level is not None]
        yield _row(ElementType.WAY, way, main, min(levels, default=None), drawn, number)


def _lines(ways: Sequence[Sequence[int]]) -> tuple[Geometries, NDArray[np.bool_]]:
    """Return the lines of ways that have at least two positions, and which of the ways do."""
    counts = np.array([len(nodes) for nodes in ways], dtype=np.int64)
    refs = np.fromiter((node for nodes in ways for node in nodes), dtype=np.int64, count=int(counts.sum()))
    xy, known = reading.Positions(refs).of(refs)
    owners = np.repeat(np.arange(len(ways)), counts)[known]
    lengths = np.bincount(owners, minlength=len(ways))
    drawable = lengths > 1
    kept = drawable[owners] if len(owners) else np.empty(0, dtype=bool)
    return geometry.lines_of(xy[kept], lengths[drawable]), drawable


def _with_areas(lines: Geometries, closed: NDArray[np.bool_]) -> tuple[Geometries, NDArray[np.int16]]:
    """Return the lines with areas in place of those that are closed."""
    shapes = np.full(len(lines), Shape.LINE, dtype=np.int16)
    geometries = lines.copy()
    areas, enclosing = geometry.areas_of(lines[closed])
    places = np.flatnonzero(closed)[enclosing]
    geometries[places] = areas[enclosing]
    shapes[places] = Shape.AREA
    return geometries, shapes


def _relations(ids: Iterable[int]) -> Iterator[Row]:
    found = [
        (relation, main)
        for relation in reading.relations(ids)
        if relation.tags.get("type") not in NOT_DRAWN and (main := kinds.main_tag(relation.tags))
    ]
    if not found:
        return
    members = reading.way_nodes({ref for relation, _ in found for ref in _refs(relation, ElementType.WAY)})
    nodes = {ref for relation, _ in found for ref in _refs(relation, ElementType.NODE)}
    refs = np.fromiter((node for group in (*members.values(), nodes) for node in group), dtype=np.int64)
    positions = reading.Positions(refs)
    lines = {way: line for way, refs in members.items() if (line := _line(positions, refs)) is not None}
    drawn: list[tuple[reading.Relation, tuple[str, str], Any, Shape, list[int] | None]] = []
    for relation, main in found:
        shaped = _shape_of(relation, lines, positions)
        if shaped is not None:
            drawn.append((relation, main, *shaped, _label_of(relation, positions)))
    if not drawn:
        return
    geometries = np.empty(len(drawn), dtype=object)
    geometries[:] = [entry[2] for entry in drawn]
    measures = geometry.measured(geometries, np.array([entry[3] for entry in drawn], dtype=np.int16))
    for number, (relation, main, _, _, label) in enumerate(drawn):
        if label is not None:
            measures.labels[number] = label
        level = kinds.level_of(relation.tags)
        yield _row(ElementType.RELATION, relation, main, level, measures, number)


def _refs(relation: reading.Relation, kind: ElementType) -> Iterator[int]:
    """Yield the ids of a relation's members of a type, each once, in their order."""
    members = zip(relation.member_types, relation.member_refs, strict=True)
    yield from dict.fromkeys(ref for member, ref in members if member == kind)


def _line(positions: reading.Positions, nodes: Sequence[int]) -> Any:
    xy, _ = positions.of(nodes)
    return shapely.linestrings(xy) if len(xy) > 1 else None


def _shape_of(
    relation: reading.Relation, lines: Mapping[int, Any], positions: reading.Positions
) -> tuple[Any, Shape] | None:
    """Return what a relation looks like: its area if it has a closed one, else its lines, else its points."""
    parts = [lines[ref] for ref in _refs(relation, ElementType.WAY) if ref in lines]
    if relation.tags.get("type") in AREAS:
        area = geometry.multipolygon_of(parts)
        if not shapely.is_empty(area):
            return area, Shape.AREA
    if parts:
        return geometry.collected(parts), Shape.LINE
    xy, _ = positions.of(list(_refs(relation, ElementType.NODE)))
    return (shapely.multipoints(xy), Shape.POINT) if len(xy) else None


def _label_of(relation: reading.Relation, positions: reading.Positions) -> list[int] | None:
    """Return the position of the member that mappers chose for the name of an area, if there is one."""
    for role in ("label", "admin_centre"):
        for member_type, ref, member_role in zip(
            relation.member_types, relation.member_refs, relation.member_roles, strict=True
        ):
            if member_role == role and member_type == ElementType.NODE:
                xy, _ = positions.of([ref])
                if len(xy):
                    return [int(xy[0, 0]), int(xy[0, 1])]
    return None


def _row(
    kind: ElementType,
    element: reading.TaggedNode | reading.Way | reading.Relation,
    main: tuple[str, str],
    admin_level: int | None,
    drawn: Drawn,
    number: int,
) -> Row:
    tags = element.tags
    names, words = searched_words(tags)
    shape, size = drawn.shapes[number], drawn.sizes[number]
    west, north, east, south = drawn.boxes[number]
    x, y = drawn.labels[number]
    return Row(
        type=kind,
        id=element.id,
        version=element.version,
        shape=shape,
        min_zoom=smallest_zoom(
            tags, is_line=shape == Shape.LINE, is_area=shape == Shape.AREA, size=size, admin_level=admin_level
        ),
        importance=kinds.importance(tags, main, admin_level=admin_level),
        admin_level=admin_level,
        size=size,
        key=main[0],
        value=main[1],
        tags=element.text,
        names=vector(names),
        words=vector(words),
        label=f"({x},{y})",
        box=f"({east},{south}),({west},{north})",
        geometry=drawn.wkb[number],
    )


_ASSEMBLERS = {ElementType.NODE: _nodes, ElementType.WAY: _ways, ElementType.RELATION: _relations}
