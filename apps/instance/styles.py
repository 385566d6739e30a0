"""The styles of the map that `make install` builds (`style/build.js`), as pages and other sites get them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

_OUTLINES = "outlines"
"""Styles with this prefix are for our own pages: they lie above the tiles of another map."""


@cache
def style_folder() -> str:
    """Return the URL of the folder with styles, sprite and map library; nothing if they are not built."""
    folders = sorted(path.name for path in settings.STYLE_DIR.glob("*/"))
    return f"{settings.STATIC_URL}style/{folders[-1]}/" if folders else ""


def public_style(name: str) -> dict[str, Any] | None:
    """Return a style with absolute URLs, for maps of any site; None if there is none of that name."""
    # Whether the name exists is asked first: what anybody may ask for must not be remembered.
    return _public_style(name) if name in _public_names() else None


@cache
def _public_names() -> frozenset[str]:
    names = {path.stem for path in _folder().glob("*.json")} if style_folder() else set()
    return frozenset(name for name in names if not name.startswith((_OUTLINES, "sprite")))


@cache
def _public_style(name: str) -> dict[str, Any]:
    style: dict[str, Any] = json.loads((_folder() / f"{name}.json").read_text())
    return style | {
        # The description of the tiles has the attribution, which the map library shows.
        "sources": {"osm": {"type": "vector", "url": f"{settings.PUBLIC_URL}/tiles/shortbread_v1.json"}},
        "sprite": f"{settings.PUBLIC_URL}{style_folder()}sprite",
    }


def _folder() -> Path:
    return Path(settings.STYLE_DIR, style_folder().removesuffix("/").rpartition("/")[2])
