"""Features as the layers of tiles look at them, and the attributes that many layers have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from apps.features.models import Shape
from apps.features.projection import CIRCUMFERENCE, WORLD, meters_per_unit
from apps.osm.elements import ElementType

Value = str | int | bool
Attributes = tuple[tuple[str, Value], ...]

BRIDGES = {"yes", "viaduct", "boardwalk", "cantilever", "covered", "low_water_crossing", "movable", "trestle"}
TUNNELS = {"yes", "building_passage"}


@dataclass(frozen=True)
class Tile:
    """A tile of the usual scheme: zoom 0 is one tile, y runs to the south."""

    z: int
    x: int
    y: int

    @property
    def width(self) -> int:
        """In units of `apps/features/projection.py`."""
        return WORLD >> self.z

    @property
    def origin(self) -> tuple[int, int]:
        return self.x * self.width, self.y * self.width


class Look(NamedTuple):
    """What decides which layers a feature is in and with which attributes, as it is stored."""

    type: int
    shape: int
    admin_level: int | None
    key: bytes
    value: bytes
    tags: tuple[tuple[str, str], ...]
    """Those that a layer looks at."""


class Subject(NamedTuple):
    """A feature as the layers look at it."""

    type: ElementType
    shape: Shape
    admin_level: int | None
    key: str
    value: str
    tags: Mapping[str, str]

    @property
    def is_tunnel(self) -> bool:
        return self.tags.get("tunnel") in TUNNELS or self.tags.get("covered") == "yes"

    @property
    def is_bridge(self) -> bool:
        return self.tags.get("bridge") in BRIDGES

    @property
    def level(self) -> int:
        """The value of `layer`, 0 if it is none."""
        text = self.tags.get("layer", "0")
        digits = text.removeprefix("-")
        return int(text) if digits.isdecimal() and digits.isascii() and len(digits) < 3 else 0


def mercator_area(size: float, y: float) -> int:
    """Return an area in square meters of the projection, which enlarges what is far from the equator."""
    scale = CIRCUMFERENCE / WORLD / meters_per_unit(y)
    return round(size * scale**2)


def names(tags: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    """Yield the names that the schema knows."""
    if (name := tags.get("name")) is not None:
        yield "name", name
    if (name := tags.get("name:en")) is not None:
        yield "name_en", name
    if (name := tags.get("name:de")) is not None:
        yield "name_de", name


def address(tags: Mapping[str, str]) -> Iterator[tuple[str, Value]]:
    for key in ("housename", "housenumber"):
        if (value := tags.get(f"addr:{key}")) is not None:
            yield key, value


def is_named(subject: Subject) -> bool:
    tags = subject.tags
    return "name" in tags or "name:en" in tags or "name:de" in tags
