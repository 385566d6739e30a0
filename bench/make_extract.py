"""Writes a synthetic OSM file: villages of buildings and paths. The same arguments give the same file.

    python bench/make_extract.py /tmp/big.osm.pbf --nodes 5000000

Nodes come in clusters like real ones, ways run through neighbouring nodes, relations group ways; a tenth of the nodes
and all ways have tags; authors and changesets repeat as in a real extract. With --versions above 1 the file is a full
history (name it .osh.pbf).
"""

import argparse
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import osmium
from osmium.osm.mutable import Node, Relation, Way

START = datetime(2010, 1, 1, tzinfo=UTC)
CLUSTER = 2000
"""Nodes per village."""
WAY_NODES = 9
CHANGES_IN_CHANGESET = 150
USERS = 500

HIGHWAYS = ["residential", "track", "path", "service", "unclassified", "secondary"]
AMENITIES = ["bench", "restaurant", "parking", "school", "post_box", "drinking_water"]


def versions_of(random: Random, number: int, most: int) -> Iterator[dict[str, Any]]:
    """Yield id, version, author, time and changeset of each version of an element."""
    last = random.randint(1, most) if most > 1 else 1
    time = START + timedelta(seconds=random.randrange(10 * 365 * 86_400))
    for version in range(1, last + 1):
        changeset = number // CHANGES_IN_CHANGESET + 1 + (version - 1) * 1_000_000
        uid = changeset % USERS + 1
        yield {
            "id": number,
            "version": version,
            "visible": not (version == last and version > 1 and random.random() < 0.1),
            "timestamp": time,
            "changeset": changeset,
            "uid": uid,
            "user": f"mapper {uid}",
        }
        time += timedelta(seconds=random.randrange(1, 30 * 86_400))


def positions(
    random: Random, count: int, area: tuple[float, float, float, float]
) -> Iterator[tuple[float, float]]:
    """Yield longitude and latitude of each node: random walks around the centre of a village, inside the area."""
    min_lon, min_lat, max_lon, max_lat = area
    lon = lat = 0.0
    for number in range(count):
        if number % CLUSTER == 0:
            centre = random.uniform(min_lon, max_lon), random.uniform(min_lat, max_lat)
        if number % WAY_NODES == 0:
            distance, angle = random.expovariate(1 / 0.004), random.uniform(0, 2 * math.pi)
            lon, lat = centre[0] + distance * math.cos(angle), centre[1] + distance * math.sin(angle)
        lon += random.uniform(-0.0004, 0.0004)
        lat += random.uniform(-0.0004, 0.0004)
        yield min(max(lon, min_lon), max_lon), min(max(lat, min_lat), max_lat)


def node_tags(random: Random, number: int) -> dict[str, str]:
    if random.random() > 0.1:
        return {}
    return {"amenity": random.choice(AMENITIES), "name": f"Place {number}"}


def way_tags(random: Random, number: int) -> dict[str, str]:
    if random.random() < 0.6:
        return {
            "building": "yes",
            "addr:housenumber": str(random.randint(1, 99)),
            "addr:street": f"Lane {number % 997}",
        }
    return {"highway": random.choice(HIGHWAYS), "name": f"Way {number}", "surface": "asphalt"}


def way_nodes(random: Random, number: int, nodes: int) -> list[int]:
    """Return consecutive ids, as an editor uploads them; some ways are closed."""
    if not nodes:
        return []
    first = (number - 1) * WAY_NODES % nodes
    refs = [(first + step) % nodes + 1 for step in range(random.randint(2, 2 * WAY_NODES))]
    return [*refs, refs[0]] if len(refs) > 3 and random.random() < 0.6 else refs


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--ways", type=int, help="default: a ninth of the nodes")
    parser.add_argument("--relations", type=int, help="default: a fortieth of the ways")
    parser.add_argument("--versions", type=int, default=1, help="most versions of an element")
    parser.add_argument(
        "--area",
        type=float,
        nargs=4,
        default=(5.9, 45.8, 10.5, 47.8),
        metavar=("MIN_LON", "MIN_LAT", "MAX_LON", "MAX_LAT"),
    )
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    ways = options.nodes // WAY_NODES if options.ways is None else options.ways
    relations = ways // 40 if options.relations is None else options.relations
    random = Random(options.seed)
    with osmium.SimpleWriter(str(options.file), overwrite=True) as writer:
        for number, place in enumerate(positions(random, options.nodes, tuple(options.area)), 1):
            tags = node_tags(random, number)
            for head in versions_of(random, number, options.versions):
                writer.add_node(Node(location=place, tags=tags, **head))
        for number in range(1, ways + 1):
            tags = way_tags(random, number)
            refs = way_nodes(random, number, options.nodes)
            for head in versions_of(random, number, options.versions):
                writer.add_way(Way(nodes=refs, tags=tags, **head))
        for number in range(1, relations + 1):
            first = (number - 1) * 40
            members = (
                [("w", (first + step) % ways + 1, "outer") for step in range(random.randint(1, 40))]
                if ways
                else []
            )
            for head in versions_of(random, number, options.versions):
                writer.add_relation(
                    Relation(members=members, tags={"type": "site", "name": f"Area {number}"}, **head)
                )


if __name__ == "__main__":
    main()
