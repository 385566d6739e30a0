"""UTF-8 in what browsers and programs send percent-encoded."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

_NOT_ASCII = re.compile(rb"%[89A-Fa-f]|[\x80-\xff]")


def is_utf8(encoded: bytes) -> bool:
    """Return whether a query string or form is UTF-8 when decoded. Django replaces what is not, without a word."""
    # Most are plain ASCII, and of these two questions Python knows the answer at once.
    if (encoded.isascii() and b"%" not in encoded) or not _NOT_ASCII.search(encoded):
        return True
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        return False
    return True


def was_utf8(fields: Iterable[tuple[str, Iterable[Any]]]) -> bool:
    """Return whether no text of a decoded multipart form has U+FFFD, which Django puts for what is not UTF-8."""
    return not any("\ufffd" in value for _name, values in fields for value in values)
