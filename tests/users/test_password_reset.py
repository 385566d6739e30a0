"""`/user/forgot-password` and `/user/reset-password`."""

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from apps.users.models import User

from .conftest import Mails
from .test_login import log_in, who

pytestmark = pytest.mark.django_db
NEW = "an entirely new one"


def ask(client: Client, email: str) -> str:
    return client.post("/user/forgot-password", {"email": email}, follow=True).content.decode()


def reset(client: Client, link: str, password: str = NEW) -> str:
    fields = {"password": password, "password_confirmation": password}
    return client.post(link, fields, follow=True).content.decode()


@pytest.mark.parametrize("email", ["alice@example.org", " ALICE@example.org "])
def test_the_link_in_the_mail_sets_a_new_password(
    client: Client, alice: User, mails: Mails, email: str
) -> None:
    old = Client()
    old.force_login(alice)
    assert "you will receive a link" in ask(client, email)
    (mail,) = mails()
    assert (mail.to, mail.subject) == ("alice@example.org", "[osmsite] Password reset request")
    assert "Reset your password" in client.get(mail.link).content.decode()
    assert "password has been changed" in reset(client, mail.link)
    assert who(client) == "alice"
    assert who(old) is None
    assert log_in(Client(), "alice", NEW) == "/"
    assert log_in(Client(), "alice") == ""


def test_a_link_expires_when_the_password_changes(client: Client, alice: User, mails: Mails) -> None:
    ask(client, "alice@example.org")
    ask(client, "alice@example.org")
    first, second = mails()
    reset(Client(), first.link)
    assert "link is invalid" in reset(Client(), first.link, "another one again")
    assert "link is invalid" in reset(Client(), second.link, "another one again")
    assert log_in(client, "alice", NEW) == "/"


def test_a_link_expires_when_the_email_changes(client: Client, alice: User, mails: Mails) -> None:
    ask(client, "alice@example.org")
    (mail,) = mails()
    User.objects.update(email="other@example.org")
    assert "link is invalid" in reset(client, mail.link)


def test_the_response_does_not_reveal_whether_an_email_is_known(
    client: Client, alice: User, mails: Mails
) -> None:
    known, unknown = ask(client, "alice@example.org"), ask(client, "nobody@example.org")
    assert "you will receive a link" in known
    assert "you will receive a link" in unknown
    assert [mail.to for mail in mails()] == ["alice@example.org"]
    assert ask(client, "alice").count("you will receive a link")
    assert mails() == []


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_suspended_and_deleted_accounts_get_no_mail(
    client: Client, alice: User, mails: Mails, status: str
) -> None:
    User.objects.update(status=status)
    assert "you will receive a link" in ask(client, "alice@example.org")
    assert mails() == []


def test_the_link_confirms_a_pending_account(client: Client, alice: User, mails: Mails) -> None:
    User.objects.update(status="pending", email_valid=False)
    ask(client, "alice@example.org")
    reset(client, mails()[0].link)
    user = User.objects.get()
    assert (user.status, user.email_valid) == ("active", True)
    assert who(client) == "alice"


def test_the_link_stays_valid_after_a_weak_password(client: Client, alice: User, mails: Mails) -> None:
    ask(client, "alice@example.org")
    (mail,) = mails()
    assert "too common" in reset(client, mail.link, "password1")
    assert "password has been changed" in reset(client, mail.link)


def test_a_sign_up_link_cannot_set_a_password(client: Client, alice: User) -> None:
    from apps.users.tokens import make_token

    assert "link is invalid" in reset(client, f"/user/reset-password?token={make_token(alice, 'sign-up')}")
    assert client.get("/user/reset-password").status_code == 400


def test_mails_per_account_are_rate_limited(client: Client, alice: User, mails: Mails) -> None:
    for _ in range(9):
        assert "you will receive a link" in ask(client, "alice@example.org")
    assert len(mails()) == 5


def test_a_reset_does_the_same_work_whether_or_not_the_email_is_known(alice: User, mails: Mails) -> None:
    counts = []
    for email in ("alice@example.org", "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            ask_only = Client().post("/user/forgot-password", {"email": email})
        assert ask_only.status_code == 302
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert connection.run_on_commit == []
    assert len(mails()) == 1


@override_settings(MAILS_PER_ADDRESS=3)
def test_the_mails_that_one_network_asks_for_are_limited(alice: User, bob: User, mails: Mails) -> None:
    for email in ("alice@example.org", "bob@example.org", "nobody@example.org"):
        Client(REMOTE_ADDR="2001:db8:1:2::1").post("/user/forgot-password", {"email": email})
    refused = Client(REMOTE_ADDR="2001:db8:1:2::2").post(
        "/user/forgot-password", {"email": "alice@example.org"}, headers={"Accept": "text/html"}
    )
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert "Please try again in 60 minutes" in refused.content.decode()
    assert len(mails()) == 2
    assert Client().post("/user/forgot-password", {"email": "alice@example.org"}).status_code == 302
