"""What an extract looks like according to other libraries: areas assembled by pyosmium, the rest by shapely.

Only the rules of which tags say something, and which closed ways are areas, are the project's.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from apps.elements.presets import is_area
from apps.features.assembly import AREAS
from apps.features.kinds import main_tag
from apps.osm.elements import ElementRef, ElementType

_WORLD = 2**32


def mercator(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions in Web Mercator, y to the south, in units of which the world has 2**32."""
    latitude = np.radians(degrees[:, 1])
    y = np.log(np.tan(math.pi / 4 + latitude / 2)) / (2 * math.pi)
    return np.column_stack([(degrees[:, 0] / 360 + 0.5) * _WORLD, (0.5 - y) * _WORLD])


def reference(path: Path) -> dict[ElementRef, Any]:
    """Return the shape of each node and way that says something, and of each area that its relation encloses."""
    shapes: dict[ElementRef, Any] = {}
    factory = osmium.geom.WKBFactory()
    for item in osmium.FileProcessor(str(path)).with_locations().with_areas():
        tags = dict(item.tags)
        if main_tag(tags) is None:
            continue
        if isinstance(item, osmium.osm.Node):
            shapes[ElementRef(ElementType.NODE, item.id)] = shapely.Point(item.lon, item.lat)
        elif isinstance(item, osmium.osm.Way):
            places = [(node.lon, node.lat) for node in item.nodes if node.location.valid()]
            if len(places) > 1:
                # An area comes later, and takes its place.
                shapes[ElementRef(ElementType.WAY, item.id)] = shapely.LineString(places)
        elif isinstance(item, osmium.osm.Area):
            ref = ElementRef(ElementType.WAY if item.from_way() else ElementType.RELATION, item.orig_id())
            if is_area(tags) if item.from_way() else tags.get("type") in AREAS:
                shapes[ref] = shapely.from_wkb(bytes.fromhex(factory.create_multipolygon(item)))
    projected = shapely.transform(np.array(list(shapes.values()), dtype=object), mercator)
    return dict(zip(shapes, projected, strict=True))
