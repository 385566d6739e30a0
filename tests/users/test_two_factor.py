"""The code after the password."""

import re
import time
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from apps.users.models import User
from tests.conftest import PASSWORD

from .conftest import Mails
from .test_login import log_in, who

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def at(seconds: int) -> Any:
    """Move the clock forward by this many seconds."""
    now = time.time()
    return patch("allauth.mfa.totp.internal.auth.time.time", lambda: now + seconds)


@pytest.fixture
def secret(client: Client, alice: User) -> str:
    """The secret in alice's app."""
    client.force_login(alice)
    found = re.search(r"<code>(\w{32})</code>", client.get("/account/two-factor").content.decode())
    assert found
    return found[1]


@pytest.fixture
def codes(client: Client, secret: str) -> list[str]:
    """Turn it on, log out, and return the recovery codes."""
    page = switch_on(client, code_of(secret))
    client.post("/logout")
    return re.findall(r"<code>(\d+)</code>", page)


def switch_on(client: Client, code: str, password: str = PASSWORD) -> str:
    fields = {"code": code, "current_password": password}
    return client.post("/account/two-factor", fields).content.decode()


def test_turning_it_on_requires_a_code_and_the_password(client: Client, secret: str) -> None:
    assert "data:image/svg+xml;base64," in client.get("/account/two-factor").content.decode()
    wrong = f"{(int(code_of(secret)) + 1) % 10**6:06}"
    assert "That code is not correct" in switch_on(client, wrong)
    assert "That is not your password" in switch_on(client, code_of(secret), "wrong")
    assert not Authenticator.objects.exists()
    page = switch_on(client, code_of(secret))
    assert len(re.findall(r"<code>\d+</code>", page)) == 10
    assert "You have 10 recovery codes left" in client.get("/account/two-factor").content.decode()


def test_secrets_are_encrypted_in_the_database(codes: list[str], secret: str) -> None:
    held = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert len(codes) == 10
    assert secret not in held
    assert not any(code in held for code in codes)


def test_the_password_alone_is_no_longer_enough(client: Client, codes: list[str], secret: str) -> None:
    assert log_in(client, "alice", referer="/help") == "/login/code?referer=%2Fhelp"
    assert who(client) is None
    assert client.get("/account").status_code == 302
    response = client.post("/login/code", {"code": code_of(secret), "referer": "/help"})
    assert response["Location"] == "/help"
    assert who(client) == "alice"


def test_remember_me_survives_the_second_step(client: Client, codes: list[str], secret: str) -> None:
    log_in(client, "alice", remember_me="on")
    client.post("/login/code", {"code": code_of(secret)})
    assert client.cookies["_osm_session"]["max-age"] == 28 * 24 * 3600


def test_a_code_is_valid_once_and_for_half_a_minute(client: Client, codes: list[str], secret: str) -> None:
    code = code_of(secret)
    log_in(client, "alice")
    assert client.post("/login/code", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    client.post("/logout")
    log_in(client, "alice")
    assert "already used" in client.post("/login/code", {"code": code}).content.decode()
    with at(90):
        assert "has expired" in client.post("/login/code", {"code": code}).content.decode()
        assert client.post("/login/code", {"code": code_of(secret)}).status_code == 302


def test_a_recovery_code_is_valid_once(client: Client, codes: list[str]) -> None:
    log_in(client, "alice")
    assert client.post("/login/code", {"code": codes[3]}).status_code == 302
    assert who(client) == "alice"
    assert "You have 9 recovery codes left" in client.get("/account/two-factor").content.decode()
    client.post("/logout")
    log_in(client, "alice")
    assert "already used" in client.post("/login/code", {"code": codes[3]}).content.decode()
    assert who(client) is None


def test_guesses_of_codes_are_limited_even_across_logins(
    client: Client, codes: list[str], secret: str
) -> None:
    for _ in range(10):
        log_in(client, "alice")
        client.post("/login/code", {"code": "12345"})
    log_in(client, "alice")
    assert "Too many attempts" in client.post("/login/code", {"code": code_of(secret)}).content.decode()
    assert who(client) is None


def test_the_second_step_requires_the_password(client: Client, codes: list[str], secret: str) -> None:
    assert Client().get("/login/code")["Location"] == "/login"
    assert Client().post("/login/code", {"code": code_of(secret)})["Location"] == "/login"
    log_in(client, "alice")
    now = time.time()
    with patch("apps.web.accounts.views.sessions.time.time", lambda: now + 601):
        assert client.post("/login/code", {"code": code_of(secret)})["Location"] == "/login"
    User.objects.update(password="md5$changed$meanwhile")
    assert client.post("/login/code", {"code": code_of(secret)})["Location"] == "/login"


def test_a_password_reset_does_not_bypass_it(
    client: Client, codes: list[str], secret: str, mails: Mails
) -> None:
    client.post("/user/forgot-password", {"email": "alice@example.org"})
    new = "an entirely new one"
    response = client.post(mails()[0].link, {"password": new, "password_confirmation": new})
    assert response["Location"] == "/login/code"
    assert who(client) is None
    client.post("/login/code", {"code": code_of(secret)})
    assert who(client) == "alice"


def test_an_email_change_does_not_bypass_it(
    client: Client, codes: list[str], secret: str, mails: Mails
) -> None:
    log_in(client, "alice")
    client.post("/login/code", {"code": code_of(secret)})
    fields = {"display_name": "alice", "new_email": "new@example.org", "current_password": PASSWORD}
    client.post("/account", fields)
    (mail,) = mails()
    elsewhere = Client()
    assert elsewhere.post(mail.link)["Location"] == "/login/code?referer=%2Faccount"
    assert who(elsewhere) is None


def test_a_logged_in_user_confirms_a_new_email_without_a_code(
    client: Client, codes: list[str], secret: str, mails: Mails
) -> None:
    log_in(client, "alice")
    client.post("/login/code", {"code": code_of(secret)})
    fields = {"display_name": "alice", "new_email": "new@example.org", "current_password": PASSWORD}
    client.post("/account", fields)
    assert client.post(mails()[0].link)["Location"] == "/account"
    assert who(client) == "alice"


def test_new_recovery_codes_replace_the_old_ones(client: Client, codes: list[str], alice: User) -> None:
    client.force_login(alice)
    wrong = client.post("/account/two-factor/recovery-codes", {"current_password": "wrong"})
    assert "That is not your password" in wrong.content.decode()
    page = client.post("/account/two-factor/recovery-codes", {"current_password": PASSWORD})
    fresh = re.findall(r"<code>(\d+)</code>", page.content.decode())
    assert len(fresh) == 10
    client.post("/logout")
    log_in(client, "alice")
    assert client.post("/login/code", {"code": codes[0]}).status_code == 200
    assert client.post("/login/code", {"code": fresh[0]}).status_code == 302


def test_turning_it_off_requires_the_password(client: Client, codes: list[str], alice: User) -> None:
    client.force_login(alice)
    client.post("/account/two-factor/off", {"current_password": "wrong"})
    assert Authenticator.objects.count() == 2
    assert client.get("/account/two-factor/off").status_code == 200
    client.post("/account/two-factor/off", {"current_password": PASSWORD})
    assert not Authenticator.objects.exists()
    client.post("/logout")
    assert log_in(client, "alice") == "/"
