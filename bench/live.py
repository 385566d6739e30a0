"""`python -m bench.live --data-dir var`: how long it takes from the response to an upload until open maps are told of it
and the new tile is there; with nothing else to do, and while uploads of 10,000 changes arrive."""

import argparse
import sys
import time
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any
from urllib.request import urlopen

import orjson

from . import documents
from .client import LoadError
from .documents import Created
from .instance import importers, own_instance
from .mapper import Mapper, Refusal, results

_LONGEST = 120.0
_CHANGES = 10_000
_ROUNDS = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument(
        "--data-dir", type=Path, required=True, help="data folder of an instance that is not running"
    )
    options = parser.parse_args()
    try:
        with own_instance(None, options.data_dir, worker=True) as server:
            one, other = importers(options.data_dir, 2)

            def measured() -> list[float]:
                return [_seconds(server.base_url, Mapper(server.base_url, one), n) for n in range(_ROUNDS)]

            # The worker is still starting.
            _seconds(server.base_url, Mapper(server.base_url, one), 0)
            _print("alone", measured())
            stop = Event()
            load = Thread(target=_keep_uploading, args=(Mapper(server.base_url, other), stop))
            load.start()
            try:
                time.sleep(1)
                _print("beside uploads", measured())
            finally:
                stop.set()
                load.join()
    except (LoadError, Refusal, OSError) as error:
        print(f"live: {error}", file=sys.stderr)
        return 1
    return 0


def _print(name: str, seconds: list[float]) -> None:
    print(f"{name:16} median {median(seconds):5.2f} s, most {max(seconds):5.2f} s", flush=True)


def _seconds(base_url: str, mapper: Mapper, number: int) -> float:
    """Create a shop, and return how long it takes from the response until its tile is announced."""
    changeset = mapper.open_changeset("bench")
    body = (
        f'<osmChange version="0.6"><create><node id="-1" changeset="{changeset}" lat="47.3{number}" lon="9.7">'
        '<tag k="shop" v="yes"/></node></create></osmChange>'
    )
    after = _changes(base_url, None)["number"]
    response = mapper.call("POST", f"changeset/{changeset}/upload", body.encode())
    began = time.perf_counter()
    [created] = results(response)
    wanted = created.new_id * 4 + 1 if created.new_id else 0
    while time.perf_counter() - began < _LONGEST:
        found = _changes(base_url, after)
        for z, x, y in found["tiles"]:
            if z == 14 and _has(base_url, x, y, wanted):
                took = time.perf_counter() - began
                mapper.close_changeset(changeset)
                return took
        if found["within"]:
            raise LoadError("too much has changed")
        after = found["number"]
        time.sleep(0.1)
    raise LoadError("the map has not changed")


def _changes(base_url: str, after: int | None) -> dict[str, Any]:
    query = "" if after is None else f"?after={after}"
    with urlopen(f"{base_url}/tiles/changes.json{query}") as response:
        found: dict[str, Any] = orjson.loads(response.read())
        return found


def _has(base_url: str, x: int, y: int, wanted: int) -> bool:
    """Return whether a tile has the feature with an id: as a varint, it follows the tag of the field."""
    with urlopen(f"{base_url}/tiles/shortbread_v1/14/{x}/{y}.mvt") as response:
        number, varint = wanted, bytearray()
        while number > 0x7F:
            varint.append(number & 0x7F | 0x80)
            number >>= 7
        return b"\x08" + bytes([*varint, number]) in response.read()


def _keep_uploading(mapper: Mapper, stop: Event) -> None:
    while not stop.is_set():
        changeset = mapper.open_changeset("bench")
        body = documents.creates(changeset, _CHANGES, interleaved=False)
        created = Created.by(results(mapper.call("POST", f"changeset/{changeset}/upload", body)))
        mapper.close_changeset(changeset)
        # A changeset takes no more than these.
        changeset = mapper.open_changeset("bench")
        mapper.call("POST", f"changeset/{changeset}/upload", documents.deletes(changeset, created, 1))
        mapper.close_changeset(changeset)


if __name__ == "__main__":
    sys.exit(main())
