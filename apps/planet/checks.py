"""Checks of tags, roles and names."""

import re
from collections.abc import Sequence

from apps.osm.elements import MAX_TEXT
from apps.osm.osmjson import tags_text

from .oddities import Oddities, Oddity

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def is_writable(text: str) -> bool:
    """Return whether XML can represent the text."""
    return not _NOT_IN_XML.search(text)


def are_ordinary(texts: Sequence[str]) -> bool:
    """Return whether each of the texts may be a tag, role or name."""
    return max(map(len, texts), default=0) <= MAX_TEXT and is_writable("".join(texts))


def stored_text(text: str, element: str, oddities: Oddities) -> str:
    """Return a tag key, tag value or role as it is stored: as it is, but for characters that XML cannot represent."""
    if len(text) > MAX_TEXT:
        oddities.note(Oddity.LONG_TEXT, element)
    return stored_comment(text, element, oddities)


def stored_comment(text: str, element: str, oddities: Oddities) -> str:
    """Return a text of any length as it is stored, without characters that XML cannot represent."""
    if is_writable(text):
        return text
    oddities.note(Oddity.UNWRITABLE, element)
    return writable_text(text)


def writable_text(text: str) -> str:
    """Return the text with a replacement for each character that XML cannot represent."""
    return _NOT_IN_XML.sub("\ufffd", text)


def tags_json(element: str, tags: dict[str, str], oddities: Oddities) -> bytes:
    """Return the tags as JSON."""
    try:
        json = tags_text(tags)
    except TypeError:
        json = b"\\"
    # Most tags are short and plain, and so is their JSON: then there is no need to check each text.
    if len(json) > MAX_TEXT or b"\\" in json or b"\xef\xbf" in json:
        texts = [*tags, *tags.values()]
        if not are_ordinary(texts):
            stored = [stored_text(text, element, oddities) for text in texts]
            json = tags_text(dict(zip(stored, stored[len(tags) :], strict=False)))
    return json
