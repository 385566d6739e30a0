"""Texts that people write, as HTML that is safe to show.

There are two formats: Markdown with some HTML in it (profiles, reasons of blocks, redactions), and plain text
(comments), in which URLs and short forms become links (`links.py`). Long Markdown is rendered once and kept in the
cache, by its content.
"""

import hashlib
import logging
import re

import nh3
from django.core.cache import cache
from django.utils.html import escape
from django.utils.safestring import SafeString
from redis.exceptions import RedisError

from .links import all_links
from .markdown import parser

logger = logging.getLogger(__name__)

LINK_REL = "nofollow noopener noreferrer"

_LINES = {
    "a",
    "abbr",
    "b",
    "br",
    "cite",
    "code",
    "del",
    "dfn",
    "em",
    "i",
    "img",
    "ins",
    "kbd",
    "mark",
    "q",
    "s",
}
_LINES |= {"samp", "small", "span", "strong", "sub", "sup", "u", "var"}
_BLOCKS = {"blockquote", "details", "hr", "p", "pre", "summary", *(f"h{level}" for level in range(1, 7))}
_LISTS = {"dd", "dl", "dt", "li", "ol", "ul"}
_TABLES = {"table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
_SCHEMES = {"http", "https", "mailto", "ftp", "ftps", "geo"}

_cleaner = nh3.Cleaner(
    tags=_LINES | _BLOCKS | _LISTS | _TABLES,
    attributes=_ATTRIBUTES,
    set_tag_attribute_values={"img": {"loading": "lazy"}},
    url_schemes=_SCHEMES,
    link_rel=LINK_REL,
)
_markdown = parser()

_TAG = re.compile("<(/?)([a-z][a-z0-9]*+)", re.IGNORECASE)
_DEEPEST = 200
_NEVER_NESTED = {
    "area",
    "br",
    "col",
    "dd",
    "dt",
    "hr",
    "img",
    "input",
    "li",
    "p",
    "source",
    "td",
    "th",
    "tr",
    "wbr",
}
"""These have no content, or end where the next of their kind begins."""

_FORMAT = 1
"""Counted up whenever the same Markdown becomes other HTML, so that nothing stale comes from the cache."""
_WORTH_CACHING = 1000
"""Characters. Shorter texts are rendered as fast as they are looked up."""
_CACHED_FOR = 7 * 24 * 3600

_MAY_HAVE_LINKS = re.compile("[0-9=@:]|www|user/|osm|openstreetmap", re.IGNORECASE)
"""Most lines have none of these, and looking for it is quicker than looking for links."""


def markdown(text: str) -> SafeString:
    """Return Markdown, with tables and bare URLs, as HTML without scripts, frames and layout.

    Long texts are rendered once and kept in the cache.
    """
    if len(text) < _WORTH_CACHING:
        return render_markdown(text)
    key = f"markdown:{_FORMAT}:{hashlib.sha256(text.encode(errors='replace')).hexdigest()}"
    try:
        found = cache.get(key)
        if found is None:
            found = str(render_markdown(text))
            cache.set(key, found, _CACHED_FOR)
    except RedisError as error:
        logger.warning("a text is rendered without the cache: %s", error)
        return render_markdown(text)
    return SafeString(found)


def render_markdown(text: str) -> SafeString:
    """Return the same as `markdown`, without the cache: for texts that are not stored yet."""
    return SafeString(_cleaner.clean(_shallow(_markdown.render(text.replace("\x00", "")))))


def _shallow(rendered: str) -> str:
    """Return HTML without the tags that open at a great depth: the time of the cleaner grows with the depth of each."""
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        if tag[2].lower() in _NEVER_NESTED:
            return tag[0]
        depth = max(0, depth - 1) if tag[1] else depth + 1
        return tag[0] if depth <= _DEEPEST else f"&lt;{tag[1]}{tag[2]}"

    return _TAG.sub(kept, rendered)


def linkified(text: str, *, site: str = "") -> SafeString:
    """Return plain text as paragraphs and lines, with the links of `linked`."""
    paragraphs = re.split(r"\n[ \t]*+\n\s*+", text.replace("\r\n", "\n").strip())
    lines = ("<br>".join(linked(line, site=site) for line in part.split("\n")) for part in paragraphs)
    return SafeString("".join(f"<p>{line}</p>" for line in lines))


def linked(text: str, *, site: str = "") -> SafeString:
    """Return plain text, escaped, in which URLs and short forms such as `way/1` are links.

    `site` is the URL of this site, without a slash at the end, for texts that are shown elsewhere.
    """
    pieces: list[str] = []
    end = 0
    for link in all_links(text) if _MAY_HAVE_LINKS.search(text) else ():
        rel, base = ("nofollow", site) if link.is_internal else (LINK_REL, "")
        shown = escape(text[link.start : link.end])
        pieces.append(escape(text[end : link.start]))
        pieces.append(f'<a href="{escape(base + link.href)}" rel="{rel}">{shown}</a>')
        end = link.end
    pieces.append(escape(text[end:]))
    return SafeString("".join(pieces))
