"""Texts that people write, as HTML that is safe to show.

There are two formats: Markdown with some HTML in it (profiles, reasons of blocks, redactions), and plain text
(comments), in which URLs and `node/1` become links.
"""

import re

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt

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
_markdown = MarkdownIt("gfm-like", {"html": True, "breaks": False})

_links = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
_SHORT_FORM = re.compile(r"(?<![\w/.:=-])(node|way|relation|changeset|note)[/ ](\d{1,19})(?![\w/])", re.ASCII)


def markdown(text: str) -> SafeString:
    """Return Markdown, with tables and bare URLs, as HTML without scripts, frames and layout."""
    return SafeString(_cleaner.clean(_markdown.render(text.replace("\x00", ""))))


def linkified(text: str) -> SafeString:
    """Return plain text as paragraphs and lines, in which `https://...`, `mailto:...` and `way/1` are links."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", text.replace("\r\n", "\n").strip())
    lines = ("<br>".join(_linkified_line(line) for line in part.split("\n")) for part in paragraphs)
    return SafeString("".join(f"<p>{line}</p>" for line in lines))


def _linkified_line(line: str) -> str:
    pieces, end = [], 0
    # Every URL has one of these, most lines have neither, and searching for URLs is slow.
    links = _links.match(line) if ":" in line or "//" in line else None
    for link in links or []:
        pieces.append(_with_short_forms(line[end : link.index]))
        pieces.append(f'<a href="{escape(link.url)}" rel="{LINK_REL}">{escape(link.text)}</a>')
        end = link.last_index
    pieces.append(_with_short_forms(line[end:]))
    return "".join(pieces)


def _with_short_forms(text: str) -> str:
    return _SHORT_FORM.sub(r'<a href="/\1/\2" rel="nofollow">\g<0></a>', escape(text))
