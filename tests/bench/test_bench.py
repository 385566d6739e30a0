"""`python -m bench`, run against a server with few elements."""

import subprocess
import sys

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from bench.client import LoadError, Response
from tests import worlds
from tests.api06.conftest import WORLD


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.slow
def test_it_times_two_servers_side_by_side(live_server: LiveServer) -> None:
    worlds.load(WORLD)
    done = bench(
        *(live_server.url, "--compare", live_server.url, "--near", "9.505,47.105", "--nodes", "2"),
        *("--clients", "1,2", "--seconds", "0.1"),
    )
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("map 2, XML gzip ")]
    assert [row.split()[4:6] for row in rows if " A " in row] == [["1", "A"], ["2", "A"]]
    assert float(rows[0].split()[-1]) > 0
    for call in (
        "map 2, JSON",
        "node, XML",
        "nodes, JSON",
        "way full of 4",
        "relation full of 4",
        "history of 2",
    ):
        assert call in done.stdout
    assert "at least 2,500" not in done.stdout


def test_an_unreachable_server_gives_a_one_line_error() -> None:
    done = bench("http://127.0.0.1:9", "--near", "9.5,47.1")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "http://127.0.0.1:9/api/0.6/map" in done.stderr


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_response_may_arrive_in_pieces_of_any_size(size: int) -> None:
    body = b"a" * 300 + b"0\r\n\r\n" + b"b" * 20
    chunked = b"131\r\n" + body[:305] + b"\r\n14\r\n" + body[305:] + b"\r\n0\r\n\r\n"
    responses = [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        b"HTTP/1.1 200 OK\r\ncontent-length: 325\r\n\r\n" + body,
    ]
    for data in responses:
        response = Response()
        for start in range(0, len(data), size):
            assert not response.is_complete
            response.feed(memoryview(data[start : start + size]), 1.0)
        assert (response.is_complete, response.size, response.began) == (True, 325, 1.0)


def test_a_response_other_than_200_ends_the_run() -> None:
    with pytest.raises(LoadError, match="404"):
        Response().feed(memoryview(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), 1.0)
