"""Bounding boxes in units of 1e-7 degrees."""

from typing import NamedTuple

from .elements import COORDINATE_SCALE, format_coordinate
from .errors import BadBoundingBoxError
from .numbers import leading_number


class BBox(NamedTuple):
    """A bounding box, all four sides included; integers of 1e-7 degrees."""

    min_lon: int
    min_lat: int
    max_lon: int
    max_lat: int

    @classmethod
    def from_degrees(cls, min_lon: float, min_lat: float, max_lon: float, max_lat: float) -> "BBox":
        return cls(*(round(side * COORDINATE_SCALE) for side in (min_lon, min_lat, max_lon, max_lat)))

    @property
    def area(self) -> float:
        """The area in square degrees."""
        return (self.max_lon - self.min_lon) * (self.max_lat - self.min_lat) / COORDINATE_SCALE**2

    @property
    def is_in_world(self) -> bool:
        """Whether a map can show it: historic changesets may lie outside the world, or have a minimum above the maximum."""
        west, south, east, north = (side / COORDINATE_SCALE for side in self)
        return -180 <= west <= east <= 180 and -90 <= south <= north <= 90

    def contains(self, lat: int, lon: int) -> bool:
        return self.min_lat <= lat <= self.max_lat and self.min_lon <= lon <= self.max_lon

    def joined(self, other: "BBox") -> "BBox":
        """Return the smallest bbox that contains both."""
        return BBox(
            min(self.min_lon, other.min_lon),
            min(self.min_lat, other.min_lat),
            max(self.max_lon, other.max_lon),
            max(self.max_lat, other.max_lat),
        )

    def degrees(self) -> tuple[str, str, str, str]:
        """Return (min_lon, min_lat, max_lon, max_lat) with seven decimals."""
        return (
            format_coordinate(self.min_lon),
            format_coordinate(self.min_lat),
            format_coordinate(self.max_lon),
            format_coordinate(self.max_lat),
        )


def parse_map_bbox(text: str | None, max_area: float) -> BBox:
    """Return the bbox of a map call, `min_lon,min_lat,max_lon,max_lat` in degrees.

    Anything after a number is ignored (`0.1E` is 0.1), which old clients rely on.
    Raises BadBoundingBoxError with the text that editors show: not four numbers, outside the world or upside
    down, larger than max_area square degrees. (API page, "Retrieving map data by bounding box".)
    """
    numbers = [leading_number(side) for side in (text or "").split(",")]
    sides = [number for number in numbers if number is not None]
    if len(numbers) != 4 or len(sides) != 4:
        raise BadBoundingBoxError(
            "The parameter bbox is required, and must be of the form min_lon,min_lat,max_lon,max_lat."
        )
    min_lon, min_lat, max_lon, max_lat = sides
    if not (-180 <= min_lon <= max_lon <= 180 and -90 <= min_lat <= max_lat <= 90):
        raise BadBoundingBoxError(
            "The latitudes must be between -90 and 90, longitudes between -180 and 180 and the minima must be "
            "less than the maxima."
        )
    bbox = BBox.from_degrees(min_lon, min_lat, max_lon, max_lat)
    if bbox.area > max_area:
        raise BadBoundingBoxError(
            f"The maximum bbox size is {max_area:f}, and your request was too large. Either request a smaller "
            "area, or use planet.osm"
        )
    return bbox


def parse_bbox(text: str, max_area: float | None = None) -> BBox:
    """Return the bbox of a query for changesets or notes, read as leniently as openstreetmap.org reads it.

    A side that is not a number is 0, and one outside the world is moved to its edge (upstream behaviour 1.13).
    Raises BadBoundingBoxError: not four sides, upside down, or larger than max_area square degrees.
    """
    parts = text.split(",")
    if len(parts) != 4:
        raise BadBoundingBoxError("The parameter bbox must be of the form min_lon,min_lat,max_lon,max_lat")
    sides = [leading_number(part) or 0.0 for part in parts]
    min_lon, max_lon = (min(max(side, -180.0), 180.0) for side in sides[::2])
    min_lat, max_lat = (min(max(side, -90.0), 90.0) for side in sides[1::2])
    if min_lon > max_lon:
        raise BadBoundingBoxError(
            "The minimum longitude must be less than the maximum longitude, but it wasn't"
        )
    if min_lat > max_lat:
        raise BadBoundingBoxError(
            "The minimum latitude must be less than the maximum latitude, but it wasn't"
        )
    bbox = BBox.from_degrees(min_lon, min_lat, max_lon, max_lat)
    if max_area is not None and bbox.area > max_area:
        raise BadBoundingBoxError(
            f"The maximum bbox size is {max_area:g}, and your request was too large. Either request a smaller "
            "area, or use planet.osm"
        )
    return bbox


def parse_bboxes(text: str) -> list[BBox] | None:
    """Return the bboxes of a list's `bbox` parameter in degrees: two if it crosses the antimeridian.

    None if it covers the whole world. Raises ValueError if it is not four numbers.
    """
    min_lon, min_lat, max_lon, max_lat = (float(side) for side in text.split(","))
    if not all(abs(side) < 1e6 for side in (min_lon, min_lat, max_lon, max_lat)):
        raise ValueError(text)
    min_lat, max_lat = max(min_lat, -90), min(max_lat, 90)
    if max_lon - min_lon >= 360:
        return None if (min_lat, max_lat) == (-90, 90) else [BBox.from_degrees(-180, min_lat, 180, max_lat)]
    west = (min_lon + 180) % 360 - 180
    east = west + (max_lon - min_lon)
    if east <= 180:
        return [BBox.from_degrees(west, min_lat, east, max_lat)]
    return [
        BBox.from_degrees(west, min_lat, 180, max_lat),
        BBox.from_degrees(-180, min_lat, east - 360, max_lat),
    ]
