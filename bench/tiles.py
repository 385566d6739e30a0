"""`python -m bench.tiles`: times vector tiles, cold (the first request makes them) and from the cache, from the whole
world down to the largest tile of zoom 14."""

import argparse
import json
import sys
import time
from math import asinh, pi, radians, tan
from pathlib import Path
from urllib.request import Request as UrlRequest
from urllib.request import urlopen

from .client import LoadError, Request
from .instance import own_instance
from .load import load_process

_DEEPEST = 14
Cell = tuple[int, int, int]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.tiles", description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="data folder of an instance that is not running"
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    try:
        _run(options.data_dir, options.clients, options.seconds)
    except (LoadError, OSError) as error:
        print(f"tiles: {error}", file=sys.stderr)
        return 1
    return 0


def _run(data_dir: Path, clients: int, seconds: float) -> None:
    with own_instance(None, data_dir) as server, load_process() as load:
        _fetch(server.base_url, (0, 0, 0))
        lon, lat, data_zoom = _center(server.base_url)
        cell: Cell = (0, 0, 0)
        for z in range(1, _DEEPEST + 1):
            _, x, y = cell
            children = [(z, 2 * x + right, 2 * y + down) for right in (0, 1) for down in (0, 1)]
            # The rest of the world would lead elsewhere.
            if z <= data_zoom:
                children = [_containing(lon, lat, z)]
            found = {child: _fetch(server.base_url, child) for child in children}
            cell = max(children, key=lambda child: found[child][0])
            size, cold = found[cell]
            print(f"{path_of(cell):42} {size:8,} bytes, first request {1000 * cold:6.1f} ms")
        middle = _containing(lon, lat, _DEEPEST)
        _fetch(server.base_url, middle)
        for path in (path_of(cell), path_of(middle), "/tiles/changes.json?after=0"):
            burst = load(Request(server.base_url, path, gzip=True), clients, seconds)
            print(f"{path:42} {len(burst.samples) / burst.seconds:8,.0f} a second with {clients} clients")


def path_of(cell: Cell) -> str:
    return "/tiles/shortbread_v1/{}/{}/{}.mvt".format(*cell)


def _center(base_url: str) -> tuple[float, float, int]:
    """Return the longitude and the latitude in the middle of the data, and the zoom at which a view shows all of it."""
    with urlopen(f"{base_url}/tiles/shortbread_v1.json") as response:
        description = json.load(response)
    if "center" not in description:
        raise LoadError("the instance has no data")
    lon, lat, zoom = description["center"]
    return lon, lat, zoom


def _containing(lon: float, lat: float, z: int) -> Cell:
    """Return the tile of a zoom that contains a position."""
    y = (1 - asinh(tan(radians(lat))) / pi) / 2
    return z, int((lon + 180) / 360 * 2**z), int(y * 2**z)


def _fetch(base_url: str, cell: Cell) -> tuple[int, float]:
    """Return the size of a tile, compressed, and the seconds that it took."""
    began = time.perf_counter()
    with urlopen(UrlRequest(base_url + path_of(cell), headers={"Accept-Encoding": "gzip"})) as response:
        return len(response.read()), time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
