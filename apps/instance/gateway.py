"""Between the web server and the WSGI application: an event loop receives requests and sends responses, so that threads
only work, and never wait for a slow or idle client (docs/decisions/0009-gateway.md).

A thread gets a request once its whole body has arrived, and is free again once it has written its response, however
long the client takes to read it.
"""

import asyncio
import logging
import sys
from asyncio import AbstractEventLoop, Event, Future
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from io import BytesIO
from threading import Thread
from typing import Any
from urllib.parse import unquote_to_bytes

from .lanes import Lanes
from .outbox import Outbox, OutboxError
from .pace import DisconnectedError, Pace
from .request_body import NoRoomError, RequestBody

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
WSGIApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_PIECE = 128 * 1024
"""Bytes of a response that are sent at once; only of longer ones can it be told whether the client reads them."""
_LOG = logging.getLogger(__name__)


class Gateway:
    """An ASGI application that runs a WSGI application in threads.

    Of a request body, `largest` bytes are read and one more, by which the application can tell that it is too large.
    Each thread reads the paths `first` before its first request, so that no visitor waits for what is loaded only once,
    and no kind of request counts as long because of it.
    """

    def __init__(
        self, application: WSGIApplication, *, threads: int, largest: int, first: Sequence[str] = ()
    ) -> None:
        self._application = application
        self._largest = largest
        self._first = first
        self._lanes: Lanes[Exchange | None] = Lanes(threads)
        self._threads = [
            Thread(target=self._work, name=f"request-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._live(receive, send)
            return
        environ = environment(scope)
        with suppress(DisconnectedError, OutboxError):
            if reason := malformed(environ):
                await refuse(send, HTTPStatus.BAD_REQUEST, reason)
                return
            try:
                unread = has_body(environ) and await receive_body(environ, receive, self._largest)
            except DisconnectedError:
                # The client may still read.
                await refuse(send, HTTPStatus.BAD_REQUEST, "The body of the request is incomplete")
                return
            except NoRoomError:
                text = "Too many large requests are being received, please try again later"
                await refuse(send, HTTPStatus.SERVICE_UNAVAILABLE, text, (b"retry-after", b"60"))
                await discard(receive, self._largest)
                return
            exchange = Exchange(environ, asyncio.get_running_loop(), send)
            self._lanes.put(kind_of(environ), exchange)
            await exchange.send_response()
            if unread:
                # A client that is still sending would lose the connection before it reads the response.
                await discard(receive, self._largest)

    def _work(self) -> None:
        """Respond to one request after the other, in a thread."""
        for path in self._first:
            read(self._application, path)
        while True:
            with self._lanes.take() as exchange:
                if exchange is None:
                    return
                exchange.run(self._application)
                exchange.forget_body()

    async def _live(self, receive: Receive, send: Send) -> None:
        """Reply to the server's messages about its own start and end (ASGI's lifespan protocol)."""
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        for _thread in self._threads:
            self._lanes.put("", None)
        await send({"type": "lifespan.shutdown.complete"})


class Exchange:
    """A request and its response: a thread runs the application and sends a small response, the event loop a large one.

    Granian's `send` may be called in any thread, and hands over what is small at once, without being awaited.
    """

    def __init__(self, environ: Environ, loop: AbstractEventLoop, send: Send) -> None:
        self._environ = environ
        self._loop = loop
        self._send = send
        self._start: Message = {}
        self._result: Future[bytes | Stream | None] = loop.create_future()

    def run(self, application: WSGIApplication) -> None:
        """Run the application; called in a thread, and raises nothing."""
        try:
            response = application(self._environ, self._start_response)
            try:
                if getattr(response, "streaming", True):
                    self._write(response)
                else:
                    self._respond(b"".join(response))
            finally:
                if hasattr(response, "close"):
                    response.close()
        except Exception:
            # The application has its own pages for its errors. What it began to say no longer holds.
            _LOG.exception("No response to %(REQUEST_METHOD)s %(PATH_INFO)s", self._environ)
            self._start = {}
            self._resolve(None)

    def forget_body(self) -> None:
        """Close the body of the request, though the response may take long to be read."""
        self._environ["wsgi.input"].close()

    async def send_response(self) -> None:
        """Wait until the response is sent, by the thread or here. Raises DisconnectedError, OutboxError."""
        body = await self._result
        if not self._start:
            raise DisconnectedError
        if body is None:
            return
        await self._send(self._start)
        if isinstance(body, bytes):
            await send_pieces(body, self._send)
        else:
            await body.send(self._send)

    def _respond(self, body: bytes) -> None:
        """Send a response of which the whole body is known. This thread has what it takes to do so at once, the event
        loop would first have to wait for the interpreter."""
        if len(body) > _PIECE or not self._start:
            self._resolve(body)
            return
        self._send(self._start)
        self._send({"type": "http.response.body", "body": body})
        self._resolve(None)

    def _write(self, response: Iterable[bytes]) -> None:
        stream = None
        start = bytearray()
        try:
            for piece in response:
                if stream:
                    stream.outbox.put(piece)
                    continue
                start += piece
                if len(start) > _PIECE:
                    stream = Stream(self._loop)
                    self._resolve(stream)
                    stream.outbox.put(bytes(start))
        except BaseException as error:
            if stream:
                stream.outbox.break_off()
            if not isinstance(error, OutboxError):
                raise
            return
        if stream is None:
            self._respond(bytes(start))
        else:
            stream.outbox.close()

    def _start_response(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        self._start = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [(_lower(name), value.encode("latin-1")) for name, value in headers],
        }

    def _resolve(self, result: "bytes | Stream | None") -> None:
        _call(self._loop, _set, self._result, result)


class Stream:
    """A response body that is sent while it is still being written."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._changed = Event()
        self.outbox = Outbox(lambda: _call(loop, self._changed.set))

    async def send(self, send: Send) -> None:
        """Send it to its end. Raises DisconnectedError, OutboxError."""
        pace = Pace()
        try:
            more = True
            while more:
                piece, more = self.outbox.take(_PIECE)
                if piece or not more:
                    await send_piece(piece, send, pace, more=more)
                else:
                    await self._changed.wait()
                    self._changed.clear()
                    # It was not the client that was slow.
                    pace = Pace()
        finally:
            self.outbox.abandon()


def read(application: WSGIApplication, path: str) -> None:
    """Let the application respond to a request of our own; what it says does not matter."""
    target, _, query = path.partition("?")
    scope = {
        "method": "GET",
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "http_version": "1.1",
    }
    environ = environment({**scope, "scheme": "http", "headers": [(b"host", b"localhost")]})
    with suppress(Exception):
        response = application(environ, lambda *_: None)
        for _piece in response:
            pass
        if hasattr(response, "close"):
            response.close()


def environment(scope: Message) -> Environ:
    """Return the WSGI environment of a request, without its body (PEP 3333)."""
    server, client = scope.get("server") or ("", 0), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        # With an underscore, a client could send what looks like a header of the proxy.
        if b"_" in raw_name:
            continue
        name, value = _variable(raw_name), raw_value.decode("latin-1")
        if name in environ:
            value = f"{environ[name]}{'; ' if name == 'HTTP_COOKIE' else ','}{value}"
        environ[name] = value
    return environ


def kind_of(environ: Environ) -> str:
    """Return what tells how long a request will take: the method and the path without ids and superfluous slashes."""
    parts = [part for part in environ["PATH_INFO"].split("/") if part][:5]
    return " ".join([environ["REQUEST_METHOD"], *(part for part in parts if not part[:1].isdigit())])


def malformed(environ: Environ) -> str | None:
    """Return why a request is refused that a proxy in front may take for another one (RFC 9112, 3.2 and 6.1), or None."""
    # Granian adds an empty one where it is missing.
    host = environ.get("HTTP_HOST", "")
    if "," in host or (not host and environ["SERVER_PROTOCOL"] == "HTTP/1.1"):
        return "A request needs exactly one Host header"
    if environ.get("HTTP_TRANSFER_ENCODING", "chunked").lower() != "chunked":
        return "The only Transfer-Encoding is chunked"
    return None


def has_body(environ: Environ) -> bool:
    return environ.get("CONTENT_LENGTH", "0") != "0" or "HTTP_TRANSFER_ENCODING" in environ


async def receive_body(environ: Environ, receive: Receive, largest: int) -> bool:
    """Put the body into the environment, and its length; return whether a part of it is left unread.

    Raises DisconnectedError, NoRoomError.
    """
    body, pace, more = RequestBody(), Pace(), True
    try:
        while more and body.size <= largest:
            piece, more = await receive_piece(receive, pace)
            body.write(piece)
    except BaseException:
        body.close()
        raise
    body.complete()
    environ["wsgi.input"] = body
    # A chunked body has no other length; and a declared one is kept if not all of it was read.
    if not more or "CONTENT_LENGTH" not in environ:
        environ["CONTENT_LENGTH"] = str(body.size)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return more


async def refuse(send: Send, status: HTTPStatus, text: str, *more: tuple[bytes, bytes]) -> None:
    """Respond without the application, and close the connection. Raises DisconnectedError."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *more]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send_pieces(text.encode(), send)


async def discard(receive: Receive, most: int) -> None:
    """Read up to `most` bytes of the rest of a body. Raises DisconnectedError."""
    pace, more = Pace(), True
    while more and most > 0:
        piece, more = await receive_piece(receive, pace)
        most -= len(piece)


async def receive_piece(receive: Receive, pace: Pace) -> tuple[bytes, bool]:
    """Return the next bytes of a body, and whether there are more. Raises DisconnectedError."""
    message = await pace.wait(receive())
    if message["type"] != "http.request":
        raise DisconnectedError
    piece = message.get("body", b"")
    pace.moved(len(piece))
    return piece, message.get("more_body", False)


async def send_pieces(body: bytes, send: Send) -> None:
    """Send a whole body. Raises DisconnectedError."""
    if len(body) <= _PIECE:
        await send({"type": "http.response.body", "body": body})
        return
    pace = Pace()
    for start in range(0, len(body), _PIECE):
        await send_piece(body[start : start + _PIECE], send, pace, more=start + _PIECE < len(body))


async def send_piece(piece: bytes, send: Send, pace: Pace, *, more: bool) -> None:
    """Send a part of a body. Raises DisconnectedError."""
    await pace.wait(send({"type": "http.response.body", "body": piece, "more_body": more}), len(piece))
    pace.moved(len(piece))


def _call(loop: AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    """Call a function in the event loop, unless that has ended, as it does when the server stops."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(function, *arguments)


def _set(future: Future[Any], result: Any) -> None:
    if not future.done():
        future.set_result(result)


@cache
def _lower(name: str) -> bytes:
    """Return the name of a header of our own as bytes; there are few different ones."""
    return name.lower().encode("latin-1")


def _variable(header: bytes) -> str:
    """Return the name in the environment of a header that a client sent."""
    return _VARIABLES.get(header) or f"HTTP_{header.decode('latin-1').upper().replace('-', '_')}"


_VARIABLES = {
    b"content-type": "CONTENT_TYPE",
    b"content-length": "CONTENT_LENGTH",
    b"host": "HTTP_HOST",
    b"user-agent": "HTTP_USER_AGENT",
    b"accept": "HTTP_ACCEPT",
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"authorization": "HTTP_AUTHORIZATION",
}
"""The most frequent ones, and the two that have names of their own."""
