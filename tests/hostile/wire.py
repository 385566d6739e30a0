"""Raw bytes over a socket, as no client library would send them."""

import socket
import time
from random import Random

from .calls import Call

TIME_LIMIT = 10
"""Seconds until a connection must have been responded to or closed."""
PATIENCE = 0.3


def raw(random: Random, call: Call, token: str) -> bytes:
    """Return a call as HTTP/1.1, with up to two further errors around the body."""
    wrong = random.sample(["line", "host", "length", "more", "end"], random.choice([0, 1, 1, 2]))

    def choose(what: str, right: bytes, *others: bytes) -> bytes:
        return random.choice(others) if what in wrong else right

    target = call.path.replace(" ", "%20") + (f"?{call.query}" if call.query else "")
    first = choose(
        "line", b"%b %b HTTP/1.1", b"%b %b HTTP/1.0", b"%b %b", b"%b  %b HTTP/9.9", b"%b http://x%b HTTP/1.1"
    )
    length = b"Content-Length: %d" % len(call.body)
    lines = [
        b"Host: " + choose("host", b"127.0.0.1", b"a b", b"\xff", b"x" * 9000, b""),
        b"Authorization: Bearer " + token.encode(),
        b"Content-Type: " + call.content_type.encode(),
        *(f"{name}: {value}".encode(errors="surrogatepass") for name, value in call.headers.items()),
        *(random.choice(_odd_lengths(len(call.body))) if "length" in wrong else [length]),
        *(random.choice(_ODD_LINES) if "more" in wrong else []),
        b"Connection: close",
    ]
    random.shuffle(lines)
    end = choose("end", b"\r\n", b"\n", b"\r")
    head = end.join([first % (call.method.encode(), target.encode(errors="surrogatepass")), *lines])
    return head + end * 2 + _chunked(random, lines, call.body)


_ODD_LINES: list[list[bytes]] = [
    *([b"Expect: 100-continue"], [b"Connection: upgrade", b"Upgrade: websocket"], [b"Upgrade: h2c"]),
    *([b"X: " + b"y" * 200_000], [b"X%d: y" % number for number in range(500)], [b" folded: line"], [b":"]),
    *(
        [b"X\0: y"],
        [b"X: \xff\xfe\0"],
        [b"no colon"],
        [b"Trailer: X"],
        [b"Content-Type: a", b"Content-Type: b"],
    ),
]


def _odd_lengths(size: int) -> list[list[bytes]]:
    return [
        [b"Content-Length: %d" % (size + 1000)],
        [b"Content-Length: %d" % (size // 2)],
        [b"Content-Length: -1"],
        [b"Content-Length: 99999999999999999999"],
        [b"Content-Length: x"],
        [b"Content-Length: %d" % size, b"Content-Length: 1"],
        [b"Content-Length: %d" % size, b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: gzip, chunked"],
        [b"Transfer-Encoding: x"],
        [],
    ]


def _chunked(random: Random, lines: list[bytes], body: bytes) -> bytes:
    if not any(line.startswith(b"Transfer-Encoding") for line in lines):
        return body
    whole = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    return random.choice([whole, whole[:-5], body, b"-1\r\n" + body, b"f" * 40 + b"\r\n" + body, b"zz\r\n"])


def status_of(port: int, sent: bytes, *, hang_up: bool = False) -> int | None:
    """Return the status, or None if the connection is closed without one. `hang_up` disconnects without reading."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=TIME_LIMIT) as connection:
        try:
            connection.sendall(sent)
            if hang_up:
                return None
            connection.settimeout(PATIENCE)
            deadline = time.monotonic() + TIME_LIMIT
            while time.monotonic() < deadline:
                try:
                    piece = connection.recv(1 << 16)
                except TimeoutError:
                    # The server waits for the rest of the body; tell it that there is none.
                    connection.shutdown(socket.SHUT_WR)
                    continue
                received += piece
                if not piece:
                    break
            else:
                raise AssertionError("the response does not end")
        except ConnectionError:
            pass
    return int(received.split(maxsplit=2)[1]) if received.startswith(b"HTTP/") else None
