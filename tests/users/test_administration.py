"""Roles and statuses, which administrators change."""

import re
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from apps.osm.errors import RoleMissingError
from apps.users.administration import change_status, change_statuses, grant_role, revoke_role
from apps.users.models import User
from tests.conftest import make_user

from .test_login import log_in, who

pytestmark = pytest.mark.django_db
OF_ADMINISTRATORS = ["/users", "/user/alice/roles/moderator", "/user/alice/status?event=suspend"]


@pytest.fixture
def office(client: Client, administrator: User) -> Client:
    """The administrator's browser."""
    client.force_login(administrator)
    return client


def roles_of(user: User) -> list[str]:
    return sorted(role.role for role in user.roles.all())


def said(response: Any) -> str:
    """The message above the page."""
    return "".join(re.findall(r'<p class="message[^>]*>(.*?)</p>', response.content.decode()))


def names(client: Client, query: str) -> list[str]:
    page = client.get(f"/users{query}").content.decode()
    return re.findall(r'<div><a href="/user/[^"]*"><bdi>(.*?)</bdi>', page)


@pytest.mark.parametrize("path", OF_ADMINISTRATORS)
def test_only_administrators_have_access(client: Client, alice: User, moderator: User, path: str) -> None:
    assert client.get(path)["Location"].startswith("/login?referer=")
    assert client.post(path).status_code == 403
    for user in (alice, moderator):
        client.force_login(user)
        assert client.get(path)["Location"] == "/403"
        assert client.post(path)["Location"] == "/403"
        assert client.post(path, headers={"accept": "application/json"}).status_code == 403
    assert "Administration" not in client.get("/user/alice").content.decode()
    assert roles_of(alice) == []


def test_the_actions_check_the_role_themselves(alice: User, bob: User) -> None:
    with pytest.raises(RoleMissingError):
        grant_role(alice, user=alice, role="administrator")
    with pytest.raises(RoleMissingError):
        revoke_role(alice, user=bob, role="moderator")
    with pytest.raises(RoleMissingError):
        change_status(alice, user=bob, event="suspend")
    with pytest.raises(RoleMissingError):
        change_statuses(alice, user_ids=[bob.pk], event="suspend")


def test_a_role_is_granted_and_revoked_after_confirmation(
    office: Client, alice: User, administrator: User
) -> None:
    assert 'href="/user/alice/roles/moderator"' in office.get("/user/alice").content.decode()
    page = office.get("/user/alice/roles/moderator").content.decode()
    assert "Grant the moderator role to alice?" in page
    assert roles_of(alice) == []
    assert office.post("/user/alice/roles/moderator")["Location"] == "/user/alice"
    assert roles_of(alice) == ["moderator"]
    assert alice.roles.get().granter == administrator
    assert "already has role moderator" in said(office.post("/user/alice/roles/moderator", follow=True))
    assert 'name="_method" value="delete"' in office.get("/user/alice/roles/moderator").content.decode()
    office.post("/user/alice/roles/moderator", {"_method": "delete"})
    assert roles_of(alice) == []
    again = office.post("/user/alice/roles/moderator", {"_method": "delete"}, follow=True)
    assert "does not have role moderator" in said(again)
    office.post("/user/alice/roles/importer")
    office.delete("/user/alice/roles/importer")
    assert roles_of(alice) == []


def test_there_are_three_roles_and_administrators_cannot_revoke_their_own(
    office: Client, alice: User, administrator: User
) -> None:
    assert "There is no role king" in said(office.post("/user/alice/roles/king", follow=True))
    assert office.get("/user/alice/roles/king")["Location"] == "/user/alice"
    office.post("/user/administrator/roles/administrator", {"_method": "delete"})
    assert roles_of(administrator) == ["administrator"]
    assert office.post("/user/nobody/roles/moderator").status_code == 404


@pytest.mark.parametrize(
    ("origin", "event", "status"),
    [
        ("pending", "activate", "active"),
        ("pending", "confirm", "confirmed"),
        ("suspended", "confirm", "confirmed"),
        ("confirmed", "unconfirm", "active"),
        ("confirmed", "suspend", "suspended"),
        ("suspended", "unsuspend", "active"),
        ("deleted", "undelete", "active"),
        ("active", "activate", None),
        ("active", "unsuspend", None),
        ("deleted", "suspend", None),
        ("deleted", "soft_destroy", None),
    ],
)
def test_only_some_changes_of_status_are_possible(
    office: Client, alice: User, origin: str, event: str, status: str | None
) -> None:
    User.objects.filter(pk=alice.pk).update(status=origin)
    offered = f"/user/alice/status?event={event}" in office.get("/user/alice").content.decode()
    assert offered == (status is not None)
    assert office.get(f"/user/alice/status?event={event}").status_code == 200
    response = office.post("/user/alice/status", {"event": event}, follow=True)
    assert ("is not possible" in said(response)) == (status is None)
    alice.refresh_from_db()
    assert alice.status == (status or origin)


def test_a_restored_account_does_not_get_its_name_back(office: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(description="me", home_lat=1, home_lon=2)
    response = office.post("/user/alice/status", {"event": "soft_destroy"})
    assert response["Location"] == f"/user/user_{alice.pk}"
    alice.refresh_from_db()
    assert (alice.status, alice.description, alice.home_lat) == ("deleted", "", None)
    assert alice.email == "alice@example.org"
    office.post(f"/user/user_{alice.pk}/status", {"event": "undelete"})
    assert log_in(Client(), "alice@example.org") == "/"


def test_a_suspended_user_is_logged_out_at_once(office: Client, alice: User) -> None:
    browser = Client()
    log_in(browser, "alice")
    assert who(browser) == "alice"
    office.post("/user/alice/status", {"event": "suspend"})
    assert browser.get("/about")["Location"] == "/user/suspended"


def test_administrators_cannot_suspend_or_delete_themselves(office: Client, administrator: User) -> None:
    for event in ("suspend", "soft_destroy"):
        response = office.post("/user/administrator/status", {"event": event}, follow=True)
        assert "cannot suspend or delete your own account" in said(response)
    office.post("/users", {"user_ids": [administrator.pk], "hide": "1"})
    administrator.refresh_from_db()
    assert administrator.status == "active"


def test_an_unknown_change_is_a_bad_request(office: Client, alice: User) -> None:
    assert office.post("/user/alice/status", {"event": "explode"}).status_code == 400
    assert office.post("/users", {"user_ids": [alice.pk]}).status_code == 400
    assert office.post("/users", {"user_ids": ["x"], "hide": "1"}).status_code == 400
    assert office.post("/users", {"user_ids": ["9" * 30], "hide": "1"}).status_code == 400


def test_the_list_can_be_filtered(office: Client, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(creation_address="192.0.2.7", changesets_count=3)
    User.objects.filter(pk=bob.pk).update(creation_address="2001:db8::7", status="suspended")
    assert names(office, "") == ["bob", "alice", "administrator"]
    assert names(office, "?status=suspended") == names(office, "/suspended") == ["bob"]
    assert names(office, "?username=ALICE") == names(office, "?username=alice@Example.org") == ["alice"]
    assert names(office, "?username=ali") == []
    assert names(office, "?ip=192.0.2.0/24") == names(office, "?ip=192.0.2.7") == ["alice"]
    assert names(office, "?ip=2001:db8::/32") == ["bob"]
    assert names(office, "?edits=yes") == ["alice"]
    assert names(office, "?edits=no&status=suspended") == ["bob"]
    for wrong in ("?ip=300.1.1.1", "?status=king", "?username=%00", "?edits=perhaps"):
        assert names(office, wrong) == []
    assert "Enter a valid IP address" in office.get("/users?ip=x").content.decode()
    assert office.get("/users?before=x")["Location"] == "/400"
    assert office.get("/users?before=-1")["Location"] == "/400"


def test_the_list_shows_fifty_at_a_time_in_a_fixed_number_of_statements(
    office: Client, django_assert_num_queries: Any
) -> None:
    User.objects.bulk_create(User(display_name=f"u{n:03}", email=f"u{n}@example.org") for n in range(120))
    with django_assert_num_queries(7):
        first = names(office, "?status=pending")
    assert (first[0], first[-1], len(first)) == ("u119", "u070", 50)
    ids = dict(User.objects.values_list("display_name", "pk"))
    second = names(office, f"?status=pending&before={ids['u070']}")
    assert (second[0], second[-1]) == ("u069", "u020")
    assert names(office, f"?status=pending&after={ids['u069']}") == first
    page = office.get(f"/users?status=pending&before={ids['u070']}").content.decode()
    assert f'href="?after={ids["u069"]}&amp;status=pending"' in page
    User.objects.bulk_create(User(display_name=f"v{n:03}", email=f"v{n}@example.org") for n in range(400))
    assert "More than 500 users" in office.get("/users").content.decode()


def test_many_accounts_can_be_confirmed_or_suspended_at_once(office: Client, alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(status="deleted")
    fields = {"user_ids": [alice.pk, bob.pk], "hide": "1", "referer": "/users?edits=no"}
    response = office.post("/users", fields, follow=True)
    assert response.redirect_chain == [("/users?edits=no", 302)]
    assert said(response) == "1 account has been updated."
    assert [user.status for user in User.objects.filter(pk__in=[alice.pk, bob.pk]).order_by("pk")] == [
        "suspended",
        "deleted",
    ]
    office.post("/users", {"user_ids": [alice.pk], "confirm": "1"})
    alice.refresh_from_db()
    assert alice.status == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_grant_a_role_twice() -> None:
    administrators = [make_user("one", role="administrator"), make_user("two", role="administrator")]  # type: ignore[arg-type]
    user = make_user("carol")
    barrier, outcomes = Barrier(2), []

    def grant(administrator: User) -> None:
        barrier.wait()
        try:
            grant_role(administrator, user=user, role="moderator")
            outcomes.append("granted")
        except ValidationError:
            outcomes.append("there already")
        finally:
            connection.close()

    threads = [Thread(target=grant, args=[administrator]) for administrator in administrators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["granted", "there already"]
    assert roles_of(user) == ["moderator"]
