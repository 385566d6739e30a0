"""How slow a client may be before it is disconnected."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

SILENCE = 30.0
"""Seconds after which a client that does not go on sending, or reading, is disconnected."""
LEAST_RATE = 1000
"""Bytes per second, apart from pauses; a phone on 2G has several thousand."""

Result = TypeVar("Result")


class DisconnectedError(Exception):
    """The client has closed the connection, or has been silent or too slow for too long."""


class Pace:
    """A deadline that each byte postpones: by 1 / LEAST_RATE seconds, up to SILENCE seconds from now.

    So neither a silent client nor one that sends or reads a byte now and then can hold a connection.
    """

    def __init__(self) -> None:
        self._clock = asyncio.get_running_loop().time
        self._deadline = self._clock() + SILENCE

    async def wait(self, movement: Awaitable[Result], size: int = 0) -> Result:
        """Wait for a movement of the client, in which it will read `size` bytes. Raises DisconnectedError."""
        try:
            async with asyncio.timeout_at(self._deadline + size / LEAST_RATE):
                return await movement
        except TimeoutError:
            raise DisconnectedError from None

    def moved(self, size: int) -> None:
        """Note that the client has sent or read so many bytes."""
        self._deadline = min(self._deadline + size / LEAST_RATE, self._clock() + SILENCE)
