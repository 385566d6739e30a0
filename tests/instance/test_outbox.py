"""What a thread has written and the client has not read yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.instance import outbox
from apps.instance.outbox import Outbox, OutboxError


@given(st.lists(st.one_of(st.none(), st.binary(min_size=1, max_size=40)), max_size=60))
def test_the_bytes_come_out_in_their_order(steps: list[bytes | None]) -> None:
    """A None takes, bytes are put; what exceeds 50 bytes goes through the file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "IN_MEMORY", 50)
        box = Outbox(lambda: None)
        taken = b""
        for step in steps:
            if step is None:
                taken += box.take(16)[0]
            else:
                box.put(step)
        box.close()
        more = True
        while more:
            piece, more = box.take(16)
            taken += piece
    assert taken == b"".join(step for step in steps if step is not None)
    assert outbox.ON_DISK.used == 0


def test_nothing_can_be_put_for_a_client_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IN_MEMORY", 2)
    box = Outbox(lambda: None)
    box.put(b"much more")
    assert outbox.ON_DISK.used > 0
    box.abandon()
    assert outbox.ON_DISK.used == 0
    with pytest.raises(OutboxError):
        box.put(b"x")


def test_unread_responses_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IN_MEMORY", 2)
    monkeypatch.setattr(outbox.ON_DISK, "most", 100)
    box = Outbox(lambda: None)
    with pytest.raises(OutboxError):
        box.put(b"x" * 101)
    box.abandon()
    assert outbox.ON_DISK.used == 0


def test_the_response_that_is_read_slowest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IN_MEMORY", 2)
    monkeypatch.setattr(outbox.ON_DISK, "most", 400_000)
    woken: list[str] = []
    read, unread = Outbox(lambda: None), Outbox(lambda: woken.append("unread"))
    read.put(b"x" * 150_000)
    unread.put(b"x" * 150_000)
    read.take(100_000)
    woken.clear()
    newest = Outbox(lambda: None)
    newest.put(b"x" * 150_000)
    assert woken == ["unread"]
    for use in (lambda: unread.put(b"x"), lambda: unread.take(1)):
        with pytest.raises(OutboxError):
            use()
    assert len(read.take(100_000)[0]) == 50_000
    assert len(newest.take(200_000)[0]) == 150_000
    for box in (read, unread, newest):
        box.abandon()
    assert outbox.ON_DISK.used == 0


def test_a_response_that_is_broken_off_does_not_end_like_a_complete_one() -> None:
    box = Outbox(lambda: None)
    box.put(b"half")
    box.break_off()
    assert box.take(100) == (b"half", True)
    with pytest.raises(OutboxError):
        box.take(100)
