"""The Markdown parser: GitHub's dialect with HTML, and links from URLs, `www.` and email addresses.

The links are found by our own rules (`links.py`), and tables have a limit, so that the time to parse a text grows with
its length and no faster.
"""

from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import table as parse_table
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .links import url_at, urls_and_addresses

_SCHEMES = ("https", "http", "ftp")
_SMALL_TABLE = 1000
_CELLS_LEFT = "cells left"


def parser() -> MarkdownIt:
    """Return a parser, which threads may share."""
    found = MarkdownIt("gfm-like", {"html": True, "breaks": False, "linkify": False})
    found.inline.ruler.at("linkify", _url)
    found.core.ruler.at("linkify", _texts)
    found.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    return found


def _url(state: StateInline, silent: bool) -> bool:
    """Make a link of a URL before anything in it is taken for emphasis. (A rule for inline content.)"""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    before = state.pending[-5:].lower()
    scheme = next((scheme for scheme in _SCHEMES if before.endswith(scheme)), "")
    link = url_at(state.src, state.pos - len(scheme), state.posMax) if scheme else None
    if link is None:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme)]
        state.push("link_open", "a", 1).attrs = {"href": link.href}
        state.push("text", "", 0).content = state.src[link.start : link.end]
        state.push("link_close", "a", -1)
    state.pos = link.end
    return True


def _texts(state: StateCore) -> None:
    """Make links of `www.` and of email addresses in what is text after everything else. (A rule for the document.)"""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_links(token.children))


def _with_links(tokens: Iterable[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.type in {"link_open", "link_close"}:
            depth += token.nesting
        elif token.type == "html_inline":
            tag = token.content[:3].lower()
            depth += 1 if tag in {"<a ", "<a>"} else -1 if tag == "</a" and depth else 0
        elif token.type == "text" and not depth:
            yield from _pieces(token)
            continue
        yield token


def _pieces(token: Token) -> Iterator[Token]:
    text, end = token.content, 0
    for link in urls_and_addresses(text):
        yield _text(text[end : link.start], token.level)
        yield Token("link_open", "a", 1, attrs={"href": link.href}, level=token.level)
        yield _text(text[link.start : link.end], token.level + 1)
        yield Token("link_close", "a", -1, level=token.level)
        end = link.end
    yield _text(text[end:], token.level)


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a table, without rows that would make more cells than the text has characters. (A rule for blocks.)

    A row may leave out cells, so a short text could become a table of millions.
    """
    if silent or start + 2 > end:
        return parse_table(state, start, end, silent)
    left = state.env.setdefault(_CELLS_LEFT, _SMALL_TABLE + len(state.src) // 2)
    columns = state.src.count("|", state.bMarks[start + 1], state.eMarks[start + 1]) + 1
    if not parse_table(state, start, min(end, start + 2 + left // columns), silent):
        return False
    state.env[_CELLS_LEFT] = max(0, left - columns * (state.line - start))
    return True
