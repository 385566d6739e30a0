"""Moderators create, change and revoke blocks (upstream behaviour 2.11)."""

import re
import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.users.models import User, UserBlock, UserRole
from tests.conftest import make_user

from .blocking import block, browser, read

pytestmark = pytest.mark.django_db
MODERATOR = UserRole.Role.MODERATOR


@pytest.fixture
def mod(client: Client, moderator: User) -> Client:
    """The moderator's browser."""
    client.force_login(moderator)
    return client


@pytest.fixture
def other(db: None) -> User:
    """A second moderator."""
    return make_user("other", role=MODERATOR)


def change(client: Client, found: UserBlock, **fields: Any) -> str:
    """Submit the form and return the page that follows."""
    given = {"_method": "put", "reason": "new", **fields}
    response = client.post(f"/user_blocks/{found.pk}", given, follow=True)
    found.refresh_from_db()
    return " ".join(response.content.decode().split())


def hours_left(found: UserBlock) -> int:
    return round((found.ends_at - timezone.now()).total_seconds() / 3600)


def until_waiting(number: int) -> None:
    """Wait until this many sessions of the database are waiting for a lock."""
    for _ in range(1000):
        with connection.cursor() as cursor:
            # Within a transaction the view stands still otherwise.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= number:
                return
        time.sleep(0.01)
    raise AssertionError(f"not {number} sessions wait")


def test_a_moderator_blocks_a_user(mod: Client, alice: User, moderator: User) -> None:
    form = read(mod, "/user_blocks/new/alice")
    assert '<option value="24" selected>1 day</option>' in form
    assert re.search(r'<input type="checkbox" name="needs_view"[^>]* checked', form)
    response = mod.post(
        "/user_blocks",
        {
            "display_name": "alice",
            "reason": "Stop <b>it</b>\r\n\r\n**now**",
            "period": 48,
            "needs_view": "on",
        },
        follow=True,
    )
    found = alice.blocks.get()
    assert response.redirect_chain == [(f"/user_blocks/{found.pk}", 302)]
    assert (found.creator, found.needs_view, found.deactivates_at) == (moderator, True, None)
    assert found.reason == "Stop <b>it</b>\n\n**now**"
    assert hours_left(found) == 48
    page = response.content.decode()
    assert "<strong>now</strong>" in page
    assert "and until the user has read it" in page


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"reason": " "}, "This field is required."),
        ({"reason": "a\x00b"}, "Null characters are not allowed."),
        ({"reason": "a\x01b"}, "The reason contains invalid characters."),
        ({"reason": "x" * 10_001}, "at most 10000 characters"),
        ({"period": "5"}, "Select a valid choice."),
        ({"period": "x"}, "Select a valid choice."),
        ({"period": ""}, "This field is required."),
    ],
)
def test_the_form_shows_what_is_wrong(mod: Client, alice: User, fields: dict[str, str], text: str) -> None:
    given = {"display_name": "alice", "reason": "Keep this", "period": "24"} | fields
    page = mod.post("/user_blocks", given).content.decode()
    assert text in page
    assert ("Keep this" in page) is ("reason" not in fields)
    assert not UserBlock.objects.exists()


def test_the_operator_configures_the_periods(mod: Client, alice: User, settings: Settings) -> None:
    settings.USER_BLOCK_PERIODS = [0, 36, 731, 17_532]
    options = re.findall(r"<option[^>]*>(.*?)</option>", read(mod, "/user_blocks/new/alice"))
    assert options == ["0 hours", "36 hours", "1 month", "2 years"]


def test_an_inactive_account_cannot_be_blocked(mod: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(status="pending")
    for name in ("alice", "nobody", "a\x00b"):
        assert "does not exist" in mod.post(
            "/user_blocks", {"display_name": name, "reason": "x", "period": "1"}
        ).content.decode("utf-8")
    read(mod, "/user_blocks/new/alice", 404)
    read(mod, "/user/%00/blocks", 404)
    assert not UserBlock.objects.exists()


MODERATORS = ["/user_blocks/new/alice", "/user_blocks/{pk}/edit", "/user/alice/blocks/edit"]


@pytest.mark.parametrize("path", MODERATORS)
def test_only_moderators_see_the_forms(
    client: Client, alice: User, moderator: User, administrator: User, path: str
) -> None:
    path = path.format(pk=block(alice, moderator).pk)
    assert client.get(path)["Location"] == f"/login?referer={path.replace('/', '%2F')}"
    assert client.get(path, headers={"Accept": "application/json"}).status_code == 403
    for user in (alice, administrator):
        assert browser(user).get(path)["Location"] == "/403"
    assert browser(moderator).get(path).status_code == 200


def test_only_moderators_can_change_blocks(
    client: Client, alice: User, moderator: User, administrator: User
) -> None:
    found = block(alice, moderator)
    for path, fields in [
        ("/user_blocks", {"display_name": "alice", "reason": "x", "period": "1"}),
        (f"/user_blocks/{found.pk}", {"_method": "put", "reason": "x", "revoke": "1"}),
        ("/user/alice/blocks", {"_method": "delete", "confirm": "on"}),
    ]:
        assert client.post(path, fields).status_code == 403
        for user in (alice, administrator):
            assert browser(user).post(path, fields)["Location"] == "/403"
        assert Client(enforce_csrf_checks=True).post(path, fields).status_code == 403
    found.refresh_from_db()
    assert (UserBlock.objects.count(), found.reason, found.is_active) == (1, "Please *talk*", True)


def test_other_methods_are_rejected(mod: Client, alice: User, moderator: User) -> None:
    pk = block(alice, moderator).pk
    for path in (
        f"/user_blocks/{pk}",
        "/user/alice/blocks",
        "/user/alice/blocks_by",
        f"/user_blocks/{pk}/edit",
    ):
        assert mod.post(path, {"reason": "x"}).status_code == 405
    assert mod.delete(f"/user_blocks/{pk}").status_code == 405
    assert mod.put(f"/user_blocks/{pk}").status_code == 200
    assert mod.delete("/user/alice/blocks").status_code == 200
    assert UserBlock.objects.get().is_active


# Changing


def test_the_creator_can_change_everything(mod: Client, alice: User, moderator: User) -> None:
    found = block(alice, moderator, hours=20, needs_view=True)
    form = read(mod, f"/user_blocks/{found.pk}/edit")
    assert '<option value="24" selected>' in form
    change(mod, found, period=96)
    assert (found.reason, found.needs_view, found.revoker) == ("new", False, None)
    assert hours_left(found) == 96
    assert found.deactivates_at == found.ends_at
    change(mod, found, period=0, needs_view="on")
    assert (found.is_active, found.needs_view) == (True, True)
    assert UserBlock.objects.filter(deactivates_at=None).exists()


@pytest.mark.parametrize("fields", [{"period": 0}, {"revoke": "1", "period": 48, "needs_view": "on"}])
def test_the_creator_can_revoke(mod: Client, alice: User, moderator: User, fields: dict[str, Any]) -> None:
    found = block(alice, moderator, needs_view=True)
    page = change(mod, found, **fields)
    assert "revoked" in page
    assert (found.is_active, found.revoker, found.reason) == (False, moderator, "new")
    assert found.deactivates_at == found.ends_at


def test_another_moderator_can_only_revoke(alice: User, moderator: User, other: User) -> None:
    found = block(alice, moderator, needs_view=True)
    form = read(browser(other), f"/user_blocks/{found.pk}/edit")
    assert "Revoke block" in form
    assert 'name="period"' not in form
    page = change(browser(other), found, period=1, needs_view="on")
    assert "Only the moderator who created this block can change it" in page
    assert (found.reason, found.revoker, hours_left(found)) == ("Please *talk*", None, 24)
    change(browser(other), found, revoke="1")
    assert (found.is_active, found.revoker, found.reason) == (False, other, "new")


def test_only_the_reason_of_an_ended_block_can_change(alice: User, moderator: User, other: User) -> None:
    third = make_user("third", role=MODERATOR)
    found = block(alice, moderator, hours=-5, revoker=other)
    ended = found.ends_at
    for user in (moderator, other):
        form = read(browser(user), f"/user_blocks/{found.pk}/edit")
        assert 'name="period"' not in form
        change(browser(user), found, reason=f"by {user}")
        assert (found.reason, found.revoker, found.ends_at) == (f"by {user}", other, ended)
        page = change(browser(user), found, period=24)
        assert "cannot be made active again" in page
        page = change(browser(user), found, period=0, needs_view="on")
        assert "cannot be made active again" in page
        assert not found.is_active
    assert browser(third).get(f"/user_blocks/{found.pk}/edit")["Location"] == "/403"
    change(browser(third), found, reason="third")
    assert found.reason == "by other"


def test_revoking_all_blocks_requires_confirmation(mod: Client, alice: User, moderator: User) -> None:
    found = block(alice, moderator)
    assert "This field is required." in change(mod, found)
    assert (found.is_active, found.reason) == (True, "Please *talk*")


def test_all_blocks_of_a_user_can_be_revoked_at_once(
    mod: Client, alice: User, bob: User, moderator: User, other: User
) -> None:
    over = block(alice, moderator, hours=-1)
    running = [block(alice, other), block(alice, moderator, hours=-1, needs_view=True)]
    anothers = block(bob, moderator)
    assert "2 active blocks" in read(mod, "/user/alice/blocks/edit")
    mod.post("/user/alice/blocks", {"_method": "delete"})
    assert alice.blocks.active().count() == 2
    page = mod.post("/user/alice/blocks", {"_method": "delete", "confirm": "on"}, follow=True)
    assert "2 blocks have been revoked." in page.content.decode()
    for found in running:
        found.refresh_from_db()
        assert (found.is_active, found.revoker, found.needs_view) == (False, moderator, False)
        assert found.deactivates_at == found.ends_at
    over.refresh_from_db()
    anothers.refresh_from_db()
    assert (over.revoker, anothers.is_active) == (None, True)
    assert "This user has no active blocks." in read(mod, "/user/alice/blocks/edit")


@pytest.mark.django_db(transaction=True)
def test_two_moderators_cannot_revoke_a_block_at_the_same_time() -> None:
    """The second one finds an ended block, which they neither created nor revoked."""
    first, second = (make_user(name, role=MODERATOR) for name in ("first", "second"))
    found = block(make_user("alice"), make_user("third", role=MODERATOR))
    pages: dict[str, str] = {}

    def revoke(user: User) -> None:
        try:
            fields = {"_method": "put", "reason": f"by {user}", "revoke": "1"}
            answer = browser(user).post(f"/user_blocks/{found.pk}", fields)
            pages[str(user)] = answer.get("Location", "")
        finally:
            connection.close()

    threads = [threading.Thread(target=revoke, args=[user]) for user in (first, second)]
    # Both have looked at the block before either of them can change it.
    with transaction.atomic():
        UserBlock.objects.select_for_update().get()
        for thread in threads:
            thread.start()
        until_waiting(2)
    for thread in threads:
        thread.join()
    found.refresh_from_db()
    assert found.reason == f"by {found.revoker}"
    assert sum(page == f"/user_blocks/{found.pk}" for page in pages.values()) == 1
