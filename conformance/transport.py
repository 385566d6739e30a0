"""Requests over HTTP."""

import gzip
import http.client
from urllib.parse import urlsplit

from .grammar import Headers
from .player import Response, Send

_TIMEOUT = 60.0


def over_http(url: str) -> Send:
    """Return a function that sends requests to the server at a base URL."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    base = parts.path.rstrip("/")

    def send(method: str, target: str, headers: Headers, body: bytes) -> Response:
        # One connection per request: servers close it when they refuse a body that they have not read.
        connection = kind(parts.netloc, timeout=_TIMEOUT)
        try:
            connection.putrequest(method, base + target, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value.encode())
            if body or method in {"POST", "PUT"}:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            return _read(connection.getresponse())
        finally:
            connection.close()

    return send


def _read(response: http.client.HTTPResponse) -> Response:
    body = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    if body and headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return Response(response.status, headers, body)
