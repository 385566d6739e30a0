"""An HTTP/1.1 client that only counts bytes, so that its own cost does not distort what it measures.

One loop serves all connections over non-blocking sockets; bodies are discarded as they arrive.
"""

import selectors
import socket
import time
from typing import NamedTuple
from urllib.parse import urlsplit

_BUFFER = bytearray(1 << 20)
_TIMEOUT = 120.0
"""Seconds without any byte of any response after which the server is considered dead."""


class LoadError(Exception):
    """The server did not respond as the benchmark needs it; the text is one line."""


class Sample(NamedTuple):
    """One response: seconds to the first byte of its body and to its end, and the size of the body in bytes."""

    first_byte: float
    total: float
    size: int


class Request(NamedTuple):
    """A GET of `path` (with query) below a base URL."""

    base_url: str
    path: str
    gzip: bool

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.base_url)
        if parts.scheme != "http" or not parts.hostname:
            raise LoadError(f"{self.base_url} is not an http:// URL")
        return parts.hostname, parts.port or 80

    def encode(self) -> bytes:
        parts = urlsplit(self.base_url)
        encoding = "gzip" if self.gzip else "identity"
        return (
            f"GET {parts.path.rstrip('/')}{self.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n"
            f"Accept-Encoding: {encoding}\r\nUser-Agent: osmsite-bench\r\n\r\n"
        ).encode()


class Response:
    """Follows one response as its bytes arrive: when its body began, how long it is, whether it is complete."""

    def __init__(self) -> None:
        self.size = 0
        self.began = 0.0
        self.is_complete = False
        self._head = b""
        self._has_head = False
        self._chunked = False
        self._line = b""
        self._left = 0
        """Bytes of the body, or of the chunk and the line break after it, that have not arrived yet."""
        self._is_last = False
        self.closes = False
        """Whether the server closes the connection after this response."""
        self._until_close = False

    def feed(self, data: memoryview, now: float) -> None:
        if not self._has_head:
            data = self._read_head(bytes(data))
        if not self._has_head or not data:
            return
        self.began = self.began or now
        if self._until_close:
            self.size += len(data)
        elif self._chunked:
            self._read_chunks(data)
        else:
            self._left -= len(data)
            self.is_complete = self._left <= 0

    def _read_head(self, data: bytes) -> memoryview:
        self._head += data
        head, blank_line, rest = self._head.partition(b"\r\n\r\n")
        if not blank_line:
            return memoryview(b"")
        self._has_head = True
        status, *lines = head.split(b"\r\n")
        if status.split()[1] != b"200":
            raise LoadError(f"the server responded with {status.decode('latin-1')}")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        self._chunked = fields.get(b"transfer-encoding", b"").lower() == b"chunked"
        self._until_close = not self._chunked and b"content-length" not in fields
        self.closes = self._until_close or fields.get(b"connection", b"").lower() == b"close"
        if b"content-length" in fields:
            self.size = self._left = int(fields[b"content-length"])
            self.is_complete = self._left == 0
        return memoryview(rest)

    def end(self) -> None:
        """Note that the server has closed the connection. Raises LoadError in the middle of a response."""
        if not self._until_close:
            raise LoadError("the server closed the connection in the middle of a response")
        self.is_complete = True

    def _read_chunks(self, data: memoryview) -> None:
        position = 0
        while position < len(data):
            if self._left:
                taken = min(self._left, len(data) - position)
                self._left -= taken
                position += taken
                self.is_complete = self._is_last and not self._left
                continue
            self._line += data[position : position + 1]
            position += 1
            if self._line.endswith(b"\n"):
                length = int(self._line.split(b";")[0], 16)
                self.size += length
                self._left = length + len(b"\r\n")
                self._is_last = length == 0
                self._line = b""


class Client:
    """One connection that repeats one request, reconnecting if the server closes it."""

    def __init__(self, request: Request) -> None:
        self.address, self.request = request.address, request.encode()
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)

    def send(self) -> None:
        self.response = Response()
        self.sent_at = time.perf_counter()
        self.socket.send(self.request)

    def receive(self) -> Sample | None:
        """Read what has arrived. Returns the sample if that completed a response, else None."""
        count = self.socket.recv_into(_BUFFER)
        now = time.perf_counter()
        if count:
            self.response.feed(memoryview(_BUFFER)[:count], now)
        else:
            self.response.end()
        if not self.response.is_complete:
            return None
        return Sample(self.response.began - self.sent_at, now - self.sent_at, self.response.size)


def burst(request: Request, clients: int, seconds: float) -> list[Sample]:
    """Let clients repeat a request for some seconds, each as soon as it has its response, and wait for the last
    responses. Raises LoadError, OSError."""
    samples: list[Sample] = []
    with selectors.DefaultSelector() as selector:
        active = [Client(request) for _ in range(clients)]
        try:
            for client in active:
                selector.register(client.socket, selectors.EVENT_READ, client)
                client.send()
            deadline = time.perf_counter() + seconds
            while selector.get_map():
                ready = selector.select(_TIMEOUT)
                if not ready:
                    raise LoadError(f"no byte arrived for {_TIMEOUT:.0f} s")
                for key, _ in ready:
                    client = key.data
                    if (sample := client.receive()) is None:
                        continue
                    samples.append(sample)
                    goes_on = time.perf_counter() < deadline
                    if client.response.closes or not goes_on:
                        selector.unregister(client.socket)
                        client.socket.close()
                    if client.response.closes and goes_on:
                        client.connect()
                        selector.register(client.socket, selectors.EVENT_READ, client)
                    if goes_on:
                        client.send()
        finally:
            for client in active:
                client.socket.close()
    return samples
