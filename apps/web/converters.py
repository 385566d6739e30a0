"""Display names in addresses."""

import re

_ESCAPED = re.compile("%2F|%25")
_SIGNS = {"/": "%2F", "%": "%25"}
_NAMES = {escaped: sign for sign, escaped in _SIGNS.items()}


class DisplayName:
    """A name as one part of an address.

    Nobody can take a name with a slash, but imported authors may have one, and a server shows us addresses with
    `%2F` already read as a slash: `bob/history` would be bob's history. So a slash is escaped once more, and with it
    what would look like that.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return _ESCAPED.sub(lambda found: _NAMES[found[0]], value)

    def to_url(self, value: str) -> str:
        if "/" not in value and not _ESCAPED.search(value):
            return value
        return re.sub("[/%]", lambda found: _SIGNS[found[0]], value)
