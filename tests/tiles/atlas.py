"""A small world in TopoJSON: two countries with a border at 10 degrees east, an island at 180 degrees, a pole of ice."""

import json
from pathlib import Path
from typing import Any

_BORDER, _WEST, _EAST, _ISLAND, _ICE = range(5)
_LINES = [
    [(10, 40), (10, 45), (10, 50)],
    [(10, 50), (0, 50), (0, 40), (10, 40)],
    [(10, 40), (20, 40), (20, 50), (10, 50)],
    [(178, -20), (-178, -20), (-178, -10), (178, -10), (178, -20)],
    [(-150, -70), (-90, -70), (-30, -70), (30, -70), (90, -70), (150, -70), (-150, -70)],
]


def write(folder: Path) -> None:
    """Write the files that the map reads into a folder."""
    (folder / "countries-50m.json").write_text(json.dumps(document()))


def document() -> dict[str, Any]:
    countries = [
        ("Westland", [_BORDER, _WEST]),
        ("Eastland", [_EAST, ~_BORDER]),
        ("Dateline Is.", [_ISLAND]),
        ("Ice", [_ICE]),
    ]
    land = [[[_WEST, _EAST]], [[_ISLAND]], [[_ICE]]]
    return {
        "type": "Topology",
        "transform": {"scale": [0.5, 0.5], "translate": [-180, -90]},
        "arcs": [_deltas(line) for line in _LINES],
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [ring], "properties": {"name": name}}
                    for name, ring in countries
                ],
            },
            "land": {"type": "GeometryCollection", "geometries": [{"type": "MultiPolygon", "arcs": land}]},
        },
    }


def _deltas(line: list[tuple[int, int]]) -> list[list[int]]:
    found, (x, y) = [], (0, 0)
    for lon, lat in line:
        column, row = (lon + 180) * 2, (lat + 90) * 2
        found.append([column - x, row - y])
        x, y = column, row
    return found
