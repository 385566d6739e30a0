"""Display names in URLs."""

import re

_ESCAPED = re.compile("%2F|%25")
_SIGNS = {"/": "%2F", "%": "%25"}
_NAMES = {escaped: sign for sign, escaped in _SIGNS.items()}


class DisplayName:
    """A display name as one segment of a path.

    No one can choose a name with a slash, but imported authors may have one, and the web server hands us paths in which
    `%2F` is already decoded: `bob/history` would be bob's history. So slashes are escaped twice, and so is whatever
    looks like an escaped slash.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return _ESCAPED.sub(lambda found: _NAMES[found[0]], value)

    def to_url(self, value: str) -> str:
        if "/" not in value and not _ESCAPED.search(value):
            return value
        return re.sub("[/%]", lambda found: _SIGNS[found[0]], value)
