"""What kind of thing tags describe: its main tag, and how important it is."""

from collections.abc import Mapping
from math import log10

MAIN_KEYS = (
    *("place", "boundary", "aeroway", "amenity", "shop", "tourism", "leisure", "historic", "office", "craft"),
    *("healthcare", "emergency", "military", "public_transport", "railway", "aerialway", "highway", "route"),
    *("waterway", "natural", "landuse", "man_made", "power", "telecom", "barrier", "club", "playground"),
    *("advertising", "golf", "piste:type", "landcover", "building", "building:part", "attraction", "bridge"),
    *(
        "tunnel",
        "indoor",
        "area:highway",
        "entrance",
        "addr:housenumber",
        "addr:interpolation",
        "traffic_sign",
    ),
)
"""The keys that say what something is; the first one that an element has is its main one."""
_RANKS = {key: rank for rank, key in enumerate(MAIN_KEYS)}

_SAYS_NOTHING = (
    *(
        "source",
        "created_by",
        "note",
        "fixme",
        "attribution",
        "comment",
        "import",
        "created",
        "odbl",
        "check_date",
    ),
    *("survey", "todo", "url", "description", "type"),
)
_SAYS_NOTHING_PREFIXES = (
    "source:",
    "note:",
    "tiger:",
    "NHD:",
    "gnis:",
    "KSJ2:",
    "LINZ:",
    "osak:",
    "kms:",
    "CLC:",
)

_PLACE_IMPORTANCE = {
    "continent": 95,
    "country": 92,
    "ocean": 90,
    "sea": 80,
    "state": 80,
    "province": 76,
    "city": 75,
    "region": 72,
    "county": 68,
    "district": 66,
    "town": 62,
    "archipelago": 55,
    "village": 50,
    "municipality": 48,
    "borough": 46,
    "suburb": 42,
    "island": 40,
    "quarter": 36,
    "hamlet": 35,
    "neighbourhood": 32,
    "square": 28,
    "islet": 25,
    "isolated_dwelling": 24,
    "farm": 24,
    "locality": 22,
}
_IMPORTANCE = {
    ("amenity", "university"): 40,
    ("amenity", "hospital"): 38,
    ("aeroway", "aerodrome"): 45,
    ("railway", "station"): 42,
    ("natural", "peak"): 32,
    ("natural", "volcano"): 40,
    ("historic", "castle"): 38,
    ("tourism", "museum"): 34,
    ("tourism", "attraction"): 34,
    ("amenity", "townhall"): 32,
    ("natural", "bay"): 34,
    ("boundary", "national_park"): 48,
    ("boundary", "protected_area"): 32,
    ("leisure", "nature_reserve"): 30,
    ("waterway", "river"): 40,
    ("natural", "water"): 30,
    ("leisure", "stadium"): 34,
    ("natural", "glacier"): 36,
}
_KEY_IMPORTANCE = {
    "boundary": 30,
    "highway": 20,
    "amenity": 22,
    "shop": 20,
    "tourism": 24,
    "leisure": 20,
    "historic": 24,
    "waterway": 22,
    "natural": 22,
    "landuse": 14,
    "railway": 20,
    "office": 16,
    "craft": 16,
    "man_made": 16,
    "public_transport": 20,
    "aeroway": 20,
    "building": 10,
    "addr:housenumber": 5,
    "entrance": 2,
}
_ADMIN_IMPORTANCE = {2: 92, 3: 80, 4: 80, 5: 72, 6: 68, 7: 60, 8: 55, 9: 42, 10: 36}
_LEVELS = {str(level) for level in range(1, 13)}
_STREET_IMPORTANCE = {
    "motorway": 30,
    "trunk": 28,
    "primary": 27,
    "secondary": 26,
    "tertiary": 25,
    "service": 15,
}


def main_tag(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the key and value that say what the element is; None if its tags say nothing about it.

    Tags of no known kind count as well: the first key that is not about the data itself.
    """
    known = [key for key, value in tags.items() if key in _RANKS and value and value != "no"]
    if known:
        key = known[0] if len(known) == 1 else min(known, key=_RANKS.__getitem__)
        return key, tags[key]
    for key, value in tags.items():
        if key not in _SAYS_NOTHING and not key.startswith(_SAYS_NOTHING_PREFIXES):
            return key, value
    return None


def importance(tags: Mapping[str, str], main: tuple[str, str], *, admin_level: int | None) -> int:
    """Return 0 to 100."""
    key, value = main
    if key == "place":
        score = float(_PLACE_IMPORTANCE.get(value, 20))
    elif key == "boundary" and value == "administrative" and admin_level is not None:
        score = _ADMIN_IMPORTANCE.get(admin_level, 30)
    elif key == "highway":
        score = _STREET_IMPORTANCE.get(value.removesuffix("_link"), 20)
    else:
        score = _IMPORTANCE.get(main, _KEY_IMPORTANCE.get(key, 8))
    if "wikidata" in tags or "wikipedia" in tags:
        score += 6
    if (capital := tags.get("capital")) and capital != "no":
        score += 8
    if (people := population(tags)) > 1000:
        score += 2 * (log10(people) - 3)
    return min(100, round(score)) if "name" in tags or "ref" in tags else min(5, round(score))


def population(tags: Mapping[str, str]) -> float:
    """Return the population, 0 if it is not said or not a number."""
    text = tags.get("population", "").replace(",", "").replace(" ", "")
    return float(text) if text.isdecimal() and text.isascii() and 0 < len(text) < 12 and int(text) else 0.0


def level_of(tags: Mapping[str, str]) -> int | None:
    """Return the level of an administrative boundary, 1 to 12; None if the tags describe none."""
    level = tags.get("admin_level", "")
    return int(level) if level in _LEVELS and tags.get("boundary") == "administrative" else None
