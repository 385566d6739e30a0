"""Links in texts that people write: where a URL ends, and the short forms of openstreetmap.org.

`node/1`, `way 5`, `n1`, `cs 1`, `@user`, `key=value` and `key=*` are links in plain texts, as on openstreetmap.org
(upstream behaviour 2.20). URLs end before the punctuation, quotes and brackets around them.

All patterns are possessive and start only where a word starts: each character is read a few times at most, however
long and odd a text is.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

WIKI = "https://wiki.openstreetmap.org/wiki/"

_SCHEME = "(?:https?|ftp)://"
_HOST = r"(?:(?:www\.|wiki\.)?(?:openstreetmap|osm)\.(?:org|com)|(?:www\.)?osm\.wiki)"
_AFTER_URL = ".,;:!?'’"
_EMPHASIS = "*_~"


def _rest(without: str = "") -> str:
    """Return the pattern of what follows the scheme of a URL: brackets in pairs only, and no `,` before another URL."""
    character = rf"(?:(?![,;|]{_SCHEME})[^\s<>\"“”„«»‹›`|\\^{{}}()\[\]\x00-\x20\x7f、。，；：！？（）「」『』【】《》…{without}])"
    round_brackets = rf"\((?:{character}++|\({character}*+\))*+\)"
    return rf"(?:{character}|{round_brackets}|\[{character}*+\])++"


_URL = rf"""
    (?<=['‘‚]) (?P<quoted> {_SCHEME} (?=[\w\[]) {_rest("'‘’")} )
  | (?P<url> {_SCHEME} (?=[\w\[]) {_rest()} )
  | (?<![\w.@/-]) (?P<bare> (?: www\. (?=\w) | {_HOST}/ ) {_rest()} )
"""
_ADDRESS = r"[\w.+-]++@[a-z0-9-]++(?:\.[a-z0-9-]++)++"
_MAIL = rf"(?<![\w.+@/-]) (?P<mail> mailto:{_ADDRESS} )"
_BARE_MAIL = rf"(?<![\w.+@/:-]) (?P<address> {_ADDRESS} )"

_START = r"(?<![\w/.:=@&?\#%+-])"
_END = r"(?! \w | /\w )"
_ID = r"[1-9][0-9]{0,18}+"
_VERSION = rf"(?: /history (?:/(?P<version>{_ID}))?+ | v(?P<v>{_ID}) )?+"
_SHORT_FORMS = rf"""
    {_START} (?P<kind>node|way|relation|changeset|note) (?: / | (?P<blank>[ \xa0]\#? | \#) ) (?P<id>{_ID}) {_VERSION} {_END}
  | {_START} (?P<letter> (?-i:[nwr]) | [nwr](?=[0-9]{{5}}) | cs[ \xa0/]?\#? ) (?P<letter_id>{_ID}) (?:v(?P<lv>{_ID}))?+ {_END}
  | {_START} (?: @ | user/ ) (?P<user>[^\s/;.,?%\#<>"“”'’`()\[\]{{}}:!@|&=*]++) (?!@)
  | {_START} (?P<key>[^\W\d_][\w:.+-]*+) = (?P<value> \* | -?\w(?: [\w:;.,'%/+-] | \([\w:;.,'%/+-]*+\) )*+ )
"""


def _pattern(*alternatives: str) -> re.Pattern[str]:
    # Nothing starts within a word of Latin letters, which most characters of most texts are in.
    return re.compile(rf"(?<![a-z0-9]) (?: {'|'.join(alternatives)} )", re.IGNORECASE | re.VERBOSE)


_URLS = _pattern(_URL)
_IN_MARKDOWN = _pattern(_URL, _MAIL, _BARE_MAIL)
_ALL = _pattern(_URL, _MAIL, _SHORT_FORMS)
_KINDS = {"n": "node", "w": "way", "r": "relation", "c": "changeset"}
_YEAR = re.compile("(?:19|20)[0-9]{2}")


class Link(NamedTuple):
    """A part of a text, and what it leads to: a URL, or a path on this site."""

    start: int
    end: int
    href: str

    @property
    def is_internal(self) -> bool:
        return self.href.startswith("/")


def url_at(text: str, start: int, end: int) -> Link | None:
    """Return the URL that begins at a position and ends before another, None if there is none."""
    match = _URLS.match(text, start, end)
    return _link(text, match) if match else None


def urls(text: str) -> Iterator[Link]:
    """Yield the URLs in a text."""
    return _found(_URLS, text)


def urls_and_addresses(text: str) -> Iterator[Link]:
    """Yield the URLs and email addresses in a text."""
    return _found(_IN_MARKDOWN, text)


def all_links(text: str) -> Iterator[Link]:
    """Yield the URLs and short forms in a text."""
    return _found(_ALL, text)


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Link]:
    end = 0
    while match := pattern.search(text, end):
        link = _link(text, match)
        if link is not None:
            yield link
        end = link.end if link else match.end()


def _link(text: str, match: re.Match[str]) -> Link | None:
    groups = match.groupdict()
    start, written = match.start(), match.group()
    if groups["quoted"] or groups["url"] or groups["bare"]:
        written = _trimmed(written, text[start - 1] if start else "")
        return Link(start, start + len(written), f"https://{written}" if groups["bare"] else written)
    if groups.get("mail") or groups.get("address"):
        written = written.rstrip("-")
        return Link(start, start + len(written), written if groups.get("mail") else f"mailto:{written}")
    if groups["user"]:
        return Link(start, match.end(), f"/user/{quote(groups['user'], safe='')}")
    if groups["key"]:
        return _tag(start, groups["key"], groups["value"])
    return _object(match, groups)


def _trimmed(url: str, before: str) -> str:
    """Return a URL without the punctuation after it, and without `*` and `_` if the URL stands between two of them."""
    return url.rstrip(_AFTER_URL + (before if before and before in _EMPHASIS else ""))


def _tag(start: int, key: str, value: str) -> Link:
    if value == "*":
        return Link(start, start + len(key) + 2, f"{WIKI}Key:{_page(key)}")
    value = value.rstrip(".,;:'%/+-")
    return Link(start, start + len(key) + 1 + len(value), f"{WIKI}Tag:{_page(f'{key}={value}')}")


def _page(title: str) -> str:
    return quote(title, safe=":/,'()=")


def _object(match: re.Match[str], groups: dict[str, str | None]) -> Link | None:
    kind, number = groups["kind"], groups["id"]
    if kind is None:
        kind, number = _KINDS[str(groups["letter"])[0].lower()], groups["letter_id"]
    # "There is no way 2020 could be worse", "please note 2025".
    elif groups["blank"] and "#" not in groups["blank"] and _YEAR.fullmatch(number or ""):
        return None
    path = f"/{kind.lower()}/{number}"
    if kind.lower() in {"node", "way", "relation"}:
        version = groups["version"] or groups["v"] or groups["lv"]
        path += f"/history/{version}" if version else "/history" if "/history" in match.group() else ""
    return Link(match.start(), match.end(), path)
