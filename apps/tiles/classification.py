"""Which layers a feature is in at a zoom."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from apps.features.models import Shape
from apps.osm.elements import ElementType

from . import kinds
from .kinds import DETAIL
from .layers import (
    ADDRESSES,
    BOUNDARIES,
    BOUNDARY_LABELS,
    DETAILS,
    LAYERS,
    POIS,
    Drawing,
    Layer,
    shows_boundary,
    shows_boundary_label,
)
from .subjects import Attributes, Subject

Rules = list[tuple[Layer, str, int]]
"""A layer, what it calls the kind, and from which zoom on it takes it."""


class Entry(NamedTuple):
    layer: Layer
    drawing: Drawing
    attributes: Attributes


def entries_of(subject: Subject, zoom: int) -> Iterator[Entry]:
    """Yield what a feature is in the layers of a tile of that zoom, at most once in each."""
    found = _layers_of(subject, zoom)
    if POIS in found:
        found.pop(ADDRESSES, None)
    if shows_boundary(subject, zoom):
        found[BOUNDARIES] = ""
    if shows_boundary_label(subject, zoom):
        found[BOUNDARY_LABELS] = ""
    if not found and zoom >= DETAIL and _is_detail(subject):
        found[DETAILS] = ""
    for layer, kind in found.items():
        yield Entry(layer, _drawing_of(layer, subject), tuple(layer.attributes(subject, kind, zoom)))


def _layers_of(subject: Subject, zoom: int) -> dict[Layer, str]:
    """Return the layers whose kinds a feature is, and which ones."""
    found: dict[Layer, str] = {}
    if not _is_drawn(subject):
        return found
    by_key = _RULES[subject.shape]
    for key, value in subject.tags.items():
        by_value = by_key.get(key)
        if by_value is None:
            continue
        rules = by_value.get(value) or (by_value.get("*") if value != "no" else None)
        for layer, kind, smallest_zoom in rules or ():
            if zoom >= smallest_zoom and layer not in found and layer.takes(subject, kind, zoom):
                found[layer] = kind
    return found


def _is_drawn(subject: Subject) -> bool:
    """Return whether a feature is drawn as it is: of relations only areas, as the lines of others are ways anyway."""
    return subject.type != ElementType.RELATION or subject.shape == Shape.AREA


def _is_detail(subject: Subject) -> bool:
    return _is_drawn(subject) and not (subject.shape == Shape.AREA and subject.key in kinds.NOT_DETAILS)


def _drawing_of(layer: Layer, subject: Subject) -> Drawing:
    if layer is not DETAILS:
        return layer.drawing
    if subject.shape == Shape.LINE:
        return Drawing.LINE
    is_point = subject.shape == Shape.POINT or subject.key in kinds.DETAIL_POINTS
    return Drawing.POINT if is_point else Drawing.AREA


def _by_shape() -> dict[int, dict[str, dict[str, Rules]]]:
    found: dict[int, dict[str, dict[str, Rules]]] = {shape.value: {} for shape in Shape}
    for layer in LAYERS:
        for shape in layer.shapes:
            for key, values in layer.kinds.items():
                rules = found[shape].setdefault(key, defaultdict(list))
                for value, (kind, zoom) in values.items():
                    rules[value].append((layer, kind, zoom))
    return {shape: {key: dict(values) for key, values in keys.items()} for shape, keys in found.items()}


_RULES = _by_shape()
