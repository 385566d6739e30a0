"""`/account` and its subpages."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from apps.changesets.models import Changeset, ChangesetSubscription
from apps.notes import actions as notes
from apps.notes.models import NoteSubscription
from apps.notifications.models import Notice
from apps.oauth.actions import create_token
from apps.users.account import _personal_relations
from apps.users.models import Follow, SocialLink, User, UserMute, UserPreference
from apps.users.own_profile import set_links
from apps.users.rate_limits import MAILS_PER_ACCOUNT
from apps.users.stored_preferences import set_preferences
from tests.conftest import PASSWORD, make_user

from .conftest import Mails
from .test_login import log_in, who

pytestmark = pytest.mark.django_db
NEW = "an entirely new one"


@pytest.fixture
def browser(client: Client, alice: User) -> Client:
    """Alice's browser."""
    client.force_login(alice)
    return client


def save(browser: Client, **fields: str) -> str:
    given = {"display_name": "alice", **fields}
    return browser.post("/account", given, follow=True).content.decode()


@pytest.mark.parametrize(
    "path",
    ["/account", "/account/terms", "/account/deletion", "/account/pd_declaration"],
)
def test_the_pages_require_a_login(client: Client, path: str) -> None:
    assert client.get(path)["Location"] == f"/login?referer={path.replace('/', '%2F')}"
    assert client.post("/account").status_code == 403
    assert client.post("/user/go_public").status_code == 403
    assert client.get(path, headers={"Accept": "application/json"}).status_code == 403


def test_renaming_keeps_the_session(browser: Client) -> None:
    assert "changes have been saved" in save(browser, display_name="Alice in Wonderland")
    assert who(browser) == "Alice in Wonderland"


@pytest.mark.parametrize("name", ["bob", "BOB", "a", "x/y", "user_1", ""])
def test_an_invalid_name_is_rejected(browser: Client, bob: User, name: str) -> None:
    assert "changes have been saved" not in save(browser, display_name=name)
    assert User.objects.filter(display_name="alice").exists()
    assert who(browser) == "alice"


def test_a_user_may_take_the_name_with_their_own_id(browser: Client, alice: User) -> None:
    assert "changes have been saved" in save(browser, display_name=f"user_{alice.pk}")


def test_a_new_password_ends_the_other_sessions(browser: Client, alice: User) -> None:
    elsewhere = Client()
    log_in(elsewhere, "alice")
    page = save(browser, password=NEW, password_confirmation=NEW, current_password=PASSWORD)
    assert "changes have been saved" in page
    assert who(browser) == "alice"
    assert who(elsewhere) is None
    assert log_in(elsewhere, "alice", NEW) == "/"


@pytest.mark.parametrize("current", ["", "wrong"])
def test_changing_password_or_email_requires_the_current_password(
    browser: Client, alice: User, mails: Mails, current: str
) -> None:
    for fields in (
        {"password": NEW, "password_confirmation": NEW},
        {"new_email": "new@example.org"},
    ):
        assert "That is not your password." in save(browser, **fields, current_password=current)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert alice.new_email is None
    assert mails() == []


def test_guesses_of_the_current_password_are_limited(browser: Client, alice: User) -> None:
    for _ in range(10):
        save(browser, new_email="new@example.org", current_password="wrong")
    assert "Too many attempts" in save(browser, new_email="new@example.org", current_password=PASSWORD)


def test_guesses_of_others_at_the_log_in_form_do_not_count(
    browser: Client, alice: User, mails: Mails
) -> None:
    for network in range(3):
        for _ in range(11):
            log_in(Client(REMOTE_ADDR=f"198.51.100.{network}"), "alice", "wrong")
    page = save(browser, password=NEW, password_confirmation=NEW, current_password=PASSWORD)
    assert "changes have been saved" in page


def test_mails_that_others_ask_for_do_not_keep_the_owner_from_changing_the_email(
    browser: Client, alice: User, mails: Mails
) -> None:
    for _ in range(6):
        Client().post("/user/forgot-password", {"email": "alice@example.org"})
    save(browser, new_email="new@example.org", current_password=PASSWORD)
    assert [mail.to for mail in mails()].count("new@example.org") == 1


def test_several_accounts_together_cannot_flood_an_address(mails: Mails) -> None:
    for number in range(8):
        browser = Client()
        browser.force_login(make_user(f"mapper{number}x"))
        save(
            browser,
            display_name=f"mapper{number}x",
            new_email="Victim@example.org",
            current_password=PASSWORD,
        )
    assert len(mails()) == 5


def test_weak_and_mismatched_passwords_are_rejected(browser: Client, alice: User) -> None:
    page = save(browser, password="password1", password_confirmation="password1", current_password=PASSWORD)
    assert "too common" in page
    assert "do not match" in save(browser, password=NEW, current_password=PASSWORD)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_the_email_changes_once_the_new_one_is_confirmed(browser: Client, alice: User, mails: Mails) -> None:
    elsewhere = Client()
    log_in(elsewhere, "alice")
    page = save(browser, new_email="new@example.org", current_password=PASSWORD)
    assert "We sent a link to <bdi>new@example.org</bdi>" in page
    (mail,) = mails()
    assert (mail.to, mail.subject) == ("new@example.org", "[osmsite] Confirm your email address")
    assert User.objects.get().email == "alice@example.org"
    browser.get(mail.link)
    assert User.objects.get().email == "alice@example.org"

    assert "address has been confirmed" in browser.post(mail.link, follow=True).content.decode()
    user = User.objects.get()
    assert (user.email, user.new_email, user.email_valid) == ("new@example.org", None, True)
    assert who(browser) == "alice"
    assert who(elsewhere) is None
    assert "link is invalid" in browser.post(mail.link, follow=True).content.decode()


def test_a_refused_email_also_refuses_the_password_and_keeps_the_session(
    browser: Client, alice: User, mails: Mails
) -> None:
    while MAILS_PER_ACCOUNT.hit(alice.pk):
        pass
    page = save(
        browser,
        new_email="new@example.org",
        password=NEW,
        password_confirmation=NEW,
        current_password=PASSWORD,
    )
    assert "requested too many emails" in page
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    assert who(browser) == "alice"
    assert mails() == []


def test_only_the_last_requested_email_can_be_confirmed(browser: Client, alice: User, mails: Mails) -> None:
    save(browser, new_email="first@example.org", current_password=PASSWORD)
    save(browser, new_email="second@example.org", current_password=PASSWORD)
    first, second = mails()
    browser.post(first.link)
    assert User.objects.get().email == "alice@example.org"
    browser.post(second.link)
    assert User.objects.get().email == "second@example.org"


def test_an_email_change_does_not_reveal_other_accounts(
    browser: Client, alice: User, bob: User, mails: Mails
) -> None:
    page = save(browser, new_email="BOB@example.org", current_password=PASSWORD)
    assert "We sent a link to <bdi>BOB@example.org</bdi>" in page
    (mail,) = mails()
    assert mail.to == "bob@example.org"
    assert "belongs to your account already" in mail.text


def test_an_email_taken_in_the_meantime_is_not_assigned_twice(
    browser: Client, alice: User, bob: User, mails: Mails
) -> None:
    save(browser, new_email="new@example.org", current_password=PASSWORD)
    (mail,) = mails()
    User.objects.filter(pk=bob.pk).update(email="NEW@example.org")
    assert "link is invalid" in browser.post(mail.link, follow=True).content.decode()
    assert User.objects.get(pk=alice.pk).email == "alice@example.org"


def test_edits_can_be_made_public(browser: Client, alice: User) -> None:
    assert "Make my edits public" not in browser.get("/account").content.decode()
    User.objects.update(data_public=False)
    assert "Make my edits public" in browser.get("/account").content.decode()
    assert browser.get("/user/go_public").status_code == 405
    assert browser.post("/user/go_public")["Location"] == "/account"
    assert User.objects.get().data_public


def test_a_user_agrees_to_the_terms_and_continues(browser: Client, alice: User) -> None:
    User.objects.update(terms_seen=False, terms_agreed=None, tou_agreed=None)
    page = browser.get("/history", follow=True).content.decode()
    assert "Please read the contributor terms" in page
    assert 'name="referer" value="/history"' in page
    assert (
        "This field is required" in browser.post("/account/terms", {"referer": "/history"}).content.decode()
    )
    assert not User.objects.get().terms_seen
    response = browser.post("/account/terms", {"agree": "on", "consider_pd": "on", "referer": "/history"})
    assert response["Location"] == "/history"
    user = User.objects.get()
    assert user.terms_seen
    assert user.terms_agreed
    assert user.tou_agreed
    assert user.consider_pd
    assert browser.get("/history").status_code == 200


def test_a_user_who_declines_the_terms_may_agree_later(browser: Client, alice: User) -> None:
    User.objects.update(terms_seen=False, terms_agreed=None)
    assert browser.post("/account/terms", {"decline": "1"})["Location"] == "/account"
    user = User.objects.get()
    assert (user.terms_seen, user.terms_agreed) == (True, None)
    assert "You have not agreed" in browser.get("/account").content.decode()
    browser.post("/account/terms", {"agree": "on"})
    assert User.objects.get().terms_agreed


def test_agreement_to_the_terms_cannot_be_withdrawn(browser: Client, alice: User) -> None:
    agreed = alice.terms_agreed
    browser.post("/account/terms", {"decline": "1"})
    browser.post("/account/terms", {"agree": "on"})
    assert User.objects.get().terms_agreed == agreed


def test_a_public_domain_declaration_cannot_be_withdrawn(browser: Client, alice: User) -> None:
    browser.post("/account/pd_declaration", {})
    assert not User.objects.get().consider_pd
    browser.post("/account/pd_declaration", {"consider_pd": "true"})
    browser.post("/account/pd_declaration", {})
    assert User.objects.get().consider_pd


def test_deleting_an_account_erases_all_personal_data(browser: Client, alice: User, bob: User) -> None:
    User.objects.filter(pk=alice.pk).update(
        company="ACME",
        home_location_name="Vaduz",
        languages="de",
        preferred_editor="id",
        creation_address="192.0.2.1",
        last_login=timezone.now(),
    )
    now = timezone.now()
    changeset = Changeset.objects.create(user=bob, created_at=now, closed_at=now)
    ChangesetSubscription.objects.create(changeset=changeset, user=alice)
    note = notes.create(alice, lat=1, lon=2, text="Bridge")
    set_links(alice, links=["https://example.org/alice"])
    set_preferences(alice, preferences={"gps.trace.visibility": "private"})
    UserMute.objects.create(owner=alice, subject=bob)
    UserMute.objects.create(owner=bob, subject=alice)
    Follow.objects.create(follower=alice, following=bob)
    Follow.objects.create(follower=bob, following=alice)
    Notice.objects.create(recipient=alice, event="x", subject="x", address="/")
    Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={})
    browser.delete("/account")
    alice.refresh_from_db()
    personal = (
        "company",
        "home_location_name",
        "languages",
        "preferred_editor",
        "creation_address",
        "last_login",
    )
    assert [getattr(alice, field) for field in personal] == [None] * len(personal)
    for model in (SocialLink, UserPreference, UserMute, Follow, Notice, Authenticator):
        assert not model.objects.exists(), model
    assert not ChangesetSubscription.objects.exists()
    assert not NoteSubscription.objects.exists()
    assert note.comments.get().author == alice


def test_every_model_with_a_user_is_either_erased_or_kept() -> None:
    """A new model that refers to users has to be thought of: add it here, or to `account._KEPT`."""
    assert {f"{model._meta.label}.{field}" for model, field in _personal_relations()} == {
        "account.EmailAddress.user",
        "changesets.ChangesetSubscription.user",
        "mfa.Authenticator.user",
        "notes.NoteSubscription.user",
        "notifications.DiscussionMail.recipient",
        "notifications.Notice.recipient",
        "oauth2_provider.AccessToken.user",
        "oauth2_provider.DeviceGrant.user",
        "oauth2_provider.Grant.user",
        "oauth2_provider.IDToken.user",
        "oauth2_provider.RefreshToken.user",
        "users.Follow.follower",
        "users.Follow.following",
        "users.Session.user",
        "users.SocialLink.user",
        "users.UserMute.owner",
        "users.UserMute.subject",
        "users.UserPreference.user",
    }


@pytest.mark.parametrize("by", ["DELETE", "form"])
def test_deleting_an_account_keeps_its_edits_and_frees_its_name(
    browser: Client, alice: User, by: str
) -> None:
    now = timezone.now()
    Changeset.objects.create(user=alice, created_at=now, closed_at=now + timedelta(hours=1))
    create_token(alice, scopes=["write_api"])
    User.objects.update(description="I map", home_lat=1.0, home_lon=2.0, new_email="new@example.org")
    assert "Delete my account" in browser.get("/account/deletion").content.decode()
    response = (
        browser.delete("/account") if by == "DELETE" else browser.post("/account", {"_method": "delete"})
    )
    assert response["Location"] == "/"
    alice.refresh_from_db()
    assert (alice.status, alice.display_name) == ("deleted", f"user_{alice.pk}")
    assert (alice.description, alice.home_lat, alice.home_lon, alice.new_email) == ("", None, None, None)
    assert alice.email == "alice@example.org"
    assert not alice.email_valid
    assert not get_access_token_model().objects.exists()
    assert Changeset.objects.get().user == alice
    assert who(browser) is None
    assert log_in(Client(), "alice") == ""
    assert browser.get("/user/alice").status_code == 404
    assert browser.get(f"/api/0.6/user/{alice.pk}").status_code == 410


def test_an_account_cannot_be_deleted_soon_after_an_edit(browser: Client, alice: User) -> None:
    now = timezone.now()
    Changeset.objects.create(user=alice, created_at=now, closed_at=now - timedelta(hours=5))
    with override_settings(USER_ACCOUNT_DELETION_DELAY=6):
        assert "Please come back later" in browser.get("/account/deletion").content.decode()
        assert browser.delete("/account").status_code == 400
    assert User.objects.get().status == "active"
    with override_settings(USER_ACCOUNT_DELETION_DELAY=4):
        assert browser.delete("/account").status_code == 302


def test_an_open_changeset_prevents_deletion_even_without_a_delay(browser: Client, alice: User) -> None:
    now = timezone.now()
    Changeset.objects.create(user=alice, created_at=now, closed_at=now + timedelta(minutes=5))
    with override_settings(USER_ACCOUNT_DELETION_DELAY=0):
        assert browser.delete("/account").status_code == 400


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/user/terms", "/account/terms"),
        ("/account/edit", "/account"),
        ("/user/alice/account", "/account"),
    ],
)
def test_old_urls_redirect(client: Client, path: str, to: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (301, to)
