"""Slow and idle clients, and bodies of unknown length, at a running instance: its web server and gateway."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.instance.live import Up, environment, manage, up

pytestmark = pytest.mark.slow

SCOPES = "write_api write_notes write_prefs read_prefs"
CHANGESET = b"<osm><changeset><tag k='comment' v='%s'/></changeset></osm>" % (b"x" * 200)


@pytest.fixture(scope="module")
def running(new_data_dir: Callable[[str], Path]) -> Iterator[tuple[Up, str]]:
    env = environment(new_data_dir("gateway"))
    with up(env) as running:
        manage(
            env,
            "create_user",
            "alice",
            "--email",
            "alice@example.org",
            "--password",
            "pw-of-alice",
            "--terms",
            "agreed",
        )
        token = manage(env, "create_token", "alice", "--scopes", SCOPES).stdout.strip()
        yield running, token


@contextmanager
def connected(running: Up, sent: bytes) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.sendall(sent)
        yield client


def ask(running: Up, method: str, path: str, token: str, body: object, **headers: str) -> tuple[int, bytes]:
    """Send a request; http.client sends a body that is an iterator in chunks, without a length."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    try:
        connection.request(method, path, body, {"Authorization": f"Bearer {token}", **headers})  # type: ignore[arg-type]
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def chunks(body: bytes) -> Iterator[bytes]:
    return (body[start : start + 7] for start in range(0, len(body), 7))


def test_a_chunked_body_is_read_like_any_other(running: tuple[Up, str]) -> None:
    site, token = running
    status, answer = ask(site, "PUT", "/api/0.6/changeset/create", token, chunks(CHANGESET))
    assert (status, answer.isdigit()) == (200, True)
    node = b"<osm><node changeset='%s' lat='1' lon='2'/></osm>" % answer
    status, answer = ask(site, "PUT", "/api/0.6/node/create", token, chunks(node))
    assert (status, answer.isdigit()) == (200, True)
    form = b"lat=47.1&lon=9.5&text=a+chunked+note"
    status, answer = ask(site, "POST", "/api/0.6/notes.json", token, chunks(form))
    assert status == 200
    assert json.loads(answer)["properties"]["comments"][0]["text"] == "a chunked note"
    status, answer = ask(site, "PUT", "/api/0.6/user/preferences/color", token, chunks(b"blue"))
    assert status == 200
    assert ask(site, "GET", "/api/0.6/user/preferences/color", token, None) == (200, b"blue")


def test_a_chunked_form_logs_in(running: tuple[Up, str]) -> None:
    site, _token = running
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/oauth2/token", chunks(b"grant_type=authorization_code&code=x"), form)
    response = connection.getresponse()
    # Read: refused because of the client, and not because there is no grant type.
    assert json.loads(response.read())["error"] == "invalid_client"
    connection.close()


def test_a_chunked_body_that_is_cut_off_changes_nothing(running: tuple[Up, str]) -> None:
    site, token = running
    text = f"cut off {time.time()}"
    form = f"lat=47.1&lon=9.5&text={text.replace(' ', '+')}".encode()
    head = f"POST /api/0.6/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(site, head.encode() + b"%x\r\n%s\r\n" % (len(form), form)) as client:
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100).startswith(b"HTTP/1.1 400")
    status, answer = ask(site, "GET", "/api/0.6/notes/search.json?q=cut", token, None)
    assert (status, json.loads(answer)["features"]) == (200, [])


def test_idle_slow_and_half_sent_requests_leave_the_site_responsive(running: tuple[Up, str]) -> None:
    site, token = running
    half = f"POST /api/0.6/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 99\r\n\r\nlat=1"
    slow = b"GET /static/vendor/maplibre/maplibre-gl.js HTTP/1.1\r\nHost: x\r\n\r\n"
    held = []
    try:
        for sent in [b""] * 200 + [half.encode()] * 50 + [slow] * 50:
            client = socket.create_connection(("127.0.0.1", site.port), timeout=20)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(sent)
            held.append(client)
        for _ in range(5):
            assert site.status() == 200
        # The others were neither refused nor forgotten.
        held[200].sendall(b"&lon=2&text=" + b"x" * (99 - 17))
        assert held[200].recv(100).startswith(b"HTTP/1.1 200")
    finally:
        for client in held:
            client.close()


def test_a_body_that_is_too_large_is_refused_with_a_text(running: tuple[Up, str]) -> None:
    site, token = running
    piece = b" " * 1_000_000
    status, answer = ask(site, "PUT", "/api/0.6/changeset/create", token, (piece for _ in range(55)))
    assert status == 413
    assert b"larger than 50000000 bytes" in answer
    status, answer = ask(site, "PUT", "/api/0.6/changeset/create", token, (piece for _ in range(120)))
    assert status == 413


def test_headers_with_underscores_are_not_taken_for_those_of_the_proxy(running: tuple[Up, str]) -> None:
    site, token = running
    status, _ = ask(site, "GET", "/api/0.6/user/details", "", None, Authorization_=f"Bearer {token}")
    assert status == 401
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.putrequest("GET", "/api/0.6/user/preferences")
    connection.putheader("X_HTTP_Authorization", f"Bearer {token}")
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()


def test_paths_reach_the_site_as_they_were_sent(running: tuple[Up, str], tmp_path: Path) -> None:
    site, token = running
    status, _ = ask(site, "PUT", "/api/0.6/user/preferences/a%20b%2Fc%C3%BC", token, b"1")
    assert status == 200
    status, answer = ask(site, "GET", "/api/0.6/user/preferences.json", token, None)
    assert json.loads(answer)["preferences"]["a b/c\u00fc"] == "1"


def test_a_refused_upload_is_answered_while_it_is_still_being_sent(running: tuple[Up, str]) -> None:
    site, _token = running
    piece = b" " * 1_000_000
    status, answer = ask(site, "POST", "/api/0.6/changeset/1/upload", "unknown", (piece for _ in range(30)))
    assert (status, answer) == (401, b"Couldn't authenticate you")


def raw(running: Up, request: bytes) -> bytes:
    """Return all that is answered to the request and to what follows it on the same connection."""
    follower = b"GET /api/versions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with connected(running, request + follower) as client:
        answer = b""
        while piece := client.recv(65_536):
            answer += piece
    return answer


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a,b\r\n",
        "Host: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Host: x\r\nTransfer-Encoding: xchunked\r\n",
        "Host: x\r\nTransfer-Encoding : chunked\r\n",
    ],
)
def test_an_ambiguous_request_is_refused_with_its_connection(running: tuple[Up, str], head: str) -> None:
    site, _token = running
    request = f"POST /oauth2/token HTTP/1.1\r\n{head}\r\n5\r\nabcde\r\n0\r\n\r\n"
    answer = raw(site, request.encode())
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("body", [b"5\r\nabcde\r\n0\r\n\r\n", b"5;a=b\r\nabcde\r\n0\r\nName: value\r\n\r\n"])
def test_the_request_after_a_chunked_one_is_answered(running: tuple[Up, str], body: bytes) -> None:
    site, _token = running
    head = b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert raw(site, head + body).count(b"HTTP/1.1 ") == 2
