"""Characters that turn the direction of the text around them."""

import re

_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Embeddings, overrides and isolates. Letters written from right to left need none of them."""


def without_direction_controls(text: str) -> str:
    """Return a title without what would turn the rest of it, and in a tab or a list of mails what follows it, around."""
    return _CONTROLS.sub("", text)
