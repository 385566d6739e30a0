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
    assert Outbox._on_disk == 0


def test_nothing_can_be_put_for_a_client_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IN_MEMORY", 2)
    box = Outbox(lambda: None)
    box.put(b"much more")
    assert Outbox._on_disk > 0
    box.abandon()
    assert Outbox._on_disk == 0
    with pytest.raises(OutboxError):
        box.put(b"x")


def test_unread_responses_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "IN_MEMORY", 2)
    monkeypatch.setattr(outbox, "ON_DISK", 100)
    first, second = Outbox(lambda: None), Outbox(lambda: None)
    first.put(b"x" * 80)
    with pytest.raises(OutboxError):
        second.put(b"x" * 80)
    first.abandon()
    second.put(b"x" * 80)
    second.abandon()


def test_a_response_that_is_broken_off_does_not_end_like_a_complete_one() -> None:
    box = Outbox(lambda: None)
    box.put(b"half")
    box.break_off()
    assert box.take(100) == (b"half", True)
    with pytest.raises(OutboxError):
        box.take(100)
