"""What a request in Nominatim's interface asks for."""

from collections.abc import Mapping

from django.http import HttpRequest

from apps.geocoding.search import Wish
from apps.osm.elements import ElementRef, ElementType
from apps.osm.numbers import parse_id, parse_number
from apps.osm.positions import is_in_world

from ..languages import accepted, languages_of
from .views_of_map import box_of

FORMATS = ("jsonv2", "json", "geojson", "xml")
_DEFAULT_LIMIT, _LARGEST_LIMIT = 10, 40
_MOST_LOOKED_UP = 50
_STRUCTURED = ("amenity", "street", "city", "county", "state", "postalcode", "country")
_TYPES = {kind.label[0].upper(): kind for kind in ElementType}


class ParameterError(Exception):
    """A parameter cannot be understood; the text is for the program's author."""


def format_of(request: HttpRequest, default: str, formats: tuple[str, ...] = FORMATS) -> str:
    """Return the format of the answer. Raises ParameterError."""
    name = request.GET.get("format") or default
    if name not in formats:
        raise ParameterError(f"Parameter 'format' must be one of: {', '.join(formats)}")
    return name


def query_of(parameters: Mapping[str, str]) -> str:
    """Return the text that is searched for: `q`, or the parts of an address. Raises ParameterError."""
    parts = [parameters[name] for name in _STRUCTURED if parameters.get(name)]
    if parameters.get("q"):
        if parts:
            raise ParameterError(
                "Structured query parameters (amenity, street, city, ...) cannot be used with 'q'."
            )
        return parameters["q"]
    if not parts:
        raise ParameterError("Parameter 'q' is missing.")
    return ", ".join(parts)


def wish_of(request: HttpRequest) -> Wish:
    """Return how to search. Raises ParameterError."""
    limit = _number(request, "limit", _DEFAULT_LIMIT)
    view = None
    if request.GET.get("viewbox"):
        sides = [parse_number(side) for side in request.GET["viewbox"].split(",")]
        if len(sides) != 4 or None in sides:
            raise ParameterError("Parameter 'viewbox' must be a comma-separated list of 4 coordinates.")
        x1, y1, x2, y2 = (side or 0.0 for side in sides)
        if not (is_in_world(y1, x1) and is_in_world(y2, x2)):
            raise ParameterError("Parameter 'viewbox' is outside of the world.")
        view = box_of(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    codes = request.GET.get("countrycodes", "").lower().split(",")
    return Wish(
        languages=reading_languages(request),
        view=view,
        bounded=view is not None and flag(request, "bounded"),
        countries=frozenset(code.strip() for code in codes if code.strip()),
        limit=max(1, min(int(limit), _LARGEST_LIMIT)),
    )


def reading_languages(request: HttpRequest) -> tuple[str, ...]:
    """Return the languages of the parameter `accept-language`, else the reader's."""
    given = request.GET.get("accept-language")
    return accepted(given) if given else languages_of(request)


def position_of(request: HttpRequest) -> tuple[float, float]:
    """Return latitude and longitude. Raises ParameterError."""
    sides = []
    for name in ("lat", "lon"):
        if not request.GET.get(name):
            raise ParameterError(f"Parameter '{name}' missing.")
        side = parse_number(request.GET[name])
        if side is None:
            raise ParameterError(f"Parameter '{name}' must be a number.")
        sides.append(side)
    lat, lon = sides
    if not is_in_world(lat, lon):
        raise ParameterError("Parameters 'lat' and 'lon' must be in the world.")
    return lat, lon


def zoom_of(request: HttpRequest) -> int:
    """Return how closely a position is described, 0 to 18. Raises ParameterError."""
    return max(0, min(int(_number(request, "zoom", 18)), 18))


def tolerance_of(request: HttpRequest) -> float:
    """Return by how many degrees an outline may differ. Raises ParameterError."""
    return max(0.0, min(_number(request, "polygon_threshold", 0), 180.0))


def refs_of(request: HttpRequest) -> list[ElementRef]:
    """Return the elements that are asked for, `N1,W2`. Raises ParameterError."""
    refs = []
    for part in request.GET.get("osm_ids", "").split(","):
        name = part.strip().upper()
        number = parse_id(name[1:])
        if name[:1] in _TYPES and number:
            refs.append(ElementRef(_TYPES[name[0]], number))
    if not refs:
        raise ParameterError("Parameter 'osm_ids' is missing.")
    if len(refs) > _MOST_LOOKED_UP:
        raise ParameterError(f"Too many object IDs: at most {_MOST_LOOKED_UP} can be looked up.")
    return refs


def flag(request: HttpRequest, name: str, default: bool = False) -> bool:
    """Return whether a parameter is on: anything but 0."""
    value = request.GET.get(name)
    return default if value is None else value not in {"0", ""}


def _number(request: HttpRequest, name: str, default: float) -> float:
    if not request.GET.get(name):
        return default
    number = parse_number(request.GET[name])
    if number is None or abs(number) > 1e9:
        raise ParameterError(f"Parameter '{name}' must be a number.")
    return number
