"""What the operator of an instance shows instead of our own: texts and a logo, as files."""

import hashlib
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from html import unescape
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

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
LARGEST_LOGO = 1_000_000
"""Bytes."""
_LONGEST = 200_000
"""Characters of a text. The rest is left out."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_LARGE_HEADING = re.compile(r"(</?)h[12]\b")


class Text(NamedTuple):
    title: str
    """Its first large heading; empty if it has none."""
    html: SafeString

    @property
    def within_page(self) -> SafeString:
        """The text below a heading of the page."""
        return SafeString(_LARGE_HEADING.sub(r"\1h3", self.html))


class Logo(NamedTuple):
    content: bytes
    media_type: str
    digest: str


def own_text(name: str, languages: Sequence[str] = ()) -> Text | None:
    """Return the operator's text of that name; None if there is none.

    It comes from `<name>.<language>.md` in the first of the reader's languages that there is, else from `<name>.md`,
    else from the file of any language. Changes of the files are seen at once.
    """
    # What readers ask for becomes part of a path.
    known = [language.lower() for language in languages if _LANGUAGE.fullmatch(language)]
    wanted = [tag for language in known for tag in (language, language.partition("-")[0])]
    paths = [settings.TEXTS_DIR / f"{name}{suffix}.md" for suffix in (*(f".{tag}" for tag in wanted), "")]
    for path in (*dict.fromkeys(paths), *sorted(settings.TEXTS_DIR.glob(f"{name}.*.md"))):
        if status := _status(path):
            return _text(path, *status)
    return None


def _status(path: Path) -> tuple[int, int, int] | None:
    """Return what differs if a file has changed; None if it is no file that can be read."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    is_file = S_ISREG(status.st_mode) and os.access(path, os.R_OK)
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_size) if is_file else None


def has_imprint() -> bool:
    """Return whether there is anything to say about who runs the site."""
    return bool(settings.OPERATOR or settings.SUPPORT_EMAIL) or own_text("imprint") is not None


@lru_cache(maxsize=128)
def _text(path: Path, *_status: int) -> Text:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        rendered = render_markdown(file.read(_LONGEST))
    heading = _HEADING.search(rendered)
    return Text(unescape(strip_tags(heading[1])).strip() if heading else "", rendered)


def own_logo() -> Logo | None:
    """Return the operator's logo; None without one, and if its file is none that can be shown (a system check tells)."""
    path = Path(settings.LOGO)
    if not settings.LOGO or path.suffix.lower() not in LOGO_TYPES:
        return None
    status = _status(path)
    return _logo(path, *status) if status and 0 < status[-1] <= LARGEST_LOGO else None


@lru_cache(maxsize=4)
def _logo(path: Path, *_status: int) -> Logo:
    content = path.read_bytes()
    return Logo(content, LOGO_TYPES[path.suffix.lower()], hashlib.sha256(content).hexdigest()[:12])
