"""A hard limit for what must not take time that grows with the square of its input."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT = 10
"""Seconds. What is linear takes a small part of it on any machine."""


class TooSlowError(BaseException):
    """No subclass of Exception, so that no code takes it for an error of its own."""


@contextmanager
def time_limit(what: str) -> Iterator[None]:
    """Stop what runs inside after LIMIT seconds."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlowError(what)

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
