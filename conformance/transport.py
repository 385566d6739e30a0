"""Sends requests over HTTP, one connection for all of them."""

import gzip
import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from .grammar import Headers
from .player import Answer, Send

_TIMEOUT = 60.0


@contextmanager
def over_http(url: str) -> Iterator[Send]:
    """A way to send to the server at a base URL, which is kept open meanwhile."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_TIMEOUT)
    base = parts.path.rstrip("/")

    def send(method: str, target: str, headers: Headers, body: bytes) -> Answer:
        # A length of 0 is said too, as clients do.
        connection.putrequest(method, base + target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value.encode())
        if body or method in {"POST", "PUT"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        content = response.read()
        if response.getheader("Content-Encoding") == "gzip" and content:
            content = gzip.decompress(content)
        return Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, content
        )

    try:
        yield send
    finally:
        connection.close()
