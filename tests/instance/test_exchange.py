"""What the gateway sends when the application, or the room for its response, fails."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import current_thread
from typing import Any

import pytest

from apps.instance import gateway, outbox
from apps.instance.gateway import Exchange, Gateway, kind_of
from apps.instance.outbox import OutboxError
from apps.instance.pace import DisconnectedError

Start = Callable[[str, list[tuple[str, str]]], None]


def sent_by(
    application: Callable[[dict[str, Any], Start], Iterable[bytes]],
) -> tuple[list[Any], type[Exception] | None]:
    """Return the messages that are sent for a request, and the error that ends it; a hang is a TimeoutError."""
    messages: list[Any] = []
    done: asyncio.Future[None]

    def send(message: Any) -> "asyncio.Future[None]":
        """Take a message when called, in any thread, as granian does."""
        messages.append(message)
        return done

    async def respond() -> type[Exception] | None:
        nonlocal done
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        done.set_result(None)
        exchange = Exchange({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, loop, send)
        await asyncio.to_thread(exchange.run, application)
        try:
            await asyncio.wait_for(exchange.send_response(), 5)
        except (DisconnectedError, OutboxError, TimeoutError) as error:
            return type(error)
        return None

    return messages, asyncio.run(respond())


def test_a_response_for_which_there_is_no_room_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IN_MEMORY", 10)
    monkeypatch.setattr(outbox.ON_DISK, "most", 10)
    monkeypatch.setattr(gateway, "_PIECE", 5)

    def application(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return iter([b"x" * 10, b"y" * 100])

    messages, error = sent_by(application)
    assert error is OutboxError
    assert b"".join(message.get("body", b"") for message in messages) == b"x" * 10


def test_an_application_that_fails_before_its_first_byte_sends_nothing() -> None:
    def application(_environ: dict[str, Any], start: Start) -> Iterator[bytes]:
        start("200 OK", [])
        raise ValueError
        yield b""

    assert sent_by(application) == ([], DisconnectedError)


def test_each_thread_reads_the_first_paths_before_its_first_request_whatever_they_say() -> None:
    read: SimpleQueue[tuple[str, str, str]] = SimpleQueue()

    def application(environ: dict[str, Any], _start: Start) -> Iterable[bytes]:
        read.put((current_thread().name, environ["PATH_INFO"], environ["QUERY_STRING"]))
        raise ValueError

    Gateway(application, threads=2, largest=0, first=["/api?limit=1", "/"])
    assert sorted(read.get(timeout=5) for _ in range(4)) == [
        (f"request-{number}", path, query)
        for number in range(2)
        for path, query in (("/", ""), ("/api", "limit=1"))
    ]


def test_spellings_of_one_path_are_one_kind_of_request() -> None:
    paths = ["/api/0.6/map", "//api/0.6/map", "/api///0.6//map/", "/api/0.6/map//"]
    assert {kind_of({"REQUEST_METHOD": "GET", "PATH_INFO": path}) for path in paths} == {"GET api map"}


def test_a_response_in_small_pieces_is_sent_as_one() -> None:
    def application(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        start("200 OK", [])
        return iter([b"a", b"b", b"c"])

    messages, error = sent_by(application)
    assert error is None
    assert [message.get("body") for message in messages] == [None, b"abc"]


def test_what_was_begun_of_a_small_response_is_not_sent_if_the_application_fails() -> None:
    def application(_environ: dict[str, Any], start: Start) -> Iterator[bytes]:
        start("200 OK", [])
        yield b"a"
        raise ValueError

    assert sent_by(application) == ([], DisconnectedError)
