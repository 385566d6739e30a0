"""Finds suitable things to request by asking the server: boxes with a given number of nodes, long ways, large
relations."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson
from lxml import etree

from .client import LoadError

_LARGEST_SIDE = 0.4999
"""Degrees; servers allow a square of this size by default."""
_SMALLEST_SIDE = 1e-5
_CLOSE_ENOUGH = 0.97
_STEPS = 24
_GRID = 24
_ROUGH = 20_000
"""Number of nodes in the box that is searched for the densest place."""

_ELEMENT = re.compile(rb"<(?:node|way|relation) ")


@dataclass(frozen=True)
class Box:
    """A bounding box in degrees, including its sides, and the number of nodes found in it."""

    left: float
    bottom: float
    right: float
    top: float
    nodes: int = 0

    @classmethod
    def around(cls, place: tuple[float, float], side: float) -> "Box":
        """Return a box with equal sides in degrees."""
        lon, lat = place
        return cls(lon - side / 2, lat - side / 2, lon + side / 2, lat + side / 2)

    @property
    def bbox(self) -> str:
        return ",".join(f"{side:.7f}" for side in (self.left, self.bottom, self.right, self.top))

    def contains(self, lon: float, lat: float) -> bool:
        return self.left <= lon <= self.right and self.bottom <= lat <= self.top


@dataclass(frozen=True)
class Subjects:
    """The ids to request, and how large each element is."""

    nodes: list[int]
    way: int
    way_nodes: int
    relation: int
    members: int
    history: str
    """Type and id, as in a URL, of the element with the highest version."""
    versions: int


def fetch(url: str) -> bytes:
    """Return the body of a response. Raises LoadError for an error."""
    try:
        with urlopen(Request(url, headers={"Accept-Encoding": "identity"}), timeout=120) as response:
            body: bytes = response.read()
            return body
    except OSError as error:
        raise LoadError(f"{url}: {error}") from None


def count_elements(url: str) -> int:
    """Return the number of nodes, ways and relations in a response, XML or JSON."""
    document = fetch(url)
    if document.startswith(b"{"):
        return len(orjson.loads(document)["elements"])
    return len(_ELEMENT.findall(document))


def some_place(base_url: str) -> tuple[float, float]:
    """Return longitude and latitude of a place with data: the middle of the smallest bbox among the changesets that
    the server lists. Raises LoadError if there is none."""
    changesets = orjson.loads(fetch(f"{base_url}/api/0.6/changesets.json"))["changesets"]
    boxes = [changeset for changeset in changesets if "min_lat" in changeset]
    if not boxes:
        raise LoadError("no changeset of this server has a bbox: pass a place with data as --near LON,LAT")

    def area(box: dict[str, float]) -> float:
        return (box["max_lon"] - box["min_lon"]) * (box["max_lat"] - box["min_lat"])

    box = min(boxes, key=area)
    return (box["min_lon"] + box["max_lon"]) / 2, (box["min_lat"] + box["max_lat"]) / 2


def densest_place(base_url: str, near: tuple[float, float]) -> tuple[float, float]:
    """Return the middle of the fullest cell of a grid around a place. Raises LoadError."""
    box = box_of(base_url, near, _ROUGH)
    width, height = (box.right - box.left) / _GRID, (box.top - box.bottom) / _GRID
    cells = Counter(
        (int((lon - box.left) / width), int((lat - box.bottom) / height))
        for lon, lat in _positions(_map(base_url, box) or b"")
        if box.contains(lon, lat)
    )
    if not cells:
        raise LoadError(f"there are no nodes around {near[0]},{near[1]}")
    ((column, row), _), *_ = cells.most_common(1)
    return box.left + (column + 0.5) * width, box.bottom + (row + 0.5) * height


def box_of(base_url: str, place: tuple[float, float], nodes: int) -> Box:
    """Find, by bisection, the square around a place with that many nodes or a little fewer. Returns the largest square
    that the server allows if there are not enough nodes."""
    best, low, high = Box.around(place, _SMALLEST_SIDE), _SMALLEST_SIDE, _LARGEST_SIDE
    for _ in range(_STEPS):
        # First across orders of magnitude, then linearly.
        side = (low + high) / 2 if high < 2 * low else (low * high) ** 0.5
        box = Box.around(place, side)
        found = count_inside(base_url, box)
        if found is None or found > nodes:
            high = side
        else:
            best, low = replace(box, nodes=found), side
            if found > nodes * _CLOSE_ENOUGH:
                break
    return best


def subjects(document: bytes) -> Subjects:
    """Choose elements of a map response for reads by id. Raises LoadError."""
    root = etree.fromstring(document)
    nodes = [int(node.get("id", 0)) for node in root.iterfind("node")]
    ways = {int(way.get("id", 0)): len(way.findall("nd")) for way in root.iterfind("way")}
    relations = {int(rel.get("id", 0)): len(rel.findall("member")) for rel in root.iterfind("relation")}
    if not nodes or not ways or not relations:
        raise LoadError("the largest box has no nodes, ways or relations: choose another with --near LON,LAT")
    oldest = max(root, key=lambda element: int(element.get("version") or 0))
    way = max(ways, key=lambda each: ways[each])
    relation = min(relations, key=lambda each: abs(relations[each] - 1000))
    return Subjects(
        nodes=nodes[:: max(1, len(nodes) // 500)][:500],
        way=way,
        way_nodes=ways[way],
        relation=relation,
        members=relations[relation],
        history=f"{oldest.tag}/{oldest.get('id')}",
        versions=int(oldest.get("version") or 0),
    )


def _map(base_url: str, box: Box) -> bytes | None:
    """Return the response to a map call, or None if there are too many nodes in the box."""
    try:
        return fetch(f"{base_url}/api/0.6/map?bbox={box.bbox}")
    except LoadError as error:
        if isinstance(error.__context__, HTTPError) and error.__context__.code == 400:
            return None
        raise


def count_inside(base_url: str, box: Box) -> int | None:
    """Return the number of nodes in a box, or None if there are too many for a map call."""
    document = _map(base_url, box)
    return None if document is None else sum(box.contains(*position) for position in _positions(document))


_POSITION = re.compile(rb'<node [^>]*?lat="([^"]+)" lon="([^"]+)"')


def _positions(document: bytes) -> Iterable[tuple[float, float]]:
    for lat, lon in _POSITION.findall(document):
        yield float(lon), float(lat)
