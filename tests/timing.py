"""A hard limit for what must not take time that grows with the square of its input."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT = 10
"""Seconds of this process, so that a busy machine does not matter. What is linear takes a small part of it."""


class TooSlowError(BaseException):
    """No subclass of Exception, so that no code takes it for an error of its own."""


@contextmanager
def time_limit(what: str) -> Iterator[None]:
    """Stop what runs inside once it has used LIMIT seconds of the processor."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlowError(what)

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
