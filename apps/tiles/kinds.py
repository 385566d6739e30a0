"""Which tags are which kind of thing in the layers of the Shortbread schema 1.0, and from which zoom on.

https://shortbread-tiles.org/schema/1.0/ (CC-0). Where the page misspells a value of OpenStreetMap, the real one counts.
"""

from collections.abc import Mapping

Kinds = Mapping[str, Mapping[str, tuple[str, int]]]
"""Kind and smallest zoom by key and value; the value `*` stands for all but `no`."""

DETAIL = 14
"""The largest zoom of tiles: clients enlarge them."""


def kinds(key: str, zooms: Mapping[int, str]) -> Kinds:
    """Return the kinds of a key's values, from values with blanks between them by zoom. A kind is called as the value."""
    return {key: {value: (value, zoom) for zoom, values in zooms.items() for value in values.split()}}


def joined(*parts: Kinds) -> Kinds:
    found: dict[str, dict[str, tuple[str, int]]] = {}
    for part in parts:
        for key, values in part.items():
            found.setdefault(key, {}).update(values)
    return found


WATER_POLYGONS = joined(
    {"natural": {"glacier": ("glacier", 4), "water": ("water", 4)}},
    {"waterway": {"riverbank": ("river", 4), "dock": ("dock", 10), "canal": ("canal", 10)}},
    kinds("landuse", {4: "reservoir basin"}),
)
WATER_LINES = kinds("waterway", {9: "canal river", 14: "stream ditch"})
WATER_LINES_LABELS = kinds("waterway", {12: "canal river", 14: "stream ditch"})
DAMS = kinds("waterway", {12: "dam"})
PIERS = kinds("man_made", {12: "pier breakwater groyne"})
PLACES = kinds(
    "place",
    {
        4: "city town village hamlet",
        10: "suburb quarter neighbourhood isolated_dwelling farm island locality",
    },
)
"""Capitals are seen earlier than other places: `layers.py` looks at the rest."""
PLACE_ZOOMS = {"city": 6, "town": 7, "village": 10, "hamlet": 10}
DEFAULT_POPULATION = {
    "city": 100_000,
    "town": 5_000,
    "village": 100,
    "hamlet": 50,
    "suburb": 1_000,
    "quarter": 500,
    "neighbourhood": 100,
    "isolated_dwelling": 5,
    "farm": 5,
}
LAND = joined(
    {"natural": {"wood": ("forest", 7)}},
    kinds("natural", {10: "sand beach", 11: "heath scrub grassland bare_rock scree shingle"}),
    kinds("wetland", {11: "swamp bog string_bog wet_meadow marsh"}),
    kinds(
        "landuse",
        {
            7: "forest",
            10: "residential industrial commercial garages retail railway landfill brownfield greenfield farmyard "
            "farmland",
            11: "grass meadow orchard vineyard allotments village_green recreation_ground greenhouse_horticulture "
            "plant_nursery quarry",
            13: "cemetery",
        },
    ),
    kinds("leisure", {11: "golf_course park garden playground miniature_golf"}),
    kinds("amenity", {13: "grave_yard"}),
)
SITES = joined(
    kinds("military", {14: "danger_area"}),
    {"leisure": {"sports_centre": ("sports_center", 14), "sports_center": ("sports_center", 14)}},
    kinds("amenity", {14: "university college school hospital prison parking bicycle_parking"}),
    kinds("landuse", {14: "construction"}),
)
BUILDINGS: Kinds = {"building": {"*": ("building", 14)}}
ADDRESSES: Kinds = {f"addr:{key}": {"*": ("address", 14)} for key in ("housenumber", "housename")}

_LINKED = {5: "motorway", 6: "trunk", 8: "primary", 9: "secondary", 10: "tertiary"}
_RAILS = "tram light_rail funicular subway monorail"
STREETS = joined(
    kinds(
        "highway",
        {
            **_LINKED,
            12: "unclassified residential busway bus_guideway",
            13: "living_street service pedestrian track footway steps path cycleway",
        },
    ),
    {"highway": {f"{value}_link": (value, zoom) for zoom, value in _LINKED.items()}},
    kinds("aeroway", {11: "runway", 13: "taxiway"}),
    kinds("railway", {8: "rail narrow_gauge", 10: _RAILS}),
)
STREET_LABELS = joined(
    kinds(
        "highway",
        {
            10: "motorway",
            12: "trunk primary",
            13: "motorway_link trunk_link primary_link secondary secondary_link tertiary",
            14: "tertiary_link unclassified residential living_street busway bus_guideway service pedestrian track "
            "footway steps path cycleway",
        },
    ),
    kinds("aeroway", {11: "runway", 13: "taxiway"}),
    kinds("railway", {10: f"rail narrow_gauge {_RAILS}"}),
)
STREET_POLYGONS = joined(
    kinds("highway", {14: "pedestrian service"}),
    kinds("aeroway", {11: "runway", 13: "taxiway"}),
    kinds("area:aeroway", {11: "runway", 13: "taxiway"}),
)
STREETS_POLYGONS_LABELS = joined(
    kinds("highway", {14: "pedestrian service"}),
    kinds("aeroway", {14: "runway taxiway"}),
    kinds("area:aeroway", {14: "runway taxiway"}),
)
JUNCTIONS = kinds("highway", {12: "motorway_junction"})
BRIDGES = kinds("man_made", {12: "bridge"})
AERIALWAYS = joined(
    kinds("aerialway", {12: "cable_car gondola goods chair_lift drag_lift t-bar j-bar platter"}),
    {"aerialway": {"rope_tow": ("rope-tow", 12)}},
)
FERRIES = kinds("route", {10: "ferry"})
PUBLIC_TRANSPORT = joined(
    kinds("aeroway", {11: "aerodrome", 13: "helipad"}),
    kinds("railway", {13: "station halt", 14: "tram_stop"}),
    kinds("amenity", {12: "ferry_terminal", 13: "bus_station"}),
    kinds("highway", {14: "bus_stop"}),
    {"aerialway": {"ferry_terminal": ("ferry_terminal", 12), "station": ("aerialway_station", 13)}},
)
POIS = joined(
    kinds(
        "amenity",
        {
            14: "police fire_station post_box post_office telephone library townhall courthouse prison embassy "
            "community_centre nursing_home arts_centre grave_yard marketplace recycling university school college "
            "public_building pharmacy hospital clinic doctors dentist veterinary theatre nightclub cinema restaurant "
            "fast_food cafe pub bar food_court biergarten shelter car_rental car_wash car_sharing bicycle_rental "
            "vending_machine bank atm toilets bench drinking_water fountain hunting_stand waste_basket "
            "place_of_worship playground dog_park"
        },
    ),
    kinds(
        "leisure",
        {14: "sports_centre pitch swimming_pool water_park golf_course stadium ice_rink"},
    ),
    kinds(
        "tourism",
        {
            14: "hotel motel bed_and_breakfast guest_house hostel chalet camp_site alpine_hut caravan_site "
            "information picnic_site viewpoint zoo theme_park"
        },
    ),
    kinds(
        "shop",
        {
            14: "supermarket bakery kiosk mall department_store general convenience clothes florist chemist books "
            "butcher shoes alcohol beverages optician jewelry gift sports stationery outdoor mobile_phone toys "
            "newsagent greengrocer beauty video car bicycle doityourself hardware furniture computer garden_centre "
            "hairdresser travel_agency laundry dry_cleaning"
        },
    ),
    kinds(
        "man_made",
        {
            14: "surveillance tower windmill lighthouse wastewater_plant water_well watermill water_works",
        },
    ),
    kinds(
        "historic",
        {
            14: "monument memorial artwork castle ruins archaeological_site wayside_cross wayside_shrine battlefield "
            "fort"
        },
    ),
    kinds("emergency", {14: "phone fire_hydrant defibrillator"}),
    kinds("highway", {14: "emergency_access_point"}),
    kinds("office", {14: "diplomatic"}),
)

# What the schema lacks and is seen before zoom 14. The rest of the layer is what no other layer takes.
DETAILS = joined(
    kinds("natural", {11: "peak volcano", 12: "saddle", 13: "cliff"}),
    kinds("mountain_pass", {12: "yes"}),
    kinds("power", {13: "line"}),
    kinds("boundary", {8: "national_park", 9: "protected_area"}),
    kinds("leisure", {11: "nature_reserve"}),
)
DETAIL_POINTS = {
    *("amenity", "shop", "tourism", "historic", "office", "craft", "healthcare", "emergency", "club"),
    *(
        "public_transport",
        "railway",
        "aerialway",
        "aeroway",
        "advertising",
        "attraction",
        "telecom",
        "entrance",
    ),
}
"""Areas of these main keys have a point even without a name: what is there matters more than how far it goes."""
NOT_DETAILS = {"boundary", "place"}
"""Areas of these main keys are not drawn: they cover everything, and others have their lines or labels."""
