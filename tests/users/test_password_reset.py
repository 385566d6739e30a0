"""`/user/forgot-password` and `/user/reset-password`."""

import pytest
from django.test import Client

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
def test_the_mail_leads_to_a_new_password(client: Client, alice: User, mails: Mails, email: str) -> None:
    old = Client()
    old.force_login(alice)
    assert "you will receive a link" in ask(client, email)
    (mail,) = mails()
    assert (mail.to, mail.subject) == ("alice@example.org", "[OpenStreetMap] Password reset request")
    assert "Reset your password" in client.get(mail.link).content.decode()
    assert "password has been changed" in reset(client, mail.link)
    assert who(client) == "alice"
    assert who(old) is None
    assert log_in(Client(), "alice", NEW) == "/"
    assert log_in(Client(), "alice") == ""


def test_a_link_dies_with_the_password_that_it_was_to_replace(
    client: Client, alice: User, mails: Mails
) -> None:
    ask(client, "alice@example.org")
    ask(client, "alice@example.org")
    first, second = mails()
    reset(Client(), first.link)
    assert "link is invalid" in reset(Client(), first.link, "another one again")
    assert "link is invalid" in reset(Client(), second.link, "another one again")
    assert log_in(client, "alice", NEW) == "/"


def test_a_link_dies_with_the_address(client: Client, alice: User, mails: Mails) -> None:
    ask(client, "alice@example.org")
    (mail,) = mails()
    User.objects.update(email="other@example.org")
    assert "link is invalid" in reset(client, mail.link)


def test_nobody_learns_whether_an_address_is_known(client: Client, alice: User, mails: Mails) -> None:
    known, unknown = ask(client, "alice@example.org"), ask(client, "nobody@example.org")
    assert "you will receive a link" in known
    assert "you will receive a link" in unknown
    assert [mail.to for mail in mails()] == ["alice@example.org"]
    assert ask(client, "alice").count("you will receive a link")
    assert mails() == []


@pytest.mark.parametrize("status", ["suspended", "deleted"])
def test_an_account_that_is_out_of_use_gets_no_mail(
    client: Client, alice: User, mails: Mails, status: str
) -> None:
    User.objects.update(status=status)
    assert "you will receive a link" in ask(client, "alice@example.org")
    assert mails() == []


def test_a_pending_account_is_confirmed_by_it(client: Client, alice: User, mails: Mails) -> None:
    User.objects.update(status="pending", email_valid=False)
    ask(client, "alice@example.org")
    reset(client, mails()[0].link)
    user = User.objects.get()
    assert (user.status, user.email_valid) == ("active", True)
    assert who(client) == "alice"


def test_an_easy_password_is_refused_and_the_link_lives_on(client: Client, alice: User, mails: Mails) -> None:
    ask(client, "alice@example.org")
    (mail,) = mails()
    assert "too common" in reset(client, mail.link, "password1")
    assert "password has been changed" in reset(client, mail.link)


def test_a_link_for_a_sign_up_sets_no_password(client: Client, alice: User) -> None:
    from apps.users.tokens import make_token

    assert "link is invalid" in reset(client, f"/user/reset-password?token={make_token(alice, 'sign-up')}")
    assert client.get("/user/reset-password").status_code == 400


def test_a_person_gets_no_more_than_a_few_mails_an_hour(client: Client, alice: User, mails: Mails) -> None:
    for _ in range(9):
        assert "you will receive a link" in ask(client, "alice@example.org")
    assert len(mails()) == 5
