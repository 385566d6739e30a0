"""Checks of tags, roles and names."""

import re

from django.utils.translation import gettext as _

from apps.osm.elements import MAX_TEXT
from apps.osm.osmjson import tags_text

from .errors import BadElementError

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def is_writable(text: str) -> bool:
    """Return whether XML can represent the text."""
    return not _NOT_IN_XML.search(text)


def are_ordinary(texts: list[str]) -> bool:
    """Return whether each of the texts may be a tag, role or name."""
    return max(map(len, texts), default=0) <= MAX_TEXT and is_writable("".join(texts))


def check_text(element: str, what: str, text: str) -> None:
    """Raise BadElementError for a text over 255 characters, or with characters that XML cannot represent."""
    if len(text) > MAX_TEXT:
        raise BadElementError(
            element,
            _("%(what)s is longer than %(max)d characters (%(count)d): %(text)s...")
            % {"what": what, "max": MAX_TEXT, "count": len(text), "text": text[:30]},
        )
    if not is_writable(text):
        raise BadElementError(
            element, _("%(what)s contains a control character: %(text)r") % {"what": what, "text": text[:60]}
        )


def tags_json(element: str, tags: dict[str, str]) -> bytes:
    """Return the tags as JSON. Raises BadElementError for a text that no tag may hold."""
    try:
        json = tags_text(tags)
    except TypeError:
        json = b"\\"
    # Most tags are short and plain, and so is their JSON: then there is no need to check each text.
    if len(json) > MAX_TEXT or b"\\" in json or b"\xef\xbf" in json:
        for key, value in tags.items():
            if len(key) > MAX_TEXT or len(value) > MAX_TEXT or not is_writable(key + value):
                check_text(element, _("the key of a tag"), key)
                check_text(element, _("the value of the tag %s") % key, value)
    return json
