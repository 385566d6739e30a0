"""What the tiles contain, as TileJSON 3.0 (https://github.com/mapbox/tilejson-spec)."""

from html import escape
from typing import Any

from django.conf import settings

from .kinds import DETAIL
from .layers import LAYERS

_WORLD = [-180, -85.0511287798066, 180, 85.0511287798066]


def tilejson() -> dict[str, Any]:
    """Return the description of the tiles, with URLs as visitors see them."""
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
        "vector_layers": [
            {"id": layer.name, "fields": dict(layer.fields), "minzoom": layer.zoom, "maxzoom": DETAIL}
            for layer in LAYERS
        ],
    }
