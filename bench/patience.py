"""`python -m bench.patience URL`: times a normal client while others hold connections and do nothing with them."""

import argparse
import socket
import sys
import time
import urllib.request
from contextlib import ExitStack
from itertools import count
from statistics import median
from urllib.parse import urlsplit

LEGEND = """\
p50, most: how long a normal client waits for GET /api/0.6/capabilities, in milliseconds; failed: how many of its
requests failed; open: how many of the connections of that kind the server still holds at the end.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.patience", description="Hold connections.")
    parser.add_argument("url")
    parser.add_argument("--idle", type=int, default=500, help="connections on which nothing is sent")
    parser.add_argument("--half", type=int, default=100, help="clients that send half of a body")
    parser.add_argument("--slow", type=int, default=100, help="clients that do not read their response")
    parser.add_argument(
        "--large", default="/api/0.6/map?bbox=9.48,47.13,9.54,47.18", help="what these request"
    )
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    parts = urlsplit(options.url)
    where = (parts.hostname or "127.0.0.1", parts.port or 80)
    half = b"POST /api/0.6/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nlat=1"
    slow = f"GET {options.large} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    kinds = {
        "idle": (options.idle, b""),
        "half-sent": (options.half, half),
        "not reading": (options.slow, slow),
    }
    with ExitStack() as stack:
        held = {
            name: [stack.enter_context(_hold(where, sent)) for _ in range(number)]
            for name, (number, sent) in kinds.items()
        }
        waits, failed = _ask(f"{options.url.rstrip('/')}/api/0.6/capabilities", options.seconds)
        print(LEGEND)
        print(
            *(
                f"{name}: {len(sockets)}, open {sum(map(_is_open, sockets))}"
                for name, sockets in held.items()
            ),
            sep="; ",
        )
        print(
            f"requests {len(waits)}, p50 {1000 * median(waits):.1f}, most {1000 * max(waits):.1f}, failed {failed}"
        )
    return 1 if failed else 0


def _hold(where: tuple[str, int], sent: bytes) -> socket.socket:
    held = socket.socket()
    # A small window, so that a response does not fit into the buffers of the connection.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    held.settimeout(10)
    held.connect(where)
    held.sendall(sent)
    return held


def _ask(url: str, seconds: float) -> tuple[list[float], int]:
    waits: list[float] = []
    failed = 0
    end = time.monotonic() + seconds
    for _ in count():
        start = time.monotonic()
        if start > end:
            return waits, failed
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                response.read()
        except OSError:
            failed += 1
        waits.append(time.monotonic() - start)
        time.sleep(0.02)
    raise AssertionError


def _is_open(held: socket.socket) -> bool:
    held.settimeout(0)
    try:
        while held.recv(1 << 20):
            pass
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


if __name__ == "__main__":
    sys.exit(main())
