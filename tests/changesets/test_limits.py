"""How many changesets, changes and comments a mapper may make, and when to try again."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from apps.changesets import actions, limits
from apps.changesets.models import Changeset, ChangesetComment
from apps.osm.errors import TooManyCommentsError
from apps.users.models import User, UserRole
from tests.api06.note_helpers import token

pytestmark = pytest.mark.django_db
NEW = "<osm><changeset/></osm>"


@override_settings(MAX_CHANGESETS_PER_HOUR=2)
def test_a_mapper_can_open_so_many_changesets_per_hour(alice: User, bob: User) -> None:
    mapper = token(alice, "write_api")

    def opened(authorization: str) -> Any:
        return Client().put("/api/0.6/changeset/create", NEW, HTTP_AUTHORIZATION=authorization)

    assert [opened(mapper).status_code for _ in range(2)] == [200, 200]
    refused = opened(mapper)
    assert (refused.status_code, refused.content) == (429, b"Rate limit exceeded")
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert opened(token(bob, "write_api")).status_code == 200


@override_settings(MAX_CHANGESETS_PER_HOUR=1)
@pytest.mark.parametrize("role", [UserRole.Role.IMPORTER, UserRole.Role.MODERATOR])
def test_importers_and_moderators_can_open_as_many_as_they_like(alice: User, role: UserRole.Role) -> None:
    alice.roles.create(role=role)
    for _ in range(3):
        actions.open_changeset(alice, tags={})


def changeset(user: User, *, minutes_ago: int, changes: int) -> Changeset:
    created_at = timezone.now() - timedelta(minutes=minutes_ago)
    return Changeset.objects.create(
        user=user, created_at=created_at, closed_at=timezone.now(), num_changes=changes
    )


@override_settings(INITIAL_CHANGES_PER_HOUR=10, MAX_CHANGES_PER_HOUR=10)
def test_changes_are_possible_again_when_enough_of_them_are_an_hour_ago(alice: User) -> None:
    changeset(alice, minutes_ago=50, changes=2)
    changeset(alice, minutes_ago=30, changes=8)
    now = timezone.now()
    assert limits.changes_left(alice, now) == 0
    assert 0 <= limits.seconds_until_changes(alice, now=now, wanted=2) - 600 <= 2
    assert 0 <= limits.seconds_until_changes(alice, now=now, wanted=3) - 1800 <= 2
    assert limits.seconds_until_changes(alice, now=now, wanted=11) == 3600


@override_settings(INITIAL_CHANGESET_COMMENTS_PER_HOUR=2)
def test_comments_are_possible_again_when_the_oldest_is_an_hour_ago(alice: User) -> None:
    closed = changeset(alice, minutes_ago=90, changes=0)
    now = timezone.now()
    for minutes in (70, 40, 20):
        ChangesetComment.objects.create(
            changeset=closed, author=alice, body="x", created_at=now - timedelta(minutes=minutes)
        )
    with pytest.raises(TooManyCommentsError) as refusal:
        limits.check_comments(alice, now)
    assert refusal.value.retry_after == 1200
    limits.check_comments(alice, now + timedelta(seconds=1201))
