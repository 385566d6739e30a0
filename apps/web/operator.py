"""What the operator of an instance shows instead of our own: texts and a logo, as files."""

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.text.rendering import render_markdown

TEXTS = ("about", "copyright", "help", "imprint", "privacy", "terms", "welcome")
"""The texts that a file in the folder `texts` of the data folder replaces."""
LOGO_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
_LONGEST = 200_000
"""Characters of a text. The rest is left out."""
_LARGEST = 1_000_000
"""Bytes of a logo."""
_HEADING = re.compile(r"\A\s*#[ \t]+([^\n]{1,200})")


class Text(NamedTuple):
    title: str
    """Its first line, if that is a heading; else empty."""
    html: SafeString


class Logo(NamedTuple):
    content: bytes
    media_type: str
    digest: str


def own_text(name: str) -> Text | None:
    """Return the operator's text of that name in the reader's language, else in any; None if there is none.

    It comes from `<name>.<language>.md` or `<name>.md`, and follows changes of the file at once.
    """
    language = get_language() or settings.LANGUAGE_CODE
    for suffix in dict.fromkeys([f".{language}", f".{language.partition('-')[0]}", ""]):
        path = settings.TEXTS_DIR / f"{name}{suffix}.md"
        try:
            status = path.stat()
            return _text(path, status.st_mtime_ns, status.st_size)
        except OSError:
            continue
    return None


def has_imprint() -> bool:
    """Return whether there is anything to say about who runs the site."""
    return bool(settings.OPERATOR or settings.SUPPORT_EMAIL) or own_text("imprint") is not None


@lru_cache(maxsize=128)
def _text(path: Path, _changed: int, _size: int) -> Text:
    with path.open(encoding="utf-8", errors="replace") as file:
        content = file.read(_LONGEST)
    heading = _HEADING.match(content)
    return Text(heading[1].strip(" #\r\t") if heading else "", render_markdown(content))


def own_logo() -> Logo | None:
    """Return the operator's logo; None without one, or if its file cannot be read (`osmsite/checks.py` warns of that)."""
    if not settings.LOGO:
        return None
    path = Path(settings.LOGO)
    try:
        status = path.stat()
        return _logo(path, status.st_mtime_ns, status.st_size)
    except (OSError, KeyError):
        return None


@lru_cache(maxsize=4)
def _logo(path: Path, _changed: int, _size: int) -> Logo:
    with path.open("rb") as file:
        content = file.read(_LARGEST)
    return Logo(content, LOGO_TYPES[path.suffix.lower()], hashlib.sha256(content).hexdigest()[:12])
