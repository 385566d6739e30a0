"""Tags as HTML, with links from keys and values.

Everything that mappers typed is escaped here, and links use no scheme but http, https, mailto and tel.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from apps.elements.presets import is_known
from apps.text.links import WIKI, Link, all_links, urls

_WHOLE_KEYS = {"opening_hours", "collection_times", "service_times"}
_URL_KEYS = {"image", "menu", "url", "webcam", "website"}
"""In these keys a value is a URL, and so is all of it."""
_TEXT_KEYS = {"comment", "description", "fixme", "note"}
"""In these keys mappers write sentences, with short forms such as `way/1`."""
_URL = re.compile(r"(?:https?://|www\.)(?:(?![,|]https?://)[^\s<>\"])++", re.IGNORECASE)
_PARAMETER = re.compile(r"[\w.~%!$'*+-]*+[=/]")
_DOMAIN = re.compile(r"(?:[\w-]++\.)++[^\W\d_]{2,}+(?::\d{1,5})?+(?:[/?#][^\s<>\"]*+)?+")
_EMAIL = re.compile(r"[^\s@<>\":]++@(?:[^\s@<>\".]++\.)++[^\s@<>\".]++")
_PHONE = re.compile(r"\+[\d\s()/.-]{6,25}")
_WIKIDATA = re.compile(r"[Qq][1-9]\d{0,9}")
_COMMONS = re.compile(r"(?:File|Category):.+", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:([a-z][a-z-]{1,11}):)?([^:].*)", re.IGNORECASE)
_HEX_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
# fmt: off
_COLOURS = frozenset([
    "aqua", "black", "blue", "brown", "crimson", "cyan", "darkblue", "darkgreen", "darkgrey", "gold",
    "gray", "green", "grey", "indigo", "lightblue", "lightgreen", "lightgrey", "lime", "magenta", "maroon",
    "navy", "olive", "orange", "pink", "purple", "red", "salmon", "silver", "tan", "teal", "turquoise",
    "violet", "white", "yellow", "beige",
])
# fmt: on
# Identifiers in other catalogues: the URL of an entry.
_CATALOGUES = {
    "ref:bag": "https://bagviewer.kadaster.nl/lvbag/bag-viewer/?objectId={}",
    "gnis:feature_id": "https://edits.nationalmap.gov/apps/gaz-domestic/public/summary/{}",
    "mapillary": "https://www.mapillary.com/app/?pKey={}",
    "panoramax": "https://api.panoramax.xyz/#focus=pic&pic={}",
    "ref:isil": "https://ld.zdb-services.de/resource/organisations/{}",
}


def key_html(key: str) -> SafeString:
    """Return the key, linked to the wiki if it is documented there. Lines may break after its colons."""
    shown = format_html_join(mark_safe(":<wbr>"), "{}", ((part,) for part in key.split(":")))
    if not is_known(key):
        return shown
    hint = gettext("The wiki description page for the {key} tag").format(key=key)
    return _link(f"{WIKI}Key:{_path(key)}", shown, hint)


def value_html(key: str, value: str) -> SafeString:
    """Return the value with links to what it names, else to the wiki, else as text."""
    if is_known(key, value):
        hint = gettext("The wiki description page for the {key}={value} tag").format(key=key, value=value)
        return _link(f"{WIKI}Tag:{_path(f'{key}={value}')}", value, hint)
    if _is_colour(key, value):
        # An SVG attribute, not a style: the policy of the site allows no inline styles.
        return format_html(
            '<svg class="swatch" width="14" height="14" aria-hidden="true">'
            '<rect width="14" height="14" rx="3" fill="{}"/></svg> {}',
            value,
            value,
        )
    if key in _WHOLE_KEYS or _is_of(_TEXT_KEYS, key) or ";" not in value:
        return _one(key, value.strip()) if value.strip() else format_html("{}", value)
    return format_html_join("; ", "{}", ((_one(key, part),) for part in _parts(key, value)))


def _parts(key: str, value: str) -> list[str]:
    """Split a list at its semicolons, but not at those within a URL (`/a;jsessionid=1`, `?a=1;b=2`)."""
    parts: list[list[str]] = []
    in_url = False
    for piece in value.split(";"):
        if in_url and _continues(key, piece):
            parts[-1].append(piece)
            in_url = not any(map(str.isspace, piece)) or _ends_in_url(piece)
        else:
            parts.append([piece])
            in_url = _ends_in_url(piece)
    return [";".join(part).strip() for part in parts]


def _ends_in_url(piece: str) -> bool:
    words = piece.split()
    found = _URL.search(words[-1]) if words and not piece[-1].isspace() else None
    return found is not None and found.end() == len(words[-1])


def _continues(key: str, piece: str) -> bool:
    """Return whether what follows a URL and a semicolon still belongs to the URL."""
    if not piece or piece[0].isspace() or _URL.match(piece):
        return False
    if _PARAMETER.match(piece):
        return True
    return _is_of(_URL_KEYS, key) and not _DOMAIN.fullmatch(piece) and not _EMAIL.fullmatch(piece)


def _is_of(keys: set[str], key: str) -> bool:
    return not keys.isdisjoint(key.lower().split(":"))


def _one(key: str, value: str) -> SafeString:
    if _is_wikipedia(key) and not value.lower().startswith(("http:", "https:")):
        return _wikipedia(value, key.partition(":")[2] if key.startswith("wikipedia:") else "")
    address = _address(key, value)
    return (
        _link(address, value)
        if address
        else _with_links(value, all_links if _is_of(_TEXT_KEYS, key) else urls)
    )


def _is_wikipedia(key: str) -> bool:
    return key.startswith("wikipedia:") or key.rpartition(":")[2] == "wikipedia"


def _address(key: str, value: str) -> str | None:
    """Return the URL that a value stands for, None if it stands for none."""
    last = key.rpartition(":")[2]
    address = None
    if last == "wikidata" and _WIKIDATA.fullmatch(value):
        address = f"https://www.wikidata.org/wiki/{value.upper()}"
    elif last == "wikimedia_commons" and _COMMONS.fullmatch(value):
        address = f"https://commons.wikimedia.org/wiki/{_path(value)}"
    elif key in {"email", "contact:email"} and _EMAIL.fullmatch(value):
        address = f"mailto:{quote(value, safe='@+')}"
    elif _PHONE.fullmatch(value):
        # The trunk prefix is for callers in the same country only.
        address = "tel:" + "".join(value.replace("(0)", "").split())
    elif key in _CATALOGUES and not _URL.match(value):
        address = _CATALOGUES[key].format(quote(value, safe=""))
    elif _is_of(_URL_KEYS, key) and _URL.fullmatch(value):
        address = value if "://" in value else f"https://{value}"
    elif _is_of({"website", "url"}, key) and _DOMAIN.fullmatch(value):
        address = f"https://{value}"
    return address


def _with_links(text: str, find: Callable[[str], Iterator[Link]]) -> SafeString:
    """Return the text with the links that are found in it, and everything else escaped."""
    pieces: list[SafeString] = []
    end = 0
    for link in find(text):
        pieces.append(format_html("{}", text[end : link.start]))
        pieces.append(_link(link.href, text[link.start : link.end]))
        end = link.end
    pieces.append(format_html("{}", text[end:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _wikipedia(value: str, key_language: str) -> SafeString:
    parts = _LANGUAGE.fullmatch(value)
    if parts is None:
        return format_html("{}", value)
    language, page = parts.groups()
    if (
        language
        and len(language) > 3
        and "-" not in language
        and language.lower() not in {"simple", "tarask"}
    ):
        language, page = None, value
    if not language:
        language = key_language if re.fullmatch(r"[a-z][a-z-]{1,11}", key_language) else "en"
    page, _, section = page.partition("#")
    reader = (get_language() or "en").partition("-")[0]
    address = f"https://{language.lower()}.wikipedia.org/wiki/{_path(page)}"
    if language.lower() != reader:
        address += f"?uselang={reader}"
    return _link(address + (f"#{_path(section)}" if section else ""), value)


def _is_colour(key: str, value: str) -> bool:
    named = key.rpartition(":")[2] in {"colour", "color"}
    return named and (_HEX_COLOUR.fullmatch(value) is not None or value.lower() in _COLOURS)


def _path(text: str) -> str:
    return quote(text.strip().replace(" ", "_"), safe=":/,'()=")


def _link(address: str, text: str, title: str = "") -> SafeString:
    if title:
        return format_html('<a href="{}" rel="nofollow noopener" title="{}">{}</a>', address, title, text)
    return format_html('<a href="{}" rel="nofollow noopener">{}</a>', address, text)
