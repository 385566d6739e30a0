"""The layers of a tile: which features each one takes, from which zoom on, how they are drawn, and their attributes.

The names, kinds, attributes and zooms of the Shortbread schema 1.0, and one layer of our own, `details`, with what the
schema lacks: trees, barriers, crossings, power lines, peaks, entrances, rarer points of interest.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from apps.features.kinds import population
from apps.features.models import Shape
from apps.osm.elements import ElementType

from . import kinds, pois
from .kinds import DETAIL, Kinds
from .subjects import Subject, Value, address, is_named, mercator_area, names


class Drawing(Enum):
    """What of a feature is in the tile."""

    AREA = "area"
    LINE = "line"
    """An area's outline."""
    POINT = "point"
    """Where its label is."""


_TEXT, _NUMBER, _BOOLEAN = "String", "Number", "Boolean"
_KIND = {"kind": _TEXT}
_NAMES = {"name": _TEXT, "name_en": _TEXT, "name_de": _TEXT}
_AREAS = frozenset({Shape.AREA})
_LINES = frozenset({Shape.LINE})
_POINTS_AND_AREAS = frozenset({Shape.POINT, Shape.AREA})
Items = Iterator[tuple[str, Value]]


def _always(_subject: Subject, _kind: str, _zoom: int) -> bool:
    return True


def _named(subject: Subject, _kind: str, _zoom: int) -> bool:
    return is_named(subject)


def _only_kind(_subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", kind


def _kind_and_names(subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", kind
    yield from names(subject.tags)


@dataclass(frozen=True, eq=False)
class Layer:
    name: str
    drawing: Drawing
    shapes: frozenset[Shape]
    kinds: Kinds = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=lambda: _KIND)
    attributes: Callable[[Subject, str, int], Items] = _only_kind
    takes: Callable[[Subject, str, int], bool] = _always
    """Called with the kind and the zoom of the tile, for features that have one of the layer's kinds."""
    order: Callable[[Subject], float] | None = None
    """Features with small numbers come first; without it, large ones if the layer has `way_area`."""
    way_area: Callable[[float, float], int] | None = None
    """Returns the attribute of that name from the size of a feature and where it is from north to south."""
    fits: Callable[[int | None, float, int], bool] | None = None
    """Called with the level, the size and the zoom, for features that would be in the layer."""
    smallest_zoom: int = 0

    @property
    def zoom(self) -> int:
        """The first zoom at which something can be in it."""
        zooms = [zoom for values in self.kinds.values() for _, zoom in values.values()]
        return min(zooms, default=self.smallest_zoom)


# Water


def _is_river(subject: Subject, kind: str) -> bool:
    return kind == "water" and subject.tags.get("water") == "river"


def _water_polygon(subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", "river" if _is_river(subject, kind) else kind


def _water_polygon_label(subject: Subject, kind: str, zoom: int) -> Items:
    yield from _water_polygon(subject, kind, zoom)
    yield from names(subject.tags)


def _water_line(subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", kind
    yield "tunnel", subject.is_tunnel
    yield "bridge", subject.is_bridge


# Boundaries and places


def _boundary(subject: Subject, _kind: str, _zoom: int) -> Items:
    tags = subject.tags
    yield "admin_level", subject.admin_level or 0
    yield "maritime", tags.get("maritime") == "yes" or tags.get("natural") == "coastline"
    yield "disputed", tags.get("disputed") == "yes" or tags.get("boundary") == "disputed"


_BOUNDARY_ZOOMS = {2: 0, 4: 7}
# Square kilometers from which the label of a country or state is seen at a zoom.
_LABEL_AREAS = {2: {2: 2_000_000, 3: 700_000, 4: 100_000}, 4: {3: 700_000, 4: 100_000}}
_ALL_LABELS = 5


def _boundary_label(subject: Subject, _kind: str, _zoom: int) -> Items:
    yield "admin_level", subject.admin_level or 0
    yield from names(subject.tags)


def _hectares(size: float, _y: float) -> int:
    return round(size / 10_000)


def shows_boundary(subject: Subject, zoom: int) -> bool:
    return subject.type == ElementType.WAY and zoom >= _BOUNDARY_ZOOMS.get(
        subject.admin_level or 0, DETAIL + 1
    )


def shows_boundary_label(subject: Subject, zoom: int) -> bool:
    is_area = subject.type == ElementType.RELATION and subject.shape == Shape.AREA
    return (
        is_area and is_named(subject) and subject.admin_level in _LABEL_AREAS and zoom >= BOUNDARY_LABELS.zoom
    )


def shows_label_of_size(admin_level: int | None, size: float, zoom: int) -> bool:
    """Return whether a zoom shows the name of a country or state of so many square meters."""
    areas = _LABEL_AREAS.get(admin_level or 0)
    return areas is not None and (zoom >= _ALL_LABELS or size / 1e6 >= areas.get(zoom, float("inf")))


def _kind_of_place(subject: Subject, kind: str) -> tuple[str, int]:
    """Return the kind of a place, which tells capitals from others, and its smallest zoom."""
    if kind in kinds.PLACE_ZOOMS:
        capital = subject.tags.get("capital")
        if capital in {"yes", "2"}:
            return "capital", 4
        if capital == "4":
            return "state_capital", 4
    return kind, kinds.PLACE_ZOOMS.get(kind, 0)


def _is_place(subject: Subject, kind: str, zoom: int) -> bool:
    # The place of a boundary is a node of its own.
    is_boundary = subject.type == ElementType.RELATION and subject.tags.get("type") == "boundary"
    return is_named(subject) and not is_boundary and zoom >= _kind_of_place(subject, kind)[1]


def _population(subject: Subject) -> int:
    return round(population(subject.tags)) or kinds.DEFAULT_POPULATION.get(subject.tags["place"], 0)


def _place(subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", _kind_of_place(subject, kind)[0]
    yield from names(subject.tags)
    yield "population", _population(subject)


# Streets

_CLASSES = [
    *(
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
    ),
    *("busway", "bus_guideway", "pedestrian", "service", "track", "cycleway", "footway", "path", "steps"),
]
_RANKS = {name: number for number, name in enumerate(_CLASSES)}
_BOTH_WAYS = {"yes", "1", "true"}


def _street_order(subject: Subject) -> float:
    """Order tunnels before bridges, lower ones before higher ones, and important streets before others."""
    level = subject.level + (10 if subject.is_bridge else 0) - (10 if subject.is_tunnel else 0)
    kind = subject.tags.get("highway", "").removesuffix("_link")
    return level * 100 + _RANKS.get(kind, len(_RANKS))


def _is_rail(tags: Mapping[str, str], kind: str) -> bool:
    return tags.get("railway") == kind and tags.get("highway", "").removesuffix("_link") != kind


def _is_street(subject: Subject, kind: str, zoom: int) -> bool:
    is_siding = kind in {"rail", "narrow_gauge"} and "service" in subject.tags
    return not is_siding or zoom >= 10


def _street(subject: Subject, kind: str, zoom: int) -> Items:
    tags = subject.tags
    is_rail = _is_rail(tags, kind)
    yield "kind", kind
    yield "rail", is_rail
    if zoom < 11:
        return
    yield "link", tags.get("highway", "").endswith("_link")
    yield "tunnel", subject.is_tunnel
    yield "bridge", subject.is_bridge
    if "tracktype" in tags:
        yield "tracktype", tags["tracktype"]
    yield "surface", tags.get("surface", "")
    if "service" in tags:
        yield "service", tags["service"]
    if zoom < DETAIL:
        return
    is_reverse = tags.get("oneway") == "-1" and not is_rail
    is_forward = tags.get("oneway") in _BOTH_WAYS or (
        "oneway" not in tags and tags.get("junction") == "roundabout"
    )
    yield "oneway", is_reverse or (is_forward and not is_rail)
    yield "oneway_reverse", is_reverse
    yield "bicycle", tags.get("bicycle", "")
    yield "horse", tags.get("horse", "")


def _street_polygon(subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", kind
    yield "rail", False
    yield "tunnel", subject.is_tunnel
    yield "bridge", subject.is_bridge
    yield "surface", subject.tags.get("surface", "")


def _has_street_label(subject: Subject, _kind: str, _zoom: int) -> bool:
    return "ref" in subject.tags or is_named(subject)


def _street_label(subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", kind
    if ref := subject.tags.get("ref"):
        rows = [row.strip() for row in ref.split(";")]
        yield "ref", "\n".join(rows)
        yield "ref_rows", len(rows)
        yield "ref_cols", max(map(len, rows))
    yield from names(subject.tags)


def _junction(subject: Subject, kind: str, _zoom: int) -> Items:
    yield "kind", kind
    if "ref" in subject.tags:
        yield "ref", subject.tags["ref"]
    yield from names(subject.tags)


def _is_ferry(subject: Subject, _kind: str, zoom: int) -> bool:
    return zoom >= 12 or subject.tags.get("motor_vehicle") != "no"


# Points of interest: `pois.py`


def _address(subject: Subject, _kind: str, _zoom: int) -> Items:
    yield from address(subject.tags)


# Our own

_MORE_DETAILS = ("ref", "ele", "leaf_type", "crossing", "access", "operator")


def _detail(subject: Subject, _kind: str, _zoom: int) -> Items:
    yield "key", subject.key
    yield "kind", subject.value
    yield from names(subject.tags)
    if subject.admin_level is not None:
        yield "admin_level", subject.admin_level
    for key in _MORE_DETAILS:
        if key in subject.tags:
            yield key, subject.tags[key]


def _nothing(_subject: Subject, _kind: str, _zoom: int) -> Items:
    yield from ()


OCEAN = Layer("ocean", Drawing.AREA, frozenset(), fields={})
BOUNDARIES = Layer(
    "boundaries",
    Drawing.LINE,
    frozenset(),
    fields={"admin_level": _NUMBER, "maritime": _BOOLEAN, "disputed": _BOOLEAN},
    attributes=_boundary,
)
BOUNDARY_LABELS = Layer(
    "boundary_labels",
    Drawing.POINT,
    frozenset(),
    fields={"admin_level": _NUMBER, "way_area": _NUMBER, **_NAMES},
    attributes=_boundary_label,
    way_area=_hectares,
    fits=shows_label_of_size,
    smallest_zoom=2,
)
ADDRESSES = Layer(
    "addresses",
    Drawing.POINT,
    _POINTS_AND_AREAS,
    kinds.ADDRESSES,
    {"housename": _TEXT, "housenumber": _TEXT},
    _address,
)
POIS = Layer("pois", Drawing.POINT, _POINTS_AND_AREAS, kinds.POIS, pois.FIELDS, pois.attributes)
DETAILS = Layer(
    "details",
    Drawing.AREA,
    frozenset(Shape),
    kinds.DETAILS,
    {
        **dict.fromkeys(("key", "kind", *_NAMES, *_MORE_DETAILS), _TEXT),
        **dict.fromkeys(("way_area", "admin_level"), _NUMBER),
    },
    _detail,
    way_area=mercator_area,
)
_WATER = {"kind": _TEXT, "way_area": _NUMBER}
_STREET = {"kind": _TEXT, "rail": _BOOLEAN, "tunnel": _BOOLEAN, "bridge": _BOOLEAN, "surface": _TEXT}

LAYERS = [
    OCEAN,
    Layer(
        "water_polygons",
        Drawing.AREA,
        _AREAS,
        kinds.WATER_POLYGONS,
        _WATER,
        _water_polygon,
        way_area=mercator_area,
    ),
    Layer(
        "water_polygons_labels",
        Drawing.POINT,
        _AREAS,
        kinds.WATER_POLYGONS,
        _WATER | _NAMES,
        _water_polygon_label,
        _named,
        way_area=mercator_area,
    ),
    Layer(
        "water_lines",
        Drawing.LINE,
        _LINES,
        kinds.WATER_LINES,
        {"kind": _TEXT, "tunnel": _BOOLEAN, "bridge": _BOOLEAN},
        _water_line,
        order=lambda subject: subject.level,
    ),
    Layer(
        "water_lines_labels",
        Drawing.LINE,
        _LINES,
        kinds.WATER_LINES_LABELS,
        _KIND | _NAMES,
        _kind_and_names,
        _named,
    ),
    Layer("dam_lines", Drawing.LINE, _LINES, kinds.DAMS),
    Layer("dam_polygons", Drawing.AREA, _AREAS, kinds.DAMS),
    Layer("pier_lines", Drawing.LINE, _LINES, kinds.PIERS),
    Layer("pier_polygons", Drawing.AREA, _AREAS, kinds.PIERS),
    BOUNDARIES,
    BOUNDARY_LABELS,
    Layer(
        "place_labels",
        Drawing.POINT,
        _POINTS_AND_AREAS,
        kinds.PLACES,
        _KIND | _NAMES | {"population": _NUMBER},
        _place,
        _is_place,
        order=lambda subject: -_population(subject),
    ),
    Layer("land", Drawing.AREA, _AREAS, kinds.LAND),
    Layer("sites", Drawing.AREA, _AREAS, kinds.SITES),
    Layer("buildings", Drawing.AREA, _AREAS, kinds.BUILDINGS, {}, _nothing),
    ADDRESSES,
    Layer(
        "streets",
        Drawing.LINE,
        _LINES,
        kinds.STREETS,
        _STREET
        | {"link": _BOOLEAN, "oneway": _BOOLEAN, "oneway_reverse": _BOOLEAN}
        | dict.fromkeys(("tracktype", "service", "bicycle", "horse"), _TEXT),
        _street,
        _is_street,
        _street_order,
    ),
    Layer(
        "street_polygons",
        Drawing.AREA,
        _AREAS,
        kinds.STREET_POLYGONS,
        _STREET,
        _street_polygon,
        order=_street_order,
    ),
    Layer(
        "street_labels",
        Drawing.LINE,
        _LINES,
        kinds.STREET_LABELS,
        _KIND | {"ref": _TEXT, "ref_rows": _NUMBER, "ref_cols": _NUMBER} | _NAMES,
        _street_label,
        _has_street_label,
    ),
    Layer(
        "streets_polygons_labels",
        Drawing.POINT,
        _AREAS,
        kinds.STREETS_POLYGONS_LABELS,
        _KIND | _NAMES,
        _kind_and_names,
        _named,
    ),
    Layer(
        "street_labels_points",
        Drawing.POINT,
        frozenset({Shape.POINT}),
        kinds.JUNCTIONS,
        _KIND | {"ref": _TEXT} | _NAMES,
        _junction,
    ),
    Layer("bridges", Drawing.AREA, _AREAS, kinds.BRIDGES),
    Layer("aerialways", Drawing.LINE, _LINES, kinds.AERIALWAYS),
    Layer("ferries", Drawing.LINE, _LINES, kinds.FERRIES, _KIND | _NAMES, _kind_and_names, _is_ferry),
    Layer(
        "public_transport",
        Drawing.POINT,
        _POINTS_AND_AREAS,
        kinds.PUBLIC_TRANSPORT,
        _KIND | _NAMES,
        _kind_and_names,
    ),
    POIS,
    DETAILS,
]
"""In the order in which they are in a tile."""

_LOOKED_AT = (
    *("name", "name:en", "name:de", "addr:housename", "addr:housenumber"),
    *("layer", "tunnel", "covered", "bridge"),
    *("water", "maritime", "natural", "disputed", "boundary", "capital", "type", "place", "population"),
    *("highway", "railway", "service", "tracktype", "surface", "oneway", "junction", "bicycle", "horse"),
    "motor_vehicle",
)
TAGS = frozenset(
    {*_LOOKED_AT, *_MORE_DETAILS, *pois.FIELDS, *(key for layer in LAYERS for key in layer.kinds)}
)
"""The keys of the tags that decide which layers a feature is in and with which attributes; the tests look for others."""
