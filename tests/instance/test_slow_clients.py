"""What the gateway does with clients that are slow on purpose, and with those that cannot be faster.

The event loop's clock jumps to the next moment at which something happens, so that hours pass at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator
from typing import Any

import pytest

from apps.instance import outbox, request_body
from apps.instance.gateway import Gateway

Start = Callable[[str, list[tuple[str, str]]], None]
Pieces = Iterable[tuple[float, bytes]]
"""Seconds before each piece of a request body, and the piece."""
HOUR = 3600


class JumpingLoop(asyncio.SelectorEventLoop):
    now = 0.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = max(self.now, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


class Client:
    """Sends a request, reads the response, and keeps what it got and how long it took."""

    def __init__(self, pieces: Pieces = (), *, seconds_per_byte: float = 0) -> None:
        self._pieces = iter(pieces)
        self._seconds_per_byte = seconds_per_byte
        self.status = self.seconds = 0
        self.body = b""
        self.is_complete = False

    async def talk(self, gateway: Gateway) -> None:
        headers = [(b"host", b"x"), (b"transfer-encoding", b"chunked")]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "raw_path": b"/",
            "query_string": b"",
            "headers": headers,
        }
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await gateway(scope, self._receive, self._send)
        self.seconds = round(loop.time() - begin)

    async def _receive(self) -> Any:
        seconds, piece = next(self._pieces, (0, b""))
        await asyncio.sleep(seconds)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}

    def _send(self, message: Any) -> Awaitable[None]:
        """Take what is small at once, in any thread, as granian does."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif "more_body" in message:
            return self._read(message["body"], is_last=not message["more_body"])
        else:
            self.body += message["body"]
            self.is_complete = True
        return Done()

    async def _read(self, piece: bytes, *, is_last: bool) -> None:
        await asyncio.sleep(len(piece) * self._seconds_per_byte)
        self.body += piece
        self.is_complete = is_last


class Done:
    def __await__(self) -> Generator[None, None, None]:
        yield from ()


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Respond with the length of the body; at `stream`, with megabytes."""
    start("200 OK", [])
    body = environ["wsgi.input"]
    length = sum(map(len, iter(lambda: body.read(100_000), b"")))
    return iter([b"z" * 100_000] * 30) if length == len(b"stream") else [b"%d" % length]


@pytest.fixture
def talk() -> Iterator[Callable[..., None]]:
    """Let clients talk to one gateway at the same time."""
    gateway = Gateway(application, threads=1, largest=100_000_000)

    def all_talk(*clients: Client) -> None:
        async def together() -> None:
            await asyncio.gather(*(client.talk(gateway) for client in clients))

        with asyncio.Runner(loop_factory=JumpingLoop) as runner:
            runner.run(together())

    yield all_talk
    gateway._lanes.put("", None)


def test_a_client_that_sends_a_byte_now_and_then_is_disconnected(talk: Callable[..., None]) -> None:
    client = Client((29, b"x") for _ in range(1000))
    talk(client)
    assert client.status == 400
    assert client.seconds < 60


def test_a_head_start_does_not_let_a_client_be_slow_for_longer(talk: Callable[..., None]) -> None:
    client = Client([(0, b"x" * 40_000_000), *[(29, b"x")] * 1000])
    talk(client)
    assert client.status == 400
    assert client.seconds < 60
    assert request_body.ON_DISK.used == 0


def test_a_phone_on_2g_may_upload_for_hours(talk: Callable[..., None]) -> None:
    """It sends 3 kB per second, and has no reception for 25 seconds of every 5 minutes."""
    client = Client((25 if second % 300 == 0 else 1, b"x" * 3000) for second in range(1, 16_667))
    talk(client)
    assert (client.status, client.body) == (200, b"49998000")
    assert client.seconds > 4 * HOUR


def test_a_client_that_reads_a_byte_now_and_then_is_disconnected(talk: Callable[..., None]) -> None:
    client = Client([(0, b"stream")], seconds_per_byte=29)
    talk(client)
    assert not client.is_complete
    assert client.seconds < 300
    assert outbox.ON_DISK.used == 0


def test_a_phone_on_2g_may_read_for_long(talk: Callable[..., None]) -> None:
    client = Client([(0, b"stream")], seconds_per_byte=1 / 3000)
    talk(client)
    assert client.is_complete
    assert len(client.body) == 3_000_000


def test_half_sent_bodies_cannot_fill_the_disk(
    talk: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body.ON_DISK, "most", 10_000_000)
    # They send 4 MB each, and then as little as they must.
    attackers = [Client([(0, b"x" * 4_000_000), *[(10, b"x" * 11_000)] * 500]) for _ in range(20)]
    others = [Client([(1, b"x" * 50_000)] * 60) for _ in range(2)]
    talk(*attackers, *others)
    assert [(client.status, client.body) for client in others] == [(200, b"3000000")] * 2
    assert [client.status for client in attackers].count(503) >= 18
    assert b"try again later" in attackers[0].body
    assert request_body.ON_DISK.used == 0


def test_a_body_for_which_there_is_no_room_at_all_is_refused(
    talk: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body.ON_DISK, "most", 2_000_000)
    client = Client([(0, b"x" * 100_000)] * 30)
    talk(client)
    assert client.status == 503
    assert request_body.ON_DISK.used == 0


def test_a_complete_body_keeps_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body.ON_DISK, "most", 3_000_000)
    complete, other = request_body.RequestBody(), request_body.RequestBody()
    complete.write(b"x" * 2_000_000)
    complete.complete()
    with pytest.raises(request_body.NoRoomError):
        other.write(b"x" * 2_000_000)
    assert len(complete.read()) == 2_000_000
    complete.close()
    assert request_body.ON_DISK.used == 0
