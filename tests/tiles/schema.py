"""The Shortbread schema 1.0 as its page describes it, in a form that tiles can be compared with.

https://shortbread-tiles.org/schema/1.0/ (CC-0). Written from the page, independently of `apps/tiles`; where the page
misspells a value of OpenStreetMap, the real one is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Types = tuple[type, ...]
TEXT: Types = (str,)
NUMBER: Types = (int, float)
BOOLEAN: Types = (bool,)


@dataclass(frozen=True)
class Attribute:
    types: Types
    zoom: int = 0
    is_always_set: bool = False


@dataclass(frozen=True)
class LayerOfSchema:
    geometry: str
    """Point, LineString or Polygon; tiles have the plural of them, too."""
    kinds: Mapping[str, int] = field(default_factory=dict)
    """The first zoom of each kind; without kinds, `zoom` counts."""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    zoom: int = 0
    sorted_by: str | None = None
    """The attribute whose values descend."""


def _zooms(text: str) -> dict[str, int]:
    """Return the zooms of kinds from lines like `12: dam pier`."""
    rows = (row.split(":") for row in text.strip().splitlines())
    return {kind: int(zoom) for zoom, kinds in rows for kind in kinds.split()}


KIND = {"kind": Attribute(TEXT, is_always_set=True)}
NAMES = {name: Attribute(TEXT) for name in ("name", "name_en", "name_de")}
AREA = {"way_area": Attribute(NUMBER, is_always_set=True)}
_BRIDGES = {name: Attribute(BOOLEAN, is_always_set=True) for name in ("tunnel", "bridge")}
_WATER = _zooms("4: glacier water river reservoir basin\n10: dock canal")
_LATER = {name: Attribute(BOOLEAN, 11, True) for name in ("link", "tunnel", "bridge")}
_STREET = {
    **KIND,
    "rail": Attribute(BOOLEAN, is_always_set=True),
    **_LATER,
    "surface": Attribute(TEXT, 11, True),
    "tracktype": Attribute(TEXT, 11),
    "service": Attribute(TEXT, 11),
    **{name: Attribute(BOOLEAN, 14, True) for name in ("oneway", "oneway_reverse")},
    **{name: Attribute(TEXT, 14, True) for name in ("bicycle", "horse")},
}
_POI = {
    **{
        key: Attribute(TEXT)
        for key in (
            *(
                "amenity",
                "leisure",
                "tourism",
                "shop",
                "man_made",
                "historic",
                "emergency",
                "highway",
                "office",
            ),
            *("housename", "housenumber", "cuisine", "sport", "vending", "information", "tower:type"),
            *("religion", "denomination"),
        )
    },
    **{
        key: Attribute(BOOLEAN)
        for key in (
            *("recycling:glass_bottles", "recycling:paper", "recycling:clothes", "recycling:scrap_metal"),
            "atm",
        )
    },
    **NAMES,
}

SCHEMA = {
    "ocean": LayerOfSchema("Polygon"),
    "water_polygons": LayerOfSchema("Polygon", _WATER, KIND | AREA),
    "water_polygons_labels": LayerOfSchema("Point", _WATER, KIND | AREA | NAMES, sorted_by="way_area"),
    "water_lines": LayerOfSchema("LineString", _zooms("9: canal river\n14: stream ditch"), KIND | _BRIDGES),
    "water_lines_labels": LayerOfSchema(
        "LineString", _zooms("12: canal river\n14: stream ditch"), KIND | NAMES
    ),
    "dam_lines": LayerOfSchema("LineString", {"dam": 12}, KIND),
    "dam_polygons": LayerOfSchema("Polygon", {"dam": 12}, KIND),
    "pier_lines": LayerOfSchema("LineString", _zooms("12: pier breakwater groyne"), KIND),
    "pier_polygons": LayerOfSchema("Polygon", _zooms("12: pier breakwater groyne"), KIND),
    "boundaries": LayerOfSchema(
        "LineString",
        attributes={
            "admin_level": Attribute(NUMBER, is_always_set=True),
            "maritime": Attribute(BOOLEAN, is_always_set=True),
            "disputed": Attribute(BOOLEAN, is_always_set=True),
        },
    ),
    "boundary_labels": LayerOfSchema(
        "Point",
        attributes={"admin_level": Attribute(NUMBER, is_always_set=True), **AREA, **NAMES},
        zoom=2,
        sorted_by="way_area",
    ),
    "place_labels": LayerOfSchema(
        "Point",
        _zooms(
            """
            4: capital state_capital
            6: city
            7: town
            10: village hamlet suburb quarter neighbourhood isolated_dwelling farm island locality
            """
        ),
        {**KIND, **NAMES, "population": Attribute(NUMBER, is_always_set=True)},
        sorted_by="population",
    ),
    "land": LayerOfSchema(
        "Polygon",
        _zooms(
            """
            7: forest
            10: sand beach residential industrial commercial garages retail railway landfill brownfield
            10: greenfield farmyard farmland
            11: grass meadow orchard vineyard allotments village_green recreation_ground
            11: greenhouse_horticulture plant_nursery heath scrub grassland bare_rock scree shingle
            11: swamp bog string_bog wet_meadow marsh golf_course park garden playground miniature_golf quarry
            13: cemetery grave_yard
            """
        ),
        KIND,
    ),
    "sites": LayerOfSchema(
        "Polygon",
        _zooms(
            "14: danger_area sports_center university college school hospital prison parking bicycle_parking "
            "construction"
        ),
        KIND,
    ),
    "buildings": LayerOfSchema("Polygon", zoom=14),
    "addresses": LayerOfSchema(
        "Point", attributes={"housename": Attribute(TEXT), "housenumber": Attribute(TEXT)}, zoom=14
    ),
    "streets": LayerOfSchema(
        "LineString",
        _zooms(
            """
            5: motorway
            6: trunk
            8: primary rail narrow_gauge
            9: secondary
            10: tertiary tram light_rail funicular subway monorail
            11: runway
            12: unclassified residential busway bus_guideway
            13: living_street service pedestrian track footway steps path cycleway taxiway
            """
        ),
        _STREET,
    ),
    "street_polygons": LayerOfSchema(
        "Polygon",
        _zooms("11: runway\n13: taxiway\n14: pedestrian service"),
        {
            **KIND,
            "rail": Attribute(BOOLEAN, is_always_set=True),
            **_BRIDGES,
            "surface": Attribute(TEXT, is_always_set=True),
        },
    ),
    "street_labels": LayerOfSchema(
        "LineString",
        _zooms(
            """
            10: motorway rail narrow_gauge tram light_rail funicular subway monorail
            11: runway
            12: trunk primary
            13: motorway_link trunk_link primary_link secondary secondary_link tertiary taxiway
            14: tertiary_link unclassified residential living_street busway bus_guideway service pedestrian
            14: track footway steps path cycleway
            """
        ),
        {
            **KIND,
            **NAMES,
            "ref": Attribute(TEXT),
            "ref_rows": Attribute(NUMBER),
            "ref_cols": Attribute(NUMBER),
        },
    ),
    "streets_polygons_labels": LayerOfSchema(
        "Point", _zooms("14: pedestrian service runway taxiway"), KIND | NAMES
    ),
    "street_labels_points": LayerOfSchema(
        "Point", {"motorway_junction": 12}, {**KIND, **NAMES, "ref": Attribute(TEXT)}
    ),
    "bridges": LayerOfSchema("Polygon", {"bridge": 12}, KIND),
    "aerialways": LayerOfSchema(
        "LineString",
        _zooms("12: cable_car gondola goods chair_lift drag_lift t-bar j-bar platter rope-tow"),
        KIND,
    ),
    "ferries": LayerOfSchema("LineString", {"ferry": 10}, KIND | NAMES),
    "public_transport": LayerOfSchema(
        "Point",
        _zooms(
            """
            11: aerodrome
            12: ferry_terminal
            13: helipad station halt bus_station aerialway_station
            14: tram_stop bus_stop
            """
        ),
        KIND | NAMES,
    ),
    "pois": LayerOfSchema("Point", attributes=_POI, zoom=14),
}


def complaints(zoom: int, layers: Mapping[str, list[dict[str, object]]]) -> list[str]:
    """Return what in a decoded tile is not as the schema says. Layers that it does not know are left out."""
    return [
        f"{name}: {complaint}"
        for name, features in layers.items()
        if name in SCHEMA
        for complaint in _complaints(SCHEMA[name], zoom, features)
    ]


def _complaints(layer: LayerOfSchema, zoom: int, features: list[dict[str, object]]) -> list[str]:
    found = []
    for feature in features:
        geometry, properties = feature["geometry"], feature["properties"]
        assert isinstance(geometry, Mapping)
        assert isinstance(properties, Mapping)
        if geometry["type"] not in {layer.geometry, f"Multi{layer.geometry}"}:
            found.append(f"{geometry['type']} instead of {layer.geometry}")
        kind = str(properties.get("kind"))
        if layer.kinds and kind not in layer.kinds:
            found.append(f"kind {kind}")
        elif zoom < (layer.kinds[kind] if layer.kinds else layer.zoom):
            found.append(f"{kind} at zoom {zoom}")
        for name, value in properties.items():
            attribute = layer.attributes.get(name)
            if attribute is None or zoom < attribute.zoom or type(value) not in attribute.types:
                found.append(f"{name}={value!r} at zoom {zoom}")
        found += [
            f"no {name} at zoom {zoom}"
            for name, attribute in layer.attributes.items()
            if attribute.is_always_set and zoom >= attribute.zoom and name not in properties
        ]
    if layer.sorted_by:
        values = [feature["properties"][layer.sorted_by] for feature in features]  # type: ignore[index]
        if values != sorted(values, reverse=True):
            found.append(f"not sorted by {layer.sorted_by}")
    return found
