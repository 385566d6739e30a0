"""From which zoom a feature is seen. The zooms are those of the layers of the Shortbread schema, 14 for most things."""

from collections.abc import Mapping

DEFAULT_ZOOM = 14

Zooms = Mapping[str, Mapping[str, int]]
"""The smallest zoom by key and value."""


def _by_zoom(zooms: Mapping[int, str]) -> dict[str, int]:
    """Return the zoom of each value, from values with blanks between them by zoom."""
    return {value: zoom for zoom, values in zooms.items() for value in values.split()}


PLACES = _by_zoom(
    {
        0: "continent ocean",
        2: "sea country",
        4: "state",
        5: "province",
        6: "city region archipelago",
        7: "town",
        8: "district county",
        10: "village municipality borough island suburb hamlet quarter neighbourhood isolated_dwelling farm locality",
        12: "islet",
    }
)
_LINES: Zooms = {
    "highway": _by_zoom(
        {
            5: "motorway motorway_link",
            6: "trunk trunk_link",
            8: "primary primary_link",
            9: "secondary secondary_link",
            10: "tertiary tertiary_link",
            12: "unclassified residential living_street pedestrian busway bus_guideway",
            13: "service track footway path cycleway steps bridleway",
        }
    ),
    "railway": _by_zoom({8: "rail narrow_gauge", 10: "tram light_rail subway monorail funicular"}),
    "waterway": _by_zoom({9: "river canal", 12: "stream dam", 13: "ditch drain weir"}),
    "aeroway": _by_zoom({11: "runway", 13: "taxiway"}),
    "area:aeroway": _by_zoom({11: "runway", 13: "taxiway"}),
    "aerialway": _by_zoom(
        {12: "cable_car gondola chair_lift mixed_lift drag_lift goods platter t-bar j-bar rope_tow"}
    ),
    "natural": _by_zoom({0: "coastline", 13: "cliff"}),
    "power": _by_zoom({13: "line"}),
    "route": {"ferry": 10},
    "man_made": _by_zoom({12: "pier breakwater groyne bridge"}),
}
_AREAS: Zooms = {
    "natural": _by_zoom(
        {
            4: "water glacier",
            7: "wood",
            10: "sand beach",
            11: "wetland heath scrub grassland bare_rock scree shingle fell",
        }
    ),
    "landuse": _by_zoom(
        {
            4: "reservoir basin",
            7: "forest",
            10: "residential industrial commercial retail railway garages landfill brownfield greenfield "
            "farmland farmyard",
            11: "quarry meadow grass orchard vineyard allotments village_green recreation_ground "
            "greenhouse_horticulture plant_nursery",
            13: "cemetery",
        }
    ),
    "waterway": _by_zoom({4: "riverbank", 10: "dock canal"}),
    "wetland": _by_zoom({11: "swamp bog string_bog wet_meadow marsh"}),
    "leisure": _by_zoom({11: "park golf_course nature_reserve garden playground miniature_golf"}),
    "amenity": {"grave_yard": 13},
    "boundary": _by_zoom({8: "national_park", 9: "protected_area"}),
    "man_made": _by_zoom({12: "bridge pier"}),
}
"""Large areas of these kinds are seen from here; smaller ones once they are a few pixels wide."""
_POINTS: Zooms = {
    "natural": _by_zoom({10: "volcano", 11: "peak", 12: "saddle"}),
    "aeroway": _by_zoom({11: "aerodrome", 13: "helipad"}),
    "aerialway": _by_zoom({12: "ferry_terminal", 13: "station"}),
    "railway": _by_zoom({13: "station halt"}),
    "mountain_pass": {"yes": 12},
    "tourism": {"alpine_hut": 13},
    "amenity": _by_zoom({12: "ferry_terminal", 13: "bus_station"}),
    "highway": {"motorway_junction": 12},
}
_BOUNDARIES = {2: 0, 3: 4, 4: 4, 5: 7, 6: 8, 7: 9, 8: 10, 9: 11}
_SMALLEST_SERVICE_RAIL = 10


def smallest_zoom(
    tags: Mapping[str, str], *, is_line: bool, is_area: bool, size: float, admin_level: int | None
) -> int:
    """Return the zoom from which a feature is seen. `size` is in square meters for areas."""
    zoom = min(
        _zoom_of_place(tags), DEFAULT_ZOOM if admin_level is None else _BOUNDARIES.get(admin_level, 12)
    )
    if is_line:
        found = _zoom_of(_LINES, tags)
        return min(zoom, max(found, _SMALLEST_SERVICE_RAIL) if "service" in tags else found)
    if is_area:
        # Squares and platforms are seen together with the streets that lead to them, stations whatever their size.
        zoom = min(zoom, _zoom_of(_LINES, tags), _zoom_of(_POINTS, tags))
        large = _zoom_of(_AREAS, tags)
        return zoom if zoom <= large else min(zoom, max(large, _zoom_of_size(size)))
    return min(zoom, _zoom_of(_POINTS, tags))


def _zoom_of(zooms: Zooms, tags: Mapping[str, str]) -> int:
    zoom = DEFAULT_ZOOM
    for key, value in tags.items():
        if key in zooms:
            zoom = min(zoom, zooms[key].get(value, DEFAULT_ZOOM))
    return zoom


def _zoom_of_place(tags: Mapping[str, str]) -> int:
    if "place" not in tags or "name" not in tags:
        return DEFAULT_ZOOM
    zoom = PLACES.get(tags["place"], DEFAULT_ZOOM)
    capital = tags.get("capital")
    if capital in {"yes", "2"}:
        return min(zoom, 3)
    return min(zoom, 4) if capital in {"3", "4"} else zoom


def _zoom_of_size(size: float) -> int:
    """Return the zoom at which an area of that size is four pixels large."""
    # A pixel of a 256-pixel tile is 156,543 m wide at zoom 0, and half of it at each following one.
    pixels = size / (4 * 156_543**2)
    zoom = 0
    while pixels * 4**zoom < 1 and zoom < DEFAULT_ZOOM:
        zoom += 1
    return zoom
