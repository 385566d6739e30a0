"""The world outside of the instance's data: land, and borders and names of countries, as Natural Earth has them.

They come from the package `world-atlas` at a scale of 1:50,000,000. Its names are English, and its borders one view of
those that are disputed.
"""

import logging
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
import shapely
from django.conf import settings
from numpy.typing import NDArray

from apps.features.projection import all_meters_per_unit

from .topology import Topology

Geometries = NDArray[np.object_]

_FULL_NAMES = {
    "Antigua and Barb.": "Antigua and Barbuda",
    "Ashmore and Cartier Is.": "Ashmore and Cartier Islands",
    "Bosnia and Herz.": "Bosnia and Herzegovina",
    "Br. Indian Ocean Ter.": "British Indian Ocean Territory",
    "British Virgin Is.": "British Virgin Islands",
    "Cayman Is.": "Cayman Islands",
    "Central African Rep.": "Central African Republic",
    "Cook Is.": "Cook Islands",
    "Dem. Rep. Congo": "Democratic Republic of the Congo",
    "Dominican Rep.": "Dominican Republic",
    "Eq. Guinea": "Equatorial Guinea",
    "Faeroe Is.": "Faroe Islands",
    "Falkland Is.": "Falkland Islands",
    "Fr. Polynesia": "French Polynesia",
    "Fr. S. Antarctic Lands": "French Southern and Antarctic Lands",
    "Heard I. and McDonald Is.": "Heard Island and McDonald Islands",
    "Indian Ocean Ter.": "Indian Ocean Territories",
    "Macedonia": "North Macedonia",
    "Marshall Is.": "Marshall Islands",
    "N. Cyprus": "Northern Cyprus",
    "N. Mariana Is.": "Northern Mariana Islands",
    "Pitcairn Is.": "Pitcairn Islands",
    "S. Geo. and the Is.": "South Georgia and the South Sandwich Islands",
    "S. Sudan": "South Sudan",
    "Solomon Is.": "Solomon Islands",
    "St-Barthélemy": "Saint-Barthélemy",
    "St-Martin": "Saint-Martin",
    "St. Kitts and Nevis": "Saint Kitts and Nevis",
    "St. Pierre and Miquelon": "Saint Pierre and Miquelon",
    "St. Vin. and Gren.": "Saint Vincent and the Grenadines",
    "Turks and Caicos Is.": "Turks and Caicos Islands",
    "U.S. Virgin Is.": "United States Virgin Islands",
    "W. Sahara": "Western Sahara",
    "Wallis and Futuna Is.": "Wallis and Futuna",
    "eSwatini": "Eswatini",
}

logger = logging.getLogger(__name__)


class Country(NamedTuple):
    name: str
    label: tuple[float, float]
    size: float
    """Square meters."""


class World:
    """Land, borders and countries, in the units of `apps/features/projection.py`."""

    def __init__(self, topology: Topology) -> None:
        self._land = _Indexed(area for shape in topology.shapes("land") for area in topology.areas_of(shape))
        shapely.prepare(self._land.geometries)
        self._borders = _Indexed(topology.borders("countries"))
        self._countries = sorted(
            (
                _country(shape["properties"]["name"], topology, shape)
                for shape in topology.shapes("countries")
            ),
            key=lambda country: -country.size,
        )

    def land(self, box: Any, smallest: float) -> Geometries:
        """Return the valid areas of land in a box, without those that are smaller than `smallest` in both directions."""
        found = self._land.near(box)
        west, north, east, south = shapely.bounds(found).reshape(-1, 4).T
        found = found[np.maximum(east - west, south - north) >= smallest]
        clipped = np.asarray(shapely.clip_by_rect(found, *shapely.bounds(box).tolist()), dtype=object)
        invalid = ~shapely.is_valid(clipped)
        clipped[invalid] = shapely.make_valid(clipped[invalid])
        return clipped

    def is_land(self, points: Geometries) -> NDArray[np.bool_]:
        """Return which of some points are on land."""
        found = np.zeros(len(points), dtype=bool)
        found[self._land.tree.query(points, predicate="within")[0]] = True
        return found

    def borders(self, box: Any) -> Geometries:
        return self._borders.near(box)

    def countries(self, box: Any) -> list[Country]:
        """Return the countries whose label is in a box, large ones first."""
        west, north, east, south = shapely.bounds(box).tolist()
        return [
            country
            for country in self._countries
            if west <= country.label[0] < east and north <= country.label[1] < south
        ]


class _Indexed:
    def __init__(self, geometries: Any) -> None:
        self.geometries: Geometries = np.array(list(geometries), dtype=object)
        self.tree = shapely.STRtree(self.geometries)

    def near(self, box: Any) -> Geometries:
        return np.asarray(self.geometries[np.sort(self.tree.query(box))], dtype=object)


def _country(name: str, topology: Topology, shape: Any) -> Country:
    parts = np.array(list(topology.areas_of(shape)), dtype=object)
    middles = shapely.bounds(parts)[:, [1, 3]].mean(axis=1)
    sizes = shapely.area(parts) * all_meters_per_unit(middles) ** 2
    [(x, y)] = shapely.get_coordinates(shapely.point_on_surface(parts[int(np.argmax(sizes))])).tolist()
    return Country(_FULL_NAMES.get(name, name), (x, y), float(sizes.sum()))


@cache
def world() -> World | None:
    """Return the world, read once in each process; None if the package is not installed."""
    path = Path(settings.WORLD_ATLAS_DIR) / "countries-50m.json"
    try:
        return World(Topology(orjson.loads(path.read_bytes())))
    except FileNotFoundError:
        logger.warning("The map ends with the data: %s, the rest of the world, is missing.", path)
        return None
