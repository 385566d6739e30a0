"""What the tiles contain, as TileJSON 3.0 (https://github.com/mapbox/tilejson-spec)."""

from html import escape
from math import floor, log2
from typing import Any

from django.conf import settings

from apps.features.coverage import coverage

from .kinds import DETAIL
from .layers import LAYERS

_PIXELS = 600
"""In which the data fits at the zoom of the center."""
_WORLD = [-180, -85.0511287798066, 180, 85.0511287798066]


def tilejson() -> dict[str, Any]:
    """Return the description of the tiles, with URLs as visitors see them.

    `bounds` are those of the tiles, which show the rest of the world as well. `center` is where there is data, and
    `data_bounds`, which is ours, between which longitudes and latitudes; both are missing if there is none.
    """
    owner, url = escape(settings.COPYRIGHT_OWNER), escape(settings.ATTRIBUTION_URL)
    return {
        "tilejson": "3.0.0",
        "name": "Shortbread",
        "description": "Shortbread 1.0, and a layer `details` with what that schema lacks",
        "version": "1.0.0",
        "attribution": f'<a href="{url}">&copy; {owner}</a>',
        "scheme": "xyz",
        "format": "pbf",
        "tiles": [f"{settings.PUBLIC_URL}/tiles/shortbread_v1/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": 0,
        "maxzoom": DETAIL,
        "bounds": _WORLD,
        **_data(),
        "vector_layers": [
            {"id": layer.name, "fields": dict(layer.fields), "minzoom": layer.zoom, "maxzoom": DETAIL}
            for layer in LAYERS
        ],
    }


def _data() -> dict[str, Any]:
    found = coverage()
    if not found["focus"]:
        return {}
    west, south, east, north = found["focus"]
    # Tiles are 512 pixels wide.
    zoom = floor(log2(_PIXELS / 512 * 360 / max(east - west, 1e-6)))
    center = [round((west + east) / 2, 5), round((south + north) / 2, 5), max(0, min(zoom, DETAIL))]
    return {"center": center, "data_bounds": found["bounds"]}
