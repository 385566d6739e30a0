"""`manage.py block_user`."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.users.models import User, UserBlock

pytestmark = pytest.mark.django_db


def block(capsys: pytest.CaptureFixture[str], *flags: str) -> UserBlock:
    call_command("block_user", "alice", "--by", "moderator", "--reason", "Read *this*", *flags)
    return UserBlock.objects.get(pk=int(capsys.readouterr().out))


def test_it_blocks_for_a_period(capsys: pytest.CaptureFixture[str], alice: User, moderator: User) -> None:
    found = block(capsys, "--hours", "48")
    assert (found.user, found.creator, found.reason) == (alice, moderator, "Read *this*")
    assert abs(found.ends_at - timezone.now() - timedelta(hours=48)) < timedelta(minutes=1)
    assert found.deactivates_at == found.ends_at
    assert found.is_active


def test_it_blocks_until_the_reason_is_read(
    capsys: pytest.CaptureFixture[str], alice: User, moderator: User
) -> None:
    found = block(capsys, "--needs-view")
    # What the API calls an urgent message: over by the clock, and still active.
    assert found.ends_at - found.updated_at < timedelta(seconds=60)
    assert found.needs_view
    assert found.deactivates_at is None
    assert found.is_active


@pytest.mark.parametrize("hours", ["-1", "87661"])
def test_it_rejects_invalid_periods(
    capsys: pytest.CaptureFixture[str], alice: User, moderator: User, hours: str
) -> None:
    with pytest.raises(CommandError, match="between 0 and 87660"):
        block(capsys, f"--hours={hours}")


def test_only_moderators_can_block(alice: User, bob: User, administrator: User) -> None:
    for other in (bob, administrator):
        with pytest.raises(CommandError, match=f"{other} is not a moderator"):
            call_command("block_user", "alice", "--by", str(other), "--reason", "x")
    assert not UserBlock.objects.exists()


def test_it_rejects_unknown_users(alice: User, moderator: User) -> None:
    with pytest.raises(CommandError, match="There is no user Alice"):
        call_command("block_user", "Alice", "--by", "moderator", "--reason", "x")
    with pytest.raises(CommandError, match="There is no user nobody"):
        call_command("block_user", "alice", "--by", "nobody", "--reason", "x")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 10_001])
def test_it_rejects_an_empty_or_too_long_reason(alice: User, moderator: User, reason: str) -> None:
    with pytest.raises(CommandError, match="The reason must not be"):
        call_command("block_user", "alice", "--by", "moderator", "--reason", reason)
