"""`/user/new`, the mail, and the confirmation."""

import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client, override_settings
from django.utils import timezone

from apps.users.models import User
from apps.users.unconfirmed import remove_unconfirmed
from tests.conftest import PASSWORD, make_user

from .conftest import Mails
from .test_login import log_in, who

pytestmark = pytest.mark.django_db
MAIL_SENT = "We sent a confirmation email to the address you gave"


def sign_up(client: Client, name: str = "carol", **fields: str) -> Any:
    given = {
        "email": f"{name}@example.org",
        "display_name": name,
        "password": PASSWORD,
        "password_confirmation": PASSWORD,
        "agree": "on",
        **fields,
    }
    return client.post("/user", {key: value for key, value in given.items() if value})


def test_a_sign_up_leads_to_a_confirmed_account(client: Client, mails: Mails) -> None:
    page = client.get("/user/new?referer=/edit%23map%3D1/2/3").content.decode()
    assert 'name="referer" value="/edit#map=1/2/3"' in page
    response = sign_up(client, referer="/edit#map=1/2/3", consider_pd="on")
    assert response["Location"] == "/user/carol/confirm"
    assert MAIL_SENT in client.get("/user/carol/confirm").content.decode()
    user = User.objects.get(display_name="carol")
    assert (user.status, user.email_valid, user.data_public) == ("pending", False, True)
    assert user.terms_seen
    assert user.terms_agreed
    assert user.tou_agreed
    assert user.consider_pd
    assert user.creation_address == "127.0.0.1"
    assert who(client) is None

    (mail,) = mails()
    assert mail.to == "carol@example.org"
    assert mail.subject == "[osmsite] Welcome to osmsite"
    assert mail.link.startswith("/user/carol/confirm?confirm_string=")
    page = client.get(mail.link).content.decode()
    assert User.objects.get().status == "pending"
    (token,) = parse_qs(urlsplit(mail.link).query)["confirm_string"]
    assert token in page
    response = client.post("/user/confirm", {"confirm_string": token, "referer": "/edit#map=1/2/3"})
    assert response["Location"] == "/edit#map=1/2/3"
    user.refresh_from_db()
    assert (user.status, user.email_valid) == ("active", True)
    assert who(client) == "carol"


def test_confirming_in_another_browser_requires_a_login(client: Client, mails: Mails) -> None:
    sign_up(client)
    (mail,) = mails()
    elsewhere = Client()
    response = elsewhere.post(mail.link)
    assert response["Location"] == "/login"
    assert who(elsewhere) is None
    assert log_in(elsewhere, "carol") == "/"


def test_a_link_works_once_and_cannot_be_altered(client: Client, mails: Mails) -> None:
    sign_up(client)
    (mail,) = mails()
    assert "link is invalid" in client.post(mail.link + "x", follow=True).content.decode()
    assert User.objects.get().status == "pending"
    client.post(mail.link)
    assert User.objects.get().status == "active"
    assert "link is invalid" in Client().post(mail.link, follow=True).content.decode()
    User.objects.update(status="pending", password="md5$other$password")
    assert "link is invalid" in Client().post(mail.link, follow=True).content.decode()
    assert User.objects.get().status == "pending"


def test_a_link_is_valid_for_a_week(client: Client, mails: Mails) -> None:
    sign_up(client)
    (mail,) = mails()
    now = time.time()
    with patch("django.core.signing.time.time", lambda: now + 7 * 86_400 + 5):
        assert "link is invalid" in Client().post(mail.link, follow=True).content.decode()
    with patch("django.core.signing.time.time", lambda: now + 7 * 86_400 - 60):
        Client().post(mail.link)
    assert User.objects.get().status == "active"


def test_the_link_of_a_suspended_or_deleted_account_is_invalid(client: Client, mails: Mails) -> None:
    sign_up(client)
    (mail,) = mails()
    for status in ("suspended", "deleted"):
        User.objects.update(status=status)
        client.post(mail.link)
        assert User.objects.get().status == status


@pytest.mark.parametrize("email", ["alice@example.org", "ALICE@Example.org"])
def test_the_response_does_not_reveal_whether_an_email_is_known(
    client: Client, alice: User, mails: Mails, email: str
) -> None:
    known = sign_up(client, "carol", email=email)
    unknown = sign_up(Client(), "david")
    assert (known.status_code, known["Location"]) == (302, "/user/carol/confirm")
    assert (unknown.status_code, unknown["Location"]) == (302, "/user/david/confirm")
    assert MAIL_SENT in client.get("/user/carol/confirm").content.decode()
    told, confirmation = mails()
    assert told.to == "alice@example.org"
    assert "belongs to your account already" in told.text
    assert told.link.startswith("/user/reset-password?token=")
    assert confirmation.to == "david@example.org"
    assert client.post("/user/carol/confirm/resend").status_code == 302
    assert mails() == []


def test_what_follows_a_sign_up_does_not_reveal_whether_the_email_is_known(alice: User, mails: Mails) -> None:
    seen, other = [], "quite another passphrase"
    for name, email in (("carol", "alice@example.org"), ("david", "david@example.org")):
        sign_up(Client(), name, email=email, password=other, password_confirmation=other)
        elsewhere = Client()
        steps = [
            log_in(elsewhere, name, other),
            elsewhere.post(f"/user/{name}/confirm/resend").status_code,
            log_in(Client(), name, "wrong"),
            log_in(Client(), email, other),
            sign_up(Client(), name, email="x@example.org").status_code,
            elsewhere.get(f"/user/{name}").status_code,
        ]
        seen.append([str(step).replace(name, "NAME") for step in steps])
    assert seen[0] == seen[1]
    assert seen[0][0] == "/user/NAME/confirm"
    assert len(mails()) == 3  # to alice, and twice to david
    assert User.objects.get(display_name="carol").email is None


def test_the_hash_is_computed_once_for_every_sign_up_and_every_log_in(
    alice: User, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(MD5PasswordHasher, name)

        def count(self: Any, *args: Any, original: Any = original, **kwargs: Any) -> Any:
            hashed.append("once")
            return original(self, *args, **kwargs)

        monkeypatch.setattr(MD5PasswordHasher, name, count)
    costs = []
    for act in (
        lambda: sign_up(Client(), "carol", email="alice@example.org"),
        lambda: sign_up(Client(), "david"),
        lambda: log_in(Client(), "alice@example.org", "wrong"),
        lambda: log_in(Client(), "nobody@example.org", "wrong"),
    ):
        hashed.clear()
        act()
        costs.append(len(hashed))
    assert costs[0] == costs[1] > 0
    assert costs[2] - costs[3] in {0, 1}  # MD5's `verify` calls `encode`


def test_accounts_that_nobody_confirms_are_removed_after_a_month(alice: User, mails: Mails) -> None:
    sign_up(Client(), "carol")
    sign_up(Client(), "david", email="alice@example.org")
    sign_up(Client(), "erin")
    now = timezone.now()
    User.objects.filter(display_name="erin").update(created_at=now - timedelta(days=29))
    User.objects.exclude(display_name="erin").update(created_at=now - timedelta(days=31))
    assert remove_unconfirmed(now) == 2
    assert set(User.objects.values_list("display_name", flat=True)) == {"alice", "erin"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"display_name": "ab"}, "3 to 255 characters"),
        ({"display_name": "a/b"}, "must not contain"),
        ({"display_name": " carol"}, "begin or end with a space"),
        ({"display_name": "suspended"}, "reserved word"),
        ({"display_name": "ALICE"}, "already in use"),
        ({"display_name": "ａlice"}, "already in use"),
        ({"display_name": "x" * 256}, "at most 255 characters"),
        ({"display_name": "a\u0301\u0301b"}, "3 to 255 characters"),
        ({"display_name": "\u200b\u200b\u200b"}, "3 to 255 characters"),
        ({"display_name": "car\u2028ol"}, "invalid characters"),
        *[
            ({"display_name": f"car{character}ol"}, "invisible characters")
            for character in "\u200b\u200d\u00ad\u034f\u115f\u3164\uffa0\u2800\ufe0f\u202e\u2066\u200f\ufeff\ue000\U000e0041\ufff9\U00013430\U00016fe4\U0001d159"
        ],
        ({"display_name": "alice  b"}, "invisible characters"),
        ({"display_name": "\u0430lice b"}, "mixes letters of several alphabets"),
        ({"display_name": "alic\u03b5"}, "mixes letters of several alphabets"),
        ({"display_name": "\u0430\u0301lice"}, "mixes letters of several alphabets"),
        ({"display_name": "\u0251lice"}, "looks like another one"),
        ({"display_name": "al\u0131ce"}, "looks like another one"),
        ({"display_name": "aIice"}, "looks like another one"),
        ({"display_name": "A1ICE"}, "looks like another one"),
        ({"display_name": "a|ice"}, "looks like another one"),
        ({"display_name": "carol "}, "begin or end with a space"),
        ({"display_name": "user_7"}, "for the user with id N"),
        ({"display_name": ""}, "This field is required"),
        ({"email": "nothing"}, "email address is not valid"),
        ({"email": "a@b@c"}, "email address is not valid"),
        ({"password": "short1!", "password_confirmation": "short1!"}, "too short"),
        ({"password": "password1", "password_confirmation": "password1"}, "too common"),
        ({"password": "carol@example.org", "password_confirmation": "carol@example.org"}, "too similar"),
        ({"password_confirmation": "something else"}, "do not match"),
        ({"agree": ""}, "This field is required"),
    ],
)
def test_invalid_input_is_rejected_with_a_reason(
    client: Client, alice: User, mails: Mails, fields: dict[str, str], words: str
) -> None:
    response = sign_up(client, **fields)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert PASSWORD not in response.content.decode()
    assert mails() == []
    assert User.objects.count() == 1


def test_the_mail_can_be_resent_a_few_times(client: Client, mails: Mails) -> None:
    sign_up(client)
    first = mails()
    for _ in range(8):
        assert client.post("/user/carol/confirm/resend")["Location"] == "/user/carol/confirm"
    again = mails()
    assert len(again) == 4
    client.post(again[-1].link)
    assert User.objects.get().status == "active"
    assert "link is invalid" in client.post(first[0].link, follow=True).content.decode()


def test_only_the_person_who_signed_up_can_resend_the_mail(client: Client, mails: Mails) -> None:
    sign_up(client)
    mails()
    assert Client().post("/user/carol/confirm/resend").status_code == 404
    assert Client().get("/user/carol/confirm")["Location"] == "/login"
    assert mails() == []


def test_logging_in_before_confirming_asks_to_confirm(client: Client, mails: Mails) -> None:
    sign_up(client)
    mails()
    elsewhere = Client()
    assert log_in(elsewhere, "carol") == "/user/carol/confirm"
    assert elsewhere.post("/user/carol/confirm/resend").status_code == 302
    assert len(mails()) == 1


@pytest.mark.parametrize("name", ["\u0421\u0430\u0440", "\ua4e1\ua4ee\ua4e3"])
def test_a_name_in_one_foreign_script_that_looks_like_another_is_rejected(
    client: Client, mails: Mails, name: str
) -> None:
    make_user("Cap" if name[0] == "\u0421" else "LAR")
    assert "looks like another one" in sign_up(client, name, email="x@example.org").content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "Иван",
        "Ivan Иванов",
        "Δημήτρης",
        "山田taro",
        "ひらカタ漢字",
        "김철수 abc",
        "naïve Ærø",
        "محمد",
        "नमस्ते",
        "aʼb",
    ],
)
def test_names_of_all_languages_are_accepted(client: Client, mails: Mails, name: str) -> None:
    sign_up(client, name, email="x@example.org")
    assert User.objects.filter(display_name=name).exists()


@override_settings(SIGNUP_IP_PER_DAY=2)
def test_sign_ups_per_ip_address_are_limited(mails: Mails) -> None:
    assert sign_up(Client(), "carol").status_code == 302
    assert sign_up(Client(), "carol").status_code == 200  # the name is taken; not counted
    assert sign_up(Client(), "dave").status_code == 302
    refused = sign_up(Client(), "erin")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 86_400
    assert sign_up(Client(REMOTE_ADDR="192.0.2.1"), "erin").status_code == 302


@override_settings(SIGNUP_IP_PER_DAY=1)
def test_an_ipv6_customer_counts_as_one_address(mails: Mails) -> None:
    assert sign_up(Client(REMOTE_ADDR="2001:db8:1:2::1"), "carol").status_code == 302
    assert sign_up(Client(REMOTE_ADDR="2001:db8:1:2:ffff::9"), "dave").status_code == 429
    assert sign_up(Client(REMOTE_ADDR="2001:db8:1:3::1"), "dave").status_code == 302


def test_a_logged_in_user_cannot_sign_up(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/user/new")["Location"] == "/"
    sign_up(client)
    assert User.objects.count() == 1


def test_old_urls_redirect(client: Client) -> None:
    assert client.get("/create-account.html")["Location"] == "/user/new"
    assert client.get("/forgot-password.html")["Location"] == "/user/forgot-password"
