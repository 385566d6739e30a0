"""Extracts, read back over HTTP and compared with what pyosmium reads from the files."""

import gc
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple, cast

import osmium
import pytest
from django.db import transaction
from lxml import etree
from pytest_django import DjangoDbBlocker

from apps.osm.bbox import BBox
from tests.extracts import EXTRACTS
from tests.planet.helpers import run

from .client import get

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TYPES = {"n": "node", "w": "way", "r": "relation"}
ROWS, COLUMNS = 6, 4
AT_ONCE = 10_000
"""Elements in a multi-fetch."""

Ref = tuple[str, int]


class Element(NamedTuple):
    """An element as every format has to describe it."""

    type: str
    id: int
    version: int
    timestamp: str
    changeset: int
    user: str | None
    uid: int | None
    position: tuple[str, str] | None
    tags: dict[str, str]
    nodes: list[int]
    members: list[tuple[str, int, str]]

    @property
    def ref(self) -> Ref:
        return self.type, self.id


def by_osmium(source: Any) -> Iterator[Element]:
    """Yield the elements of a file, or of a response body wrapped for osmium's reader."""
    item: Any
    for item in osmium.FileProcessor(source):
        kind, uid = TYPES[item.type_str()], item.uid
        position, nodes, members = None, [], []
        if kind == "node":
            location = item.location
            position = f"{location.y / 1e7:.7f}", f"{location.x / 1e7:.7f}"
        elif kind == "way":
            nodes = [node.ref for node in item.nodes]
        else:
            members = [(TYPES[member.type], member.ref, member.role) for member in item.members]
        yield Element(
            kind,
            item.id,
            item.version,
            item.timestamp.isoformat().replace("+00:00", "Z"),
            item.changeset,
            item.user if uid else None,
            uid or None,
            position,
            # Most nodes have none, and asking is cheaper than reading.
            dict(item.tags) if len(item.tags) else {},
            nodes,
            members,
        )


def by_xml(document: bytes) -> Iterator[Element]:
    for element in etree.fromstring(document).iterchildren("node", "way", "relation"):
        given = read(element)
        assert given["visible"] == "true"
        yield Element(
            str(element.tag),
            int(given["id"]),
            int(given["version"]),
            given["timestamp"],
            int(given["changeset"]),
            given.get("user"),
            int(given["uid"]) if "uid" in given else None,
            (given["lat"], given["lon"]) if element.tag == "node" else None,
            {read(tag)["k"]: read(tag)["v"] for tag in element.iterchildren("tag")},
            [int(read(node)["ref"]) for node in element.iterchildren("nd")],
            [
                (read(member)["type"], int(read(member)["ref"]), read(member)["role"])
                for member in element.iterchildren("member")
            ],
        )


def read(element: etree._Element) -> dict[str, str]:
    """Return the attributes, typed: they are text in any document parsed from bytes."""
    return cast("dict[str, str]", element.attrib)


def by_json(elements: list[dict[str, Any]]) -> Iterator[Element]:
    for element in elements:
        assert "visible" not in element
        yield Element(
            element["type"],
            element["id"],
            element["version"],
            element["timestamp"],
            element["changeset"],
            element.get("user"),
            element.get("uid"),
            (f"{element['lat']:.7f}", f"{element['lon']:.7f}") if element["type"] == "node" else None,
            element.get("tags", {}),
            element.get("nodes", []),
            [(member["type"], member["ref"], member["role"]) for member in element.get("members", [])],
        )


@dataclass
class Extract:
    """The elements of a file, in memory."""

    elements: dict[Ref, Element]

    def __post_init__(self) -> None:
        self.positions = sorted(
            (round(float(lat) * 1e7), round(float(lon) * 1e7), element.id)
            for element in self.elements.values()
            if element.position
            for lat, lon in [element.position]
        )
        """Latitude, longitude and id of each node, from south to north."""
        self.users: dict[Ref, set[Ref]] = defaultdict(set)
        """The ways and relations that refer to each element."""
        for element in self.elements.values():
            for node in element.nodes:
                self.users["node", node].add(element.ref)
            for kind, ref, _role in element.members:
                self.users[kind, ref].add(element.ref)

    def map(self, bbox: BBox) -> list[Element]:
        """Return what the API page says a map call responds with, sentence by sentence."""
        south = bisect_left(self.positions, (bbox.min_lat,))
        north = bisect_right(self.positions, (bbox.max_lat + 1,))
        inside = {
            ("node", id_)
            for lat, lon, id_ in self.positions[south:north]
            if bbox.min_lat <= lat <= bbox.max_lat and bbox.min_lon <= lon <= bbox.max_lon
        }
        ways = {user for node in inside for user in self.users.get(node, ()) if user[0] == "way"}
        outside = {("node", node) for way in ways for node in self.elements[way].nodes}
        answer = inside | ways | {node for node in outside if node in self.elements}
        relations = self._relations_of(answer)
        answer |= relations | self._relations_of(relations)
        return [self.elements[ref] for ref in in_order(answer)]

    def _relations_of(self, refs: set[Ref]) -> set[Ref]:
        return {user for ref in refs for user in self.users.get(ref, ()) if user[0] == "relation"}


def in_order(refs: Iterable[Ref]) -> list[Ref]:
    return sorted(refs, key=lambda ref: (["node", "way", "relation"].index(ref[0]), ref[1]))


@pytest.fixture(scope="module", params=EXTRACTS)
def extract(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Extract]:
    """A file that stays imported for all the tests that read it."""
    path = request.param
    with django_db_blocker.unblock(), transaction.atomic():
        run(path)
        # Hundreds of thousands of objects that stay: searching them for garbage again and again would take
        # longer than the tests do.
        gc.disable()
        extract = Extract({element.ref: element for element in by_osmium(str(path))})
        gc.freeze()
        gc.enable()
        yield extract
        gc.unfreeze()
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", ["node", "way", "relation"])
def test_every_element_is_read_back_as_it_is_in_the_file(extract: Extract, kind: str) -> None:
    wanted = [extract.elements[ref] for ref in in_order(extract.elements) if ref[0] == kind]
    assert wanted
    for first in range(0, len(wanted), AT_ONCE):
        some = wanted[first : first + AT_ONCE]
        ids = ",".join(str(element.id) for element in some)
        assert list(by_xml(get(f"{kind}s?{kind}s={ids}").body)) == some
        assert list(by_json(get(f"{kind}s.json?{kind}s={ids}").json["elements"])) == some


def test_a_grid_of_maps_equals_what_the_api_page_promises(extract: Extract) -> None:
    lats = [lat for lat, _, _ in extract.positions]
    lons = sorted(lon for _, lon, _ in extract.positions)
    found = 0
    for row, column in product(range(ROWS), range(COLUMNS)):
        bottom, top = part(lats, row, ROWS)
        left, right = part(lons, column, COLUMNS)
        bbox = BBox(left, bottom, right, top)
        expected = extract.map(bbox)
        found += len(expected)
        query = "bbox=" + ",".join(bbox.degrees())
        document = get(f"map?{query}", Accept_Encoding="gzip").body
        assert list(by_osmium(osmium.io.FileBuffer(document, "osm"))) == expected
        in_json = [(each["type"], each["id"]) for each in get(f"map.json?{query}").json["elements"]]
        assert in_json == [element.ref for element in expected]
    assert found > len(extract.elements) / 10


def part(ordered: list[int], number: int, parts: int) -> tuple[int, int]:
    """Return the bounds of the first third of one of several parts with equal counts of values."""
    size = len(ordered) // parts
    return ordered[number * size], ordered[number * size + size // 3]
