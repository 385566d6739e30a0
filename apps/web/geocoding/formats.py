"""Results in the formats of Nominatim's interface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson
from django.conf import settings

from apps.geocoding.results import Result
from apps.osm.elements import ElementRef, strip_unwritable
from apps.osm.numbers import format_degrees

_RANKS = {"country": 4, "region": 6, "state": 8, "province": 8, "county": 12, "district": 12, "city": 16}
_RANKS |= {"town": 18, "village": 19, "municipality": 16, "suburb": 20, "hamlet": 20, "neighbourhood": 24}
_LEVEL_RANKS = {level: 2 * level for level in range(2, 13)}


@dataclass(frozen=True)
class Details:
    """What the answer contains besides the place itself."""

    address: bool
    extra_tags: bool
    names: bool
    outlines: Mapping[ElementRef, str] = field(default_factory=dict)
    """The shapes of places as GeoJSON, if they were asked for."""


def licence() -> str:
    return f"Data © {settings.COPYRIGHT_OWNER}, {settings.LICENSE_URL}"


def place(result: Result, details: Details, *, class_key: str = "category") -> dict[str, Any]:
    """Return a result as `jsonv2` has it; `json` calls the category `class`."""
    thing = result.thing
    lon, lat = thing.position
    west, south, east, north = thing.bounds
    found: dict[str, Any] = {
        "place_id": 4 * thing.id + thing.type,
        "licence": licence(),
        "osm_type": thing.type.label,
        "osm_id": thing.id,
        "lat": format_degrees(lat),
        "lon": format_degrees(lon),
        class_key: thing.key,
        "type": thing.value,
        "place_rank": _rank(result),
        "importance": thing.importance / 100,
        "addresstype": _address_type(result),
        "name": result.name or "",
        "display_name": result.display_name,
    }
    if details.address:
        found["address"] = _address(result)
    if details.extra_tags:
        found["extratags"] = {
            key: value
            for key, value in thing.tags.items()
            if not _is_name(key) and not key.startswith("addr:") and key != thing.key
        }
    if details.names:
        found["namedetails"] = {key: value for key, value in thing.tags.items() if _is_name(key)}
    found["boundingbox"] = [format_degrees(side) for side in (south, north, west, east)]
    if outline := details.outlines.get(thing.ref):
        found["geojson"] = orjson.Fragment(outline)
    return found


def collection(places: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return places as a collection of GeoJSON."""
    return {
        "type": "FeatureCollection",
        "licence": licence(),
        "features": [_feature(dict(found)) for found in places],
    }


def search_xml(places: Sequence[dict[str, Any]], query: str) -> bytes:
    """Return places as the `searchresults` of a search or look-up."""
    root = Element("searchresults", attribution=licence(), querystring=strip_unwritable(query))
    for found in places:
        element = SubElement(root, "place", _attributes(found, "display_name"))
        _add_details(element, found)
    return _document(root)


def reverse_xml(found: dict[str, Any] | None) -> bytes:
    """Return what is at a position as `reversegeocode`."""
    root = Element("reversegeocode", attribution=licence())
    if found is None:
        SubElement(root, "error").text = "Unable to geocode"
        return _document(root)
    result = SubElement(root, "result", _attributes(found, "ref"))
    result.text = strip_unwritable(found["display_name"])
    if "address" in found:
        parts = SubElement(root, "addressparts")
        for kind, text in found["address"].items():
            SubElement(parts, _tag(kind)).text = strip_unwritable(text)
    _add_lists(root, found)
    return _document(root)


def error_xml(code: int, message: str) -> bytes:
    root = Element("error")
    SubElement(root, "code").text = str(code)
    SubElement(root, "message").text = strip_unwritable(message)
    return _document(root)


def _feature(found: dict[str, Any]) -> dict[str, Any]:
    south, north, west, east = (float(side) for side in found.pop("boundingbox"))
    lat, lon = float(found.pop("lat")), float(found.pop("lon"))
    del found["licence"]
    outline = found.pop("geojson", None)
    return {
        "type": "Feature",
        "properties": found,
        "bbox": [west, south, east, north],
        "geometry": outline or {"type": "Point", "coordinates": [lon, lat]},
    }


def _address(result: Result) -> dict[str, str]:
    parts = dict(result.address.parts)
    thing = result.thing
    if result.name and not thing.is_place:
        kind = "road" if thing.key == "highway" and thing.shape != 1 else thing.key
        parts = {kind: result.name, **parts}
    return parts


def _address_type(result: Result) -> str:
    thing = result.thing
    if thing.is_place:
        return next(iter(result.address.parts), thing.value)
    if thing.key == "highway" and thing.shape != 1:
        return "road"
    return "building" if thing.key in {"building", "addr:housenumber"} else thing.key


def _rank(result: Result) -> int:
    thing = result.thing
    if thing.key == "place":
        return _RANKS.get(thing.value, 22)
    if thing.is_boundary:
        return _LEVEL_RANKS.get(thing.admin_level or 0, 25)
    return 26 if thing.key == "highway" and thing.shape != 1 else 30


def _is_name(key: str) -> bool:
    return key in {"name", "ref"} or key.startswith("name:") or key.endswith("_name") or "_name:" in key


def _attributes(found: Mapping[str, Any], name: str) -> dict[str, str]:
    kept = ("place_id", "osm_type", "osm_id", "lat", "lon", "place_rank", "importance", "type")
    attributes = {key: str(found[key]) for key in kept}
    attributes |= {"boundingbox": ",".join(found["boundingbox"]), "class": found["class"]}
    if outline := found.get("geojson"):
        attributes["geojson"] = orjson.dumps(outline).decode()
    attributes[name] = found["name"] if name == "ref" else found[name]
    return {key: strip_unwritable(value) for key, value in attributes.items()}


def _add_details(element: Element, found: Mapping[str, Any]) -> None:
    for kind, text in found.get("address", {}).items():
        SubElement(element, _tag(kind)).text = strip_unwritable(text)
    _add_lists(element, found)


def _add_lists(element: Element, found: Mapping[str, Any]) -> None:
    for key, name, attribute in (("extratags", "tag", "key"), ("namedetails", "name", "desc")):
        if key in found:
            parent = SubElement(element, key)
            for tag, value in found[key].items():
                if name == "tag":
                    SubElement(parent, name, {attribute: tag, "value": strip_unwritable(value)})
                else:
                    SubElement(parent, name, {attribute: tag}).text = strip_unwritable(value)


def _tag(kind: str) -> str:
    """Return the kind of a place as the name of an XML element: mappers may call kinds anything."""
    name = "".join(character if character.isascii() and character.isalnum() else "_" for character in kind)
    return name if name[:1].isalpha() else f"_{name}"


def _document(root: Element) -> bytes:
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True))
