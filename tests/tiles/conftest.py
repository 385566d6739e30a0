"""Tiles as another library reads them."""

import gzip
import math
from typing import Any

import mapbox_vector_tile
import pytest
from django.test import Client

from apps.tiles import surroundings

Layers = dict[str, list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def rest_of_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what is around the data."""
    monkeypatch.setattr(surroundings, "world", lambda: None)


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """Return the zoom, column and row of the tile at a place."""
    mercator = math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
    return z, int((lon + 180) / 360 * (1 << z)), int((0.5 - mercator) * (1 << z))


def decoded(content: bytes) -> Layers:
    """Return the features of a tile by layer, with `id` (0 for none), `properties` and `geometry`."""
    if not content:
        return {}
    found = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    return {name: layer["features"] for name, layer in found.items()}


def get(client: Client, z: int, x: int, y: int) -> Layers:
    """Request a tile and return its layers."""
    response = client.get(f"/tiles/shortbread_v1/{z}/{x}/{y}.mvt", HTTP_ACCEPT_ENCODING="gzip")
    assert response.status_code in {200, 204}
    return decoded(gzip.decompress(response.content) if response.content else b"")
