"""Who may act on traces, whoever calls the action."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.osm.errors import AccessDeniedError, BlockedError
from apps.traces import actions
from apps.traces.models import Trace
from apps.users.models import User, UserBlock
from tests.traces.files import POINT, gpx, upload


def block(user: User) -> None:
    ends_at = timezone.now() + timedelta(days=1)
    UserBlock.objects.create(user=user, creator=user, reason="Vandalism", ends_at=ends_at)


def test_a_blocked_user_cannot_upload_change_or_delete_traces(alice: User) -> None:
    trace = upload(alice, gpx(POINT))
    block(alice)
    with pytest.raises(BlockedError):
        upload(alice, gpx(POINT))
    with pytest.raises(BlockedError):
        actions.update(alice, trace=trace, description="A run", tags="", visibility="trackable")
    with pytest.raises(BlockedError):
        actions.delete(alice, trace=trace)
    assert Trace.objects.get().visible


def test_moderators_and_administrators_delete_any_trace(
    alice: User, bob: User, moderator: User, administrator: User
) -> None:
    for user in (moderator, administrator):
        trace = upload(alice, gpx(POINT))
        with pytest.raises(AccessDeniedError):
            actions.delete(bob, trace=trace)
        actions.delete(user, trace=trace)
    assert not Trace.objects.filter(visible=True).exists()
