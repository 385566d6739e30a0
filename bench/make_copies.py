"""Writes copies of an extract side by side, as one larger file: real data at the size of a country.

    python bench/make_copies.py liechtenstein.osm.pbf /tmp/large.osm.pbf --copies 20

The copies lie in rows of five. Ids are those of the extract, moved by the same number from copy to copy.
"""

import argparse
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

COLUMNS = 5
IDS = 20_000_000_000
"""Ids from one copy to the next."""


def _id(id_: int, copy: int) -> int:
    return id_ + copy * IDS


def _node(node: osmium.osm.Node, copy: int, width: float, height: float) -> Node:
    row, column = divmod(copy, COLUMNS)
    place = node.location.lon + column * width, node.location.lat + row * height
    return Node(node, id=_id(node.id, copy), location=place)


def _way(way: osmium.osm.Way, copy: int) -> Way:
    return Way(way, id=_id(way.id, copy), nodes=[_id(node.ref, copy) for node in way.nodes])


def _relation(relation: osmium.osm.Relation, copy: int) -> Relation:
    members = [(member.type, _id(member.ref, copy), member.role) for member in relation.members]
    return Relation(relation, id=_id(relation.id, copy), members=members)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--copies", type=int, default=20)
    parser.add_argument("--width", type=float, default=0.5, help="degrees of longitude from copy to copy")
    parser.add_argument("--height", type=float, default=0.4, help="degrees of latitude from row to row")
    options = parser.parse_args()
    with osmium.SimpleWriter(str(options.target), overwrite=True) as writer:
        for kind in (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION):
            for copy in range(options.copies):
                for item in osmium.FileProcessor(str(options.file), kind):
                    if isinstance(item, osmium.osm.Node):
                        writer.add_node(_node(item, copy, options.width, options.height))
                    elif isinstance(item, osmium.osm.Way):
                        writer.add_way(_way(item, copy))
                    elif isinstance(item, osmium.osm.Relation):
                        writer.add_relation(_relation(item, copy))


if __name__ == "__main__":
    main()
