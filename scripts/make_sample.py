"""Write the small synthetic extract that the tests read, and its history: the same files every time.

    python -m scripts.make_sample tests/data

Five villages, mapped over some years: streets that share nodes at the crossings, buildings, points
of interest, multipolygons, boundaries that share ways, bus routes, and relations of relations. Mappers come back
to move, retag and delete things. `sample.osm.pbf` holds what is there in the end, `sample.osh.pbf` every version.
"""

import argparse
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import osmium
from osmium.osm.mutable import Node, Relation, Way

MAPPERS = {
    0: "",  # made changes while that was possible without a public name
    11: "anna",
    12: "bert 2",
    13: "Zoë Ångström",
    14: "地図屋",
    2_000_000_000: "a bot & <co>",
}
STREETS = ["Dorfgasse", "Bächliweg", "Rue de l'Église", 'Im "Winkel"', "Straße 日本", "Feldweg"]
SHOPS = ["bakery", "butcher", "supermarket", "books;music", "kiosk"]
ROWS = COLUMNS = 8
STEP = 0.0012
"""Degrees between two crossings."""
FIRST_IDS = {"n": 500, "w": 70, "r": 9}
ODD_IDS = {"n": 2**33, "w": 2**32 + 7, "r": 2**31 + 3}
"""From the second village on, ids that need more than 32 bits."""

Key = tuple[str, int]
Element = Node | Way | Relation
KINDS: dict[str, Any] = {"n": Node, "w": Way, "r": Relation}


class World:
    """Elements and their versions, changed in changesets one after another."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.current: dict[Key, Any] = {}
        self.versions: list[tuple[str, Any]] = []
        self.next_id = dict(FIRST_IDS)
        self.time = datetime(2009, 3, 1, 9, tzinfo=UTC)
        self.changeset = 100
        self.uid = 0

    def open_changeset(self) -> None:
        self.changeset += self.random.randint(1, 40)
        self.uid = self.random.choice(sorted(MAPPERS))
        self.time += timedelta(seconds=self.random.randrange(3_600, 30 * 86_400))

    def create(self, kind: str, tags: dict[str, str] | None = None, **body: Any) -> int:
        id_ = self.next_id[kind]
        self.next_id[kind] += self.random.choice([1, 1, 1, 2, 9])
        self._store(kind, KINDS[kind](id=id_, version=1, visible=True, tags=tags or {}, **body))
        return id_

    def modify(self, kind: str, id_: int, **changes: Any) -> None:
        old = self.current[kind, id_]
        self._store(kind, KINDS[kind](old, version=old.version + 1, **changes))

    def delete(self, kind: str, id_: int) -> None:
        self.modify(kind, id_, visible=False, tags={})

    def _store(self, kind: str, element: Any) -> None:
        element.changeset, element.uid, element.user = self.changeset, self.uid, MAPPERS[self.uid]
        element.timestamp = self.time
        self.time += timedelta(seconds=self.random.randrange(3))
        self.current[kind, element.id] = element
        self.versions.append((kind, element))

    def node(self, lon: float, lat: float, tags: dict[str, str] | None = None) -> int:
        return self.create("n", tags, location=(round(lon, 7), round(lat, 7)))

    def way(self, nodes: list[int], tags: dict[str, str] | None = None) -> int:
        return self.create("w", tags, nodes=nodes)

    def relation(self, members: list[tuple[str, int, str]], tags: dict[str, str]) -> int:
        return self.create("r", tags, members=members)


class Village:
    """Map one village from its streets to its buses."""

    def __init__(self, world: World, name: str, lon: float, lat: float) -> None:
        self.world, self.random, self.name = world, world.random, name
        self.lon, self.lat = lon, lat
        self.streets: list[int] = []
        self.buildings: list[int] = []

    def add_streets(self) -> None:
        """Add a grid of streets with bends; two streets that cross share a node."""
        self.world.open_changeset()
        crossings = [
            [self._node_near(column * STEP, row * STEP) for column in range(COLUMNS)] for row in range(ROWS)
        ]
        for number, line in enumerate([*crossings, *map(list, zip(*crossings, strict=True))]):
            nodes = [line[0]]
            for start, end in pairwise(line):
                nodes += [*self._bends(start, end), end]
            tags = {"highway": "secondary" if number % 5 == 0 else "residential", "maxspeed": "50"}
            tags["name"] = f"{STREETS[number % len(STREETS)]} {number + 1}"
            self.streets.append(self.world.way(nodes, tags))
        self.crossings = crossings

    def add_buildings(self, count: int) -> None:
        for number in range(count):
            if number % 120 == 0:
                self.world.open_changeset()
            column, row = self.random.random() * (COLUMNS - 1), self.random.random() * (ROWS - 1)
            tags = {"building": self.random.choice(["yes", "house", "barn"])}
            if number % 2:
                tags |= {"addr:housenumber": f"{number}a", "addr:city": self.name}
            self.buildings.append(self.world.way(self._ring(column * STEP, row * STEP, 0.00008, 4), tags))

    def add_places(self, count: int) -> None:
        self.world.open_changeset()
        self.place = self._node_near(0, 0, {"place": "village", "name": self.name, "name:ja": "村"})
        for number in range(count):
            tags = {"shop": self.random.choice(SHOPS), "opening_hours": 'Mo-Fr 08:00-12:00; PH "closed"'}
            tags["note"] = f"{number} <&> 'ä' \\ {'long ' * (number % 40)}".strip()
            self._node_near(self.random.random() * STEP * 7, self.random.random() * STEP * 7, tags)

    def add_multipolygons(self) -> None:
        """Add a wood with a clearing, whose outer ring is two ways, and a building with a yard."""
        self.world.open_changeset()
        ring = self._ring(-0.002, 0.004, 0.0015, 24)
        outer = [self.world.way(ring[:13]), self.world.way(ring[12:])]
        inner = self.world.way(self._ring(-0.002, 0.004, 0.0004, 8), {"landuse": "meadow"})
        members = [("w", way, "outer") for way in outer] + [("w", inner, "inner")]
        self.world.relation(members, {"type": "multipolygon", "natural": "wood"})
        yard = self.world.way(self._ring(0.002, 0.002, 0.00003, 4))
        self.world.relation(
            [("w", self.buildings[0], "outer"), ("w", yard, "inner")],
            {"type": "multipolygon", "building": "farm"},
        )

    def add_boundary(self, shared: int | None) -> tuple[int, int]:
        """Return the relation, and the way that the next village shares."""
        self.world.open_changeset()
        tags = {"boundary": "administrative", "admin_level": "8"}
        south = self.world.way(self._line((-0.004, -0.002), (0.012, -0.002), 30), tags)
        north = self.world.way(self._line((-0.004, 0.012), (0.012, 0.012), 30), tags)
        ways = [south, north] if shared is None else [south, north, shared]
        members = [("n", self.place, "admin_centre"), *(("w", way, "outer") for way in ways)]
        # As in any extract, some members lie outside of it.
        members.append(("w", 69, "outer"))
        return self.world.relation(members, {**tags, "type": "boundary", "name": self.name}), north

    def add_bus(self) -> int:
        """Add a bus there and back again; the same street twice. Its stops and streets come one after the other."""
        self.world.open_changeset()
        stops = [self._node_near(i * STEP, 0.0001, {"highway": "bus_stop"}) for i in range(4)]
        ways = [("w", way, "forward") for way in self.streets[:5]] + [("w", self.streets[0], "backward")]
        tags = {"type": "route", "route": "bus", "ref": f"{len(self.name)}"}
        bus = self.world.relation([("n", stop, "stop") for stop in stops], tags)
        self.world.open_changeset()
        self.world.modify("r", bus, members=[*(("n", stop, "stop") for stop in stops), *ways])
        return bus

    def add_restriction(self, *, delete: bool) -> None:
        via = self.crossings[1][1]
        members = [("w", self.streets[1], "from"), ("n", via, "via"), ("w", self.streets[ROWS + 1], "to")]
        sign = self.world.relation(members, {"type": "restriction", "restriction": "no_left_turn"})
        if delete:
            self.world.open_changeset()
            self.world.delete("r", sign)

    def revise(self) -> None:
        """Let mappers come back: they move nodes, rename streets, tear down buildings and bring one back."""
        self.world.open_changeset()
        for way in self.random.sample(self.buildings[1:], len(self.buildings) // 4):
            for node in dict.fromkeys(self.world.current["w", way].nodes):
                lon, lat = self.world.current["n", node].location
                self.world.modify("n", node, location=(round(lon + 0.00001, 7), lat))
        self.world.open_changeset()
        for way in self.streets[::3]:
            self.world.modify("w", way, tags={**self.world.current["w", way].tags, "surface": "asphalt"})
        self.world.open_changeset()
        gone = self.random.sample(self.buildings[1:], len(self.buildings) // 6)
        for way in gone:
            self.world.delete("w", way)
            for node in dict.fromkeys(self.world.current["w", way].nodes):
                self.world.delete("n", node)
        self.world.open_changeset()
        nodes = list(dict.fromkeys(self.world.current["w", gone[0]].nodes))
        for node in nodes:
            self.world.modify("n", node, visible=True)
        self.world.modify("w", gone[0], visible=True, tags={"building": "ruins"})

    def _node_near(self, lon: float, lat: float, tags: dict[str, str] | None = None) -> int:
        shift = self.random.uniform(-0.0001, 0.0001), self.random.uniform(-0.0001, 0.0001)
        return self.world.node(self.lon + lon + shift[0], self.lat + lat + shift[1], tags)

    def _bends(self, start: int, end: int) -> list[int]:
        (west, south), (east, north) = (self.world.current["n", node].location for node in (start, end))
        middle = (west + east) / 2 - self.lon, (south + north) / 2 - self.lat
        return [self._node_near(*middle) for _ in range(self.random.randint(0, 2))]

    def _line(self, start: tuple[float, float], end: tuple[float, float], count: int) -> list[int]:
        steps = [step / (count - 1) for step in range(count)]
        return [
            self._node_near(start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part)
            for part in steps
        ]

    def _ring(self, lon: float, lat: float, radius: float, corners: int) -> list[int]:
        angles = [2 * math.pi * corner / corners for corner in range(corners)]
        lon, lat = self.lon + lon, self.lat + lat
        nodes = [self.world.node(lon + radius * math.cos(a), lat + radius * math.sin(a)) for a in angles]
        return [*nodes, nodes[0]]


def make_world(seed: int = 1) -> World:
    world = World(Random(seed))
    boundaries, buses, shared = [], [], None
    for number, name in enumerate(["Unterdorf", "Mitteldorf", "Oberdorf", "Saint-Élie", "Åby"]):
        village = Village(world, name, 9.50 + number * 0.003, 47.10 + number * 0.014)
        village.add_streets()
        village.add_buildings(520)
        village.add_places(120)
        village.add_multipolygons()
        boundary, shared = village.add_boundary(shared)
        boundaries.append(boundary)
        buses.append(village.add_bus())
        village.add_restriction(delete=number == 1)
        village.revise()
        if number == 0:
            world.next_id = dict(ODD_IDS)
    world.open_changeset()
    world.relation(
        [("r", boundary, "subarea") for boundary in boundaries], {"type": "boundary", "name": "Tal"}
    )
    world.relation([("r", bus, "") for bus in buses], {"type": "route_master", "ref": "1"})
    world.relation([], {"type": "site", "name": "without members"})
    return world


def write(path: Path, elements: Iterable[tuple[str, Element]]) -> None:
    """Write the elements in the order of files: by type, id and version."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for _kind, element in sorted(
            elements, key=lambda each: ("nwr".index(each[0]), each[1].id, each[1].version)
        ):
            writer.add(element)


def make_sample(folder: Path) -> None:
    world = make_world()
    now = [(kind, element) for (kind, _id), element in world.current.items() if element.visible]
    write(folder / "sample.osm.pbf", now)
    write(folder / "sample.osh.pbf", world.versions)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    make_sample(parser.parse_args().folder)
