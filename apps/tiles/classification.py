"""Which layers a feature is in at a zoom."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
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
from .subjects import Attributes, Look, Subject, is_named

Rules = list[tuple[Layer, str, int]]
"""A layer, what it calls the kind, and from which zoom on it takes it."""


class Entry(NamedTuple):
    """What a feature is in a layer, as far as others that look the same are that, too."""

    layer: Layer
    drawing: Drawing
    attributes: Attributes
    order: float
    way_area: Callable[[float, float], int] | None


@lru_cache(maxsize=8192)
def entries_of(look: Look, zoom: int) -> tuple[Entry, ...]:
    """Return what a feature is in the layers of a tile of that zoom: once in each, but an area that no other layer has is
    in `details` as an area and, for its name, as a point.

    Most features look like another one, and in a town half of the time of a tile would go into finding that out anew.
    """
    kind, shape, admin_level, key, value, tags = look
    subject = Subject(_TYPES[kind], _SHAPES[shape], admin_level, key.decode(), value.decode(), dict(tags))
    return tuple(_entries(subject, zoom))


def _entries(subject: Subject, zoom: int) -> Iterator[Entry]:
    found = _layers_of(subject, zoom)
    if POIS in found:
        found.pop(ADDRESSES, None)
    if shows_boundary(subject, zoom):
        found[BOUNDARIES] = ""
    if shows_boundary_label(subject, zoom):
        found[BOUNDARY_LABELS] = ""
    is_detail = found.pop(DETAILS, None) is not None
    for layer, kind in found.items():
        order = layer.order(subject) if layer.order else 0.0
        attributes = tuple(layer.attributes(subject, kind, zoom))
        yield Entry(layer, layer.drawing, attributes, order, layer.way_area)
    if is_detail or (zoom >= DETAIL and _is_drawn(subject)):
        for drawing in _missing(subject, found, is_detail=is_detail):
            # Points that stand for an area have its size.
            has_size = drawing is Drawing.POINT and subject.shape == Shape.AREA
            attributes = tuple(DETAILS.attributes(subject, "", zoom))
            yield Entry(DETAILS, drawing, attributes, 0.0, DETAILS.way_area if has_size else None)


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


def _missing(subject: Subject, found: Collection[Layer], *, is_detail: bool) -> Iterator[Drawing]:
    """Yield how a feature has to be drawn besides the layers that it is in, so that nothing of it is lost."""
    if subject.shape == Shape.LINE:
        if is_detail or not found:
            yield Drawing.LINE
    elif subject.shape == Shape.POINT:
        # An address does not tell what is there.
        is_address = set(found) == {ADDRESSES} and not subject.key.startswith("addr:")
        if is_detail or not found or is_address:
            yield Drawing.POINT
    elif is_detail or subject.key not in kinds.NOT_DETAILS:
        if not any(layer.drawing is Drawing.AREA for layer in found):
            yield Drawing.AREA
        has_label = any(layer.drawing is Drawing.POINT and "name" in layer.fields for layer in found)
        if not has_label and (is_named(subject) or subject.key in kinds.DETAIL_POINTS):
            yield Drawing.POINT


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
_TYPES = {kind.value: kind for kind in ElementType}
_SHAPES = {shape.value: shape for shape in Shape}
