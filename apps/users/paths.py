"""Display names in URLs: the one rule that pages, mails and notices share."""

import re
from urllib.parse import quote

_ESCAPED = re.compile("%2F|%25")
_SIGNS = {"/": "%2F", "%": "%25"}
_NAMES = {escaped: sign for sign, escaped in _SIGNS.items()}
_DOTS = {".": "%2E", "..": "%2E%2E"}
_DOT_NAMES = {escaped: name for name, escaped in _DOTS.items()}


def segment_of(name: str) -> str:
    """Return a display name as one segment of a path, before the usual percent-encoding.

    No one can choose a name with a slash or a dot, but imported authors may have one. The web server hands us paths in
    which `%2F` is already decoded: `bob/history` would be bob's history. And browsers take `..` and `%2E%2E` for the
    parent folder. So slashes and names of dots are escaped twice, and so is whatever looks like one of them escaped.
    """
    if name in _DOTS:
        return _DOTS[name]
    if "/" not in name and name not in _DOT_NAMES and not _ESCAPED.search(name):
        return name
    return re.sub("[/%]", lambda found: _SIGNS[found[0]], name)


def name_in(segment: str) -> str:
    """Return the display name that `segment_of` has escaped."""
    return _DOT_NAMES.get(segment) or _ESCAPED.sub(lambda found: _NAMES[found[0]], segment)


def profile_path(name: str) -> str:
    """Return the path of a user's profile. The paths of all other pages of the user begin with it."""
    return f"/user/{quote(segment_of(name), safe='')}"
