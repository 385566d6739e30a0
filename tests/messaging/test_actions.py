"""What messages require of their sender, whoever calls the action."""

import pytest

from apps.messaging.actions import send
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
