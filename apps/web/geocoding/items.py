"""Features as a line of a list: what it is called, what kind of thing it is, where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.elements.names import name_in
from apps.elements.presets import kind_of
from apps.features.models import Shape
from apps.features.projection import WORLD
from apps.geocoding.outside import Place
from apps.geocoding.reading import Thing
from apps.geocoding.results import Result
from apps.osm.numbers import format_degrees

_GEOMETRIES = {
    Shape.POINT: frozenset(["point", "vertex"]),
    Shape.LINE: frozenset(["line"]),
    Shape.AREA: frozenset(["area"]),
}
_RELATION = frozenset(["relation"])
_ANY = frozenset(["point", "line", "area", "relation"])
_WIDTH = 600
"""Pixels in which a result is to fit."""
_ZOOM_OF_POINTS = 18


@dataclass(frozen=True)
class Item:
    """A line of a list of features."""

    label: str
    kind: str
    place: str
    type: str
    id: int
    lat: str
    lon: str
    zoom: int
    """The zoom at which it fits into the map."""
    is_named: bool = True
    is_here: bool = True
    """Whether this instance has the element. Else `type` and `id` say nothing."""

    @property
    def path(self) -> str:
        """The path of its page, with the map where it is; without a page, that of the map with a marker."""
        page = f"/{self.type}/{self.id}" if self.is_here else f"/?mlat={self.lat}&mlon={self.lon}"
        return f"{page}#map={self.zoom}/{self.lat}/{self.lon}"


def item_of(result: Result) -> Item:
    """Return a result of a search with the place that it is in."""
    house = result.address.text(None)
    label = result.name or house.partition(",")[0]
    place = result.display_name.removeprefix(label).removeprefix(", ")
    if result.postcode:
        label = f"{result.postcode} {label}"
    return _item(result.thing, result.languages, label, place)


def item_at(thing: Thing, languages: Sequence[str]) -> Item:
    """Return what is at a place that is known already; without a name or address, its kind stands for it."""
    tags = thing.tags
    label = name_in(tags, languages) or tags.get("ref") or tags.get("addr:housename")
    if not label and (number := tags.get("addr:housenumber")):
        label = " ".join(part for part in (tags.get("addr:street") or tags.get("addr:place"), number) if part)
    return _item(thing, languages, label, "")


def item_of_place(place: Place, languages: Sequence[str], *, is_here: bool) -> Item:
    """Return what an outside geocoder has found."""
    label = place.name or place.display_name.partition(",")[0]
    language = languages[0] if languages else get_language() or "en"
    west, south, east, north = place.box
    width = max(east - west, (north - south) / max(0.01, cos(radians(place.lat)))) / 360 * WORLD
    return Item(
        label=label,
        kind=kind_of({place.key: place.value}, _ANY, language) or place.value.replace("_", " "),
        place=place.display_name.removeprefix(label).removeprefix(", "),
        type=place.ref.type.label if place.ref else "",
        id=place.ref.id if place.ref else 0,
        lat=format_degrees(round(place.lat, 5)),
        lon=format_degrees(round(place.lon, 5)),
        zoom=_zoom_of(width),
        is_here=is_here,
    )


def kind_in_words(thing: Thing, language: str) -> str:
    """Return what kind of thing it is."""
    geometries = _GEOMETRIES[Shape(thing.shape)]
    # The kind of an area that is a relation is often that of relations.
    kind = kind_of(thing.tags, geometries, language) or kind_of(thing.tags, _RELATION, language)
    if not kind:
        # A piece of a border may have no tags: its main tag is that of the border.
        kind = kind_of({thing.key: thing.value}, geometries, language)
    if not kind and thing.key.startswith("addr:"):
        kind = _("Address")
    return kind or (thing.key if thing.value == "yes" else thing.value).replace("_", " ")


def _item(thing: Thing, languages: Sequence[str], label: str | None, place: str) -> Item:
    kind = kind_in_words(thing, languages[0] if languages else get_language() or "en")
    lon, lat = (format_degrees(round(side, 5)) for side in thing.position)
    return Item(
        label=label or kind,
        kind=kind if label else "",
        place=place,
        type=thing.type.label,
        id=thing.id,
        lat=lat,
        lon=lon,
        zoom=_zoom_of(max(thing.east - thing.west, thing.south - thing.north)),
        is_named=bool(label),
    )


def _zoom_of(width: float) -> int:
    """Return the zoom at which something of this width, in units of the projection, fits into the map."""
    zoom = _ZOOM_OF_POINTS
    # The world is 2**32 units, and 256 pixels at zoom 0.
    while zoom > 2 and width * 2 ** (zoom + 8 - 32) > _WIDTH:
        zoom -= 1
    return zoom
