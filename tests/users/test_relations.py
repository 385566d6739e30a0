"""Following and muting."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from apps.notifications.models import Notice
from apps.osm.errors import NotActiveError, NotFoundError
from apps.users.errors import TooManyFollowsError
from apps.users.models import Follow, User, UserMute, UserPreference
from apps.users.relations import follow, mute, unfollow, unmute
from tests.conftest import make_user

from .conftest import Mails
from .test_administration import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(client: Client, alice: User, bob: User) -> Client:
    """The browser of alice, whose account is three hours old."""
    User.objects.filter(pk=alice.pk).update(created_at=timezone.now() - timedelta(hours=2.5))
    client.force_login(alice)
    return client


def followed(user: User) -> list[str]:
    return [found.following.display_name for found in user.follows.order_by("pk")]


def test_a_followed_user_is_notified_once(own: Client, alice: User, mails: Mails) -> None:
    assert "Follow bob?" in own.get("/user/bob/follow").content.decode()
    assert followed(alice) == []
    assert own.post("/user/bob/follow")["Location"] == "/user/bob"
    assert "You are already following bob" in said(own.post("/user/bob/follow", follow=True))
    assert followed(alice) == ["bob"]
    sent = mails()
    assert [(mail.to, mail.subject) for mail in sent] == [("bob@example.org", "[osmsite] alice followed you")]
    assert [(str(notice), notice.address) for notice in Notice.objects.all()] == [
        ("alice followed you", "/user/alice")
    ]
    assert sent[0].link == "/user/alice"
    assert "Unfollow" in own.get("/user/bob").content.decode()
    own.post("/user/bob/follow", {"_method": "delete"})
    assert "You are not following bob." in said(own.delete("/user/bob/follow", follow=True))
    assert followed(alice) == []
    assert mails() == []


def test_a_user_who_opted_out_gets_no_mail(own: Client, alice: User, bob: User, mails: Mails) -> None:
    UserPreference.objects.create(user=bob, k="notification.new_follower.email", v="false")
    own.post("/user/bob/follow", {"referer": "/history"})
    assert followed(alice) == ["bob"]
    assert mails() == []


def test_new_accounts_can_follow_fewer_users_per_hour(own: Client, alice: User, bob: User) -> None:
    others = [make_user(f"user{n}x") for n in range(5)]
    for other in others[:4]:
        response = own.post(f"/user/{other.display_name}/follow", follow=True)
    assert "followed a lot of people" in said(response)
    assert len(followed(alice)) == 3
    Follow.objects.create(follower=bob, following=alice)
    own.post("/user/user3x/follow")
    own.post("/user/user4x/follow")
    assert len(followed(alice)) == 4
    Follow.objects.filter(follower=alice).update(created_at=timezone.now() - timedelta(minutes=61))
    with override_settings(MAX_FOLLOWS_PER_HOUR=0):
        own.post("/user/user4x/follow")
    assert len(followed(alice)) == 4
    own.post("/user/user4x/follow")
    assert len(followed(alice)) == 5


def test_above_the_limit_the_page_tells_when_to_try_again(own: Client, alice: User, bob: User) -> None:
    with override_settings(MAX_FOLLOWS_PER_HOUR=1):
        own.post("/user/bob/follow")
        refused = own.post(f"/user/{make_user('carol').display_name}/follow")
    assert refused.status_code == 429
    assert 3500 < int(refused["Retry-After"]) <= 3600
    assert "followed a lot of people" in said(refused)


def test_following_and_unfollowing_again_and_again_does_not_send_mails_without_end(
    own: Client, alice: User, bob: User, mails: Mails
) -> None:
    with override_settings(MAX_FOLLOWS_PER_HOUR=3):
        for _ in range(5):
            own.post("/user/bob/follow")
            own.delete("/user/bob/follow")
    assert len(mails()) == 3


def test_only_active_users_can_be_followed(own: Client, alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(status="suspended")
    for name in ("bob", "nobody", "a%00b"):
        assert own.get(f"/user/{name}/follow").status_code == 404
        assert own.post(f"/user/{name}/follow").status_code == 404
        assert own.post(f"/user/{name}/mute").status_code == 404


def test_following_and_muting_require_a_login(client: Client, bob: User) -> None:
    assert client.get("/user/bob/follow")["Location"] == "/login?referer=%2Fuser%2Fbob%2Ffollow"
    assert client.post("/user/bob/follow").status_code == 403
    assert client.post("/user/bob/mute").status_code == 403
    assert client.get("/user/bob/make_friend")["Location"] == "/user/bob/follow"
    assert "Follow" not in client.get("/user/bob").content.decode()


def test_muted_users_are_listed_until_they_are_unmuted(own: Client, alice: User, bob: User) -> None:
    assert own.get("/user_mutes")["Location"] == "/account"
    assert own.get("/user/bob/mute").status_code == 405
    for _ in range(2):
        assert "You have muted bob" in said(own.post("/user/bob/mute", follow=True))
    assert UserMute.objects.get().owner == alice
    assert "<bdi>bob</bdi>" in own.get("/user_mutes").content.decode()
    assert "Unmute" in own.get("/user/bob").content.decode()
    fields = {"_method": "delete", "referer": "/user_mutes"}
    assert own.post("/user/bob/mute", fields)["Location"] == "/user_mutes"
    assert not UserMute.objects.exists()
    assert "cannot mute yourself" in said(own.post("/user/alice/mute", follow=True))


@pytest.mark.django_db(transaction=True)
def test_concurrent_follows_cannot_exceed_the_limit() -> None:
    user = make_user("alice")
    others = [make_user(f"user{n}x") for n in range(4)]
    barrier, outcomes = Barrier(4), []

    def run(other: User) -> None:
        barrier.wait()
        try:
            outcomes.append(follow(user, other=other))
        except TooManyFollowsError:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[other]) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert Follow.objects.count() == 1


def test_an_account_that_is_not_active_neither_follows_nor_mutes(alice: User, bob: User) -> None:
    alice.status = User.Status.SUSPENDED
    for act in (follow, unfollow, mute, unmute):
        with pytest.raises(NotActiveError):
            act(alice, other=bob)
    assert not UserMute.objects.exists()


def test_an_account_that_is_not_active_cannot_be_followed(alice: User, bob: User) -> None:
    for status in (User.Status.DELETED, User.Status.SUSPENDED, User.Status.PENDING):
        bob.status = status
        with pytest.raises(NotFoundError):
            follow(alice, other=bob)
    assert not Follow.objects.exists()
