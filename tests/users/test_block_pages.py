"""Pages of blocks for everyone and for blocked users (upstream behaviour 2.11)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.users.models import User, UserBlock, UserRole
from tests.conftest import make_user

from .blocking import block, browser, read
from .test_login import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None) -> User:
    """A second moderator."""
    return make_user("other", role=UserRole.Role.MODERATOR)


def test_everyone_can_read_the_reason(client: Client, alice: User, moderator: User) -> None:
    found = block(alice, moderator, reason="<script>alert(1)</script>\n\n*please* https://example.org/")
    page = read(client, f"/user_blocks/{found.pk}")
    assert "<em>please</em>" in page
    assert "<script>alert" not in page
    assert 'href="/user/alice"' in page
    assert 'href="/user/moderator"' in page
    assert "Edit or revoke" not in page
    assert "block 4711 could not be found" in read(client, "/user_blocks/4711", 404)
    read(client, f"/user_blocks/{10**30}", 404)


def test_only_the_blocked_user_ends_a_block_by_reading_it(
    client: Client, alice: User, bob: User, moderator: User
) -> None:
    found = block(alice, moderator, hours=-1, needs_view=True)
    path = f"/user_blocks/{found.pk}"
    own = browser(alice)
    for reader in (client, browser(bob), browser(moderator)):
        read(reader, path)
    own.head(path)
    found.refresh_from_db()
    assert found.needs_view
    assert "You were blocked" in read(own, path)
    found.refresh_from_db()
    assert not found.needs_view
    assert found.deactivates_at is not None
    assert abs(found.deactivates_at - timezone.now()) < timedelta(minutes=1)
    read_at = found.deactivates_at
    read(own, path)
    found.refresh_from_db()
    assert found.deactivates_at == read_at


def test_reading_does_not_shorten_a_block(alice: User, moderator: User) -> None:
    found = block(alice, moderator, hours=5, needs_view=True)
    page = read(browser(alice), f"/user_blocks/{found.pk}")
    assert "You are blocked" in page
    assert "cannot edit until" in page
    found.refresh_from_db()
    assert (found.needs_view, found.is_active) == (False, True)
    assert found.deactivates_at == found.ends_at


def shown(client: Client, path: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<h2><a href="/user_blocks/(\d+)"', read(client, path))]


def test_blocks_are_listed_for_everyone_by_user_and_by_creator(
    client: Client, alice: User, bob: User, moderator: User, other: User
) -> None:
    first, second, third = block(alice, moderator), block(bob, moderator), block(alice, other)
    assert shown(client, "/user_blocks") == [third.pk, second.pk, first.pk]
    assert shown(client, "/user/alice/blocks") == [third.pk, first.pk]
    assert shown(client, "/user/moderator/blocks_by") == [second.pk, first.pk]
    assert "has never been blocked" in read(client, "/user/other/blocks")
    assert "has not blocked anyone" in read(client, "/user/bob/blocks_by")
    for path in ("/user/nobody/blocks", "/user/nobody/blocks_by"):
        assert "does not exist" in read(client, path, 404)


def test_the_list_shows_the_state_of_each_block(
    client: Client, alice: User, moderator: User, other: User
) -> None:
    block(alice, moderator, hours=-1)
    block(alice, moderator, hours=-1, revoker=other)
    block(alice, moderator, hours=-1, needs_view=True)
    block(alice, moderator, hours=1, needs_view=True)
    block(alice, moderator, hours=1, reason="<i>x</i>" * 100)
    page = re.sub(r"<[^>]+>", "", read(client, "/user/alice/blocks"))
    states = [state.split("by moderator ·")[1] for state in page.split("Block ")[1:]]
    assert [state.split()[0] for state in states] == ["active", "active", "active", "revoked", "ended"]
    assert "and until the user has read it" in states[1]
    assert "until the user has read it" in states[2]
    assert "by other" in states[3]
    assert "&lt;i&gt;x" in states[0]
    assert len(states[0]) < 1500


def test_lists_are_paged_by_twenty_in_both_directions(client: Client, alice: User, moderator: User) -> None:
    pks = [block(alice, moderator).pk for _ in range(45)][::-1]
    for path in ("/user_blocks", "/user/alice/blocks", "/user/moderator/blocks_by"):
        assert shown(client, path) == pks[:20]
        older = re.findall(r'href="\?([^"]+)" rel="next"', read(client, path))
        assert older == [f"before={pks[19]}"]
        assert shown(client, f"{path}?{older[0]}") == pks[20:40]
        assert shown(client, f"{path}?before={pks[39]}") == pks[40:]
        assert shown(client, f"{path}?after={pks[40]}") == pks[20:40]
        assert shown(client, f"{path}?after=0") == pks[25:]
        assert "There are no more blocks" in read(client, f"{path}?before=1")
        assert client.get(f"{path}?before=x")["Location"] == "/400"


def test_statements_do_not_grow_with_the_list(
    alice: User, moderator: User, other: User, django_assert_num_queries: Any
) -> None:
    for _ in range(10):
        block(alice, moderator, revoker=other)
    mod = browser(moderator)
    # Session, user, roles, the blocks with their persons, the notice, the unread.
    with django_assert_num_queries(6):
        assert len(shown(mod, "/user_blocks")) == 10


# What people see elsewhere


def test_a_profile_shows_block_counts_and_links_for_moderators(
    client: Client, alice: User, moderator: User
) -> None:
    page = read(client, "/user/alice")
    assert '<a href="/user/alice/blocks"><strong>0</strong> blocks</a>' in page
    assert "/user_blocks/new/" not in page
    block(alice, moderator, hours=-1)
    block(alice, moderator)
    page = read(client, "/user/alice")
    assert '<strong>2</strong> blocks</a> <span class="mark removed">1 active</span>' in page
    given = read(client, "/user/moderator")
    assert '<a href="/user/moderator/blocks_by"><strong>2</strong> blocks issued</a>' in given
    mod = browser(moderator)
    page = read(mod, "/user/alice")
    assert 'href="/user_blocks/new/alice"' in page
    assert 'href="/user/alice/blocks/edit"' in page
    assert "Revoke all blocks" not in read(mod, "/user/moderator")


def test_pages_tell_blocked_users_about_the_block(alice: User, bob: User, moderator: User) -> None:
    block(alice, moderator, hours=-1)
    own = browser(alice)
    assert "block-notice" not in read(own, "/about")
    timed = block(alice, moderator)
    page = read(own, "/about")
    assert "You are blocked from editing until" in page
    assert f'href="/user_blocks/{timed.pk}"' in page
    assert "block-notice" not in read(own, f"/user_blocks/{timed.pk}")
    unread = block(alice, moderator, hours=-1, needs_view=True)
    page = read(own, "/")
    assert "until you have read the reason" in page
    assert f'href="/user_blocks/{unread.pk}"' in page
    assert "block-notice" not in read(browser(bob), "/about")
    assert "block-notice" not in read(Client(), "/about")


def test_a_user_who_must_read_a_block_is_sent_to_it_after_login(
    client: Client, alice: User, moderator: User
) -> None:
    found = block(alice, moderator)
    assert log_in(client, "alice", referer="/history") == "/history"
    client.post("/logout")
    UserBlock.objects.filter(pk=found.pk).update(needs_view=True)
    assert log_in(client, "alice") == f"/user_blocks/{found.pk}"
    client.post("/logout")
    to = log_in(client, "alice", referer="/oauth2/authorize?a=b&c=d")
    assert to == f"/user_blocks/{found.pk}?referer=%2Foauth2%2Fauthorize%3Fa%3Db%26c%3Dd"
    assert '<a class="btn btn-primary" href="/oauth2/authorize?a=b&amp;c=d">Continue</a>' in read(client, to)
    page = read(client, f"/user_blocks/{found.pk}?referer=//evil.example/")
    assert "evil" not in page
