"""The styles of the map that `make install` builds (`style/build.js`), as pages and other sites get them."""

import json
from functools import cache
from typing import Any

from django.conf import settings

_OUTLINES = "outlines"
"""Styles with this prefix are for our own pages: they lie above the tiles of another map."""


@cache
def style_folder() -> str:
    """Return the URL of the folder with styles, sprite and map library; nothing if they are not built."""
    folders = sorted(path.name for path in settings.STYLE_DIR.glob("*/"))
    return f"{settings.STATIC_URL}style/{folders[-1]}/" if folders else ""


@cache
def public_style(name: str) -> dict[str, Any] | None:
    """Return a style with absolute URLs, for maps of any site; None if there is none of that name."""
    folder = style_folder()
    path = settings.STYLE_DIR / folder.removesuffix("/").rpartition("/")[2] / f"{name}.json"
    if not folder or name.startswith((_OUTLINES, "sprite")) or not path.is_file():
        return None
    style: dict[str, Any] = json.loads(path.read_text())
    return style | {
        # The description of the tiles has the attribution, which the map library shows.
        "sources": {"osm": {"type": "vector", "url": f"{settings.PUBLIC_URL}/tiles/shortbread_v1.json"}},
        "sprite": f"{settings.PUBLIC_URL}{folder}sprite",
    }
