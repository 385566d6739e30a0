"""What messages require of their sender, whoever calls the action."""

import pytest

from apps.messaging.actions import delete, mark, move_to_inbox, send
from apps.messaging.models import Message
from apps.osm.errors import NotActiveError
from apps.users.models import User

pytestmark = pytest.mark.django_db


def test_an_account_that_is_not_active_cannot_send_messages(alice: User, bob: User) -> None:
    alice.status = User.Status.SUSPENDED
    with pytest.raises(NotActiveError):
        send(alice, recipient=bob, title="Hello", body="Hi")
    assert not Message.objects.exists()


def test_a_blocked_user_can_send_messages(mallory: User, bob: User) -> None:
    assert send(mallory, recipient=bob, title="Hello", body="Hi").recipient == bob


def test_an_account_that_is_not_active_changes_no_messages(alice: User, bob: User) -> None:
    message = send(alice, recipient=bob, title="Hello", body="Hi")
    bob.status = User.Status.SUSPENDED
    with pytest.raises(NotActiveError):
        mark(bob, message=message, read=True)
    with pytest.raises(NotActiveError):
        delete(bob, message=message)
    with pytest.raises(NotActiveError):
        move_to_inbox(bob, message=message)
    stored = Message.objects.get()
    assert (stored.read, stored.visible_to_recipient) == (False, True)
