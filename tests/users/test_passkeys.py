"""Passkeys, with a device in software; tests/browser uses a real browser."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client, override_settings

from apps.users.models import User
from tests.conftest import PASSWORD

from .device import Device
from .test_login import log_in, who
from .test_two_factor import code_of, switch_on

pytestmark = pytest.mark.django_db
NEW = "/account/two-factor/passkeys"
REFUSED = "This passkey was not accepted"


@pytest.fixture(autouse=True)
def _domain() -> Iterator[None]:
    with override_settings(PUBLIC_URL="https://osm.example.org"):
        yield


def challenge(client: Client, path: str, **fields: str) -> dict[str, Any]:
    response = client.post(f"{path}/challenge", fields)
    assert response.status_code == 200, response.content
    return response.json()  # type: ignore[no-any-return]


def add(client: Client, device: Device, name: str = "Phone") -> str:
    """Add a passkey and return the page that follows."""
    fields = {"name": name, "current_password": PASSWORD}
    answer = device.create(challenge(client, NEW, **fields))
    return client.post(NEW, {**fields, "credential": answer}, follow=True).content.decode()


def answer_login(client: Client, device: Device, **fields: str) -> Any:
    return client.post(
        "/login/passkey", {"credential": device.get(challenge(client, "/login/passkey")), **fields}
    )


@pytest.fixture
def device(client: Client, alice: User) -> Device:
    """Alice's device; the client is logged out."""
    client.force_login(alice)
    device = Device()
    assert "Your passkey has been added" in add(client, device)
    client.post("/logout")
    return device


def test_a_passkey_can_be_added_named_and_removed(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert "Two-factor authentication is off" in client.get("/account/two-factor").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", add(client, Device(), "<b>Phone</b>"))) == 10
    page = add(client, Device(credential_id=b"another"), "Key")
    assert "recovery codes left" in page
    assert "&lt;b&gt;Phone&lt;/b&gt;" in page
    passkey = Authenticator.objects.filter(type="webauthn").order_by("pk")[0]
    assert client.post(f"{NEW}/{passkey.pk}", {"name": "Tablet"})["Location"] == "/account/two-factor"
    assert "Tablet" in client.get("/account/two-factor").content.decode()
    for left in Authenticator.objects.filter(type="webauthn"):
        remove = f"{NEW}/{left.pk}/remove"
        assert "That is not your password" in client.post(remove, {"current_password": "x"}).content.decode()
        client.post(remove, {"current_password": PASSWORD})
    assert not Authenticator.objects.exists()


def test_adding_a_passkey_requires_the_password(client: Client, alice: User) -> None:
    client.force_login(alice)
    refused = client.post(f"{NEW}/challenge", {"name": "Phone", "current_password": "wrong"})
    assert refused.json() == {"errors": ["That is not your password."]}
    answer = Device().create(challenge(client, NEW, name="Phone", current_password=PASSWORD))
    page = client.post(NEW, {"name": "Phone", "current_password": "wrong", "credential": answer})
    assert "That is not your password" in page.content.decode()
    assert not Authenticator.objects.exists()


def test_a_passkey_cannot_be_added_twice(client: Client, alice: User, device: Device) -> None:
    client.force_login(alice)
    assert (
        len(challenge(client, NEW, name="x", current_password=PASSWORD)["publicKey"]["excludeCredentials"])
        == 1
    )
    assert REFUSED in add(client, device)


def test_twenty_passkeys_are_the_limit(client: Client, alice: User, device: Device) -> None:
    held = Authenticator.objects.get(type="webauthn")
    Authenticator.objects.bulk_create(
        Authenticator(user=alice, type="webauthn", data=held.data) for _ in range(19)
    )
    client.force_login(alice)
    refused = client.post(f"{NEW}/challenge", {"name": "Phone", "current_password": PASSWORD})
    assert refused.json() == {"errors": ["You already have 20 passkeys."]}


def test_passkeys_of_others_cannot_be_changed(client: Client, bob: User, device: Device) -> None:
    client.force_login(bob)
    passkey = Authenticator.objects.get(type="webauthn")
    assert client.post(f"{NEW}/{passkey.pk}", {"name": "mine"}).status_code == 404
    fields = {"current_password": PASSWORD}
    assert client.post(f"{NEW}/{passkey.pk}/remove", fields).status_code == 404
    assert client.post(f"{NEW}/99999999999999999999/remove", fields).status_code == 404
    assert str(Authenticator.objects.get(type="webauthn")) == "Phone"


def test_the_password_alone_is_no_longer_enough(client: Client, device: Device) -> None:
    assert log_in(client, "alice", referer="/help") == "/login/code?referer=%2Fhelp"
    assert who(client) is None
    answer = device.get(challenge(client, "/login/code/passkey"))
    response = client.post("/login/code/passkey", {"credential": answer, "referer": "/help"})
    assert response["Location"] == "/help"
    assert who(client) == "alice"
    assert Authenticator.objects.get(type="webauthn").last_used_at


def test_a_passkey_and_an_app_work_side_by_side(client: Client, alice: User, device: Device) -> None:
    client.force_login(alice)
    (secret,) = re.findall(r"<code>(\w{32})</code>", client.get("/account/two-factor").content.decode())
    assert switch_on(client, code_of(secret)) == ""
    client.post("/account/two-factor/off", {"current_password": PASSWORD})
    assert "You have 10 recovery codes left" in client.get("/account/two-factor").content.decode()


def test_a_passkey_replaces_the_password(client: Client, device: Device) -> None:
    response = answer_login(client, device, referer="/help", remember_me="on")
    assert response["Location"] == "/help"
    assert who(client) == "alice"
    assert client.cookies["_osm_session"]["max-age"] == 28 * 24 * 3600


def test_login_without_a_password_requires_user_verification(client: Client, device: Device) -> None:
    device.is_verified = False
    assert REFUSED in answer_login(client, device).content.decode()
    log_in(client, "alice")
    answer = device.get(challenge(client, "/login/code/passkey"))
    # The challenge of one way is not good for the other.
    assert REFUSED in client.post("/login/passkey", {"credential": answer}).content.decode()
    answer = device.get(challenge(client, "/login/code/passkey"))
    assert client.post("/login/code/passkey", {"credential": answer}).status_code == 302


def test_a_response_is_valid_once_and_for_ten_minutes(client: Client, device: Device) -> None:
    answer = device.get(challenge(client, "/login/passkey"))
    now = time.time()
    with patch("apps.web.accounts.views.passkeys.time.time", lambda: now + 601):
        assert REFUSED in client.post("/login/passkey", {"credential": answer}).content.decode()
    assert REFUSED in client.post("/login/passkey", {"credential": answer}).content.decode()
    answer = device.get(challenge(client, "/login/passkey"))
    assert REFUSED in Client().post("/login/passkey", {"credential": answer}).content.decode()
    assert client.post("/login/passkey", {"credential": answer}).status_code == 302
    client.post("/logout")
    assert REFUSED in client.post("/login/passkey", {"credential": answer}).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "https://osm.example.com"},
        {"origin": "https://evil.osm.example.org"},
        {"origin": "http://osm.example.org"},
        {"credential_id": b"unknown"},
        {"handle": None},
        {"handle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"},
        {"key": Device().key},
    ],
)
def test_signatures_of_other_sites_and_devices_are_rejected(
    client: Client, device: Device, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(device, name, value)
    assert REFUSED in answer_login(client, device).content.decode()
    assert who(client) is None


@pytest.mark.parametrize(
    "answer",
    ["", "null", "7", "[" * 30_000, "\0", '{"rawId": "é"}', '{"id":"YQ","rawId":"YQ","response":{}}'],
)
def test_malformed_responses_are_rejected(client: Client, alice: User, device: Device, answer: str) -> None:
    challenge(client, "/login/passkey")
    assert REFUSED in client.post("/login/passkey", {"credential": answer}).content.decode()
    log_in(client, "alice")
    challenge(client, "/login/code/passkey")
    assert REFUSED in client.post("/login/code/passkey", {"credential": answer}).content.decode()
    client.force_login(alice)
    fields = {"name": "Phone", "current_password": PASSWORD}
    challenge(client, NEW, **fields)
    assert REFUSED in client.post(NEW, {**fields, "credential": answer}).content.decode()
    assert Authenticator.objects.filter(type="webauthn").count() == 1


@pytest.mark.parametrize(("status", "leads_to"), [("suspended", "/user/suspended"), ("deleted", "")])
def test_accounts_that_cannot_log_in_cannot_use_passkeys_either(
    client: Client, device: Device, status: str, leads_to: str
) -> None:
    User.objects.update(status=status)
    assert answer_login(client, device).get("Location", "") == leads_to
    assert who(client) is None


def test_attempts_are_rate_limited(client: Client, device: Device) -> None:
    for _ in range(10):
        log_in(client, "alice")
        challenge(client, "/login/code/passkey")
        client.post("/login/code/passkey", {"credential": "{}"})
    log_in(client, "alice")
    answer = device.get(challenge(client, "/login/code/passkey"))
    page = client.post("/login/code/passkey", {"credential": answer}).content.decode()
    assert "Too many log-in attempts" in page
    for _ in range(49):
        client.post("/login/passkey/challenge")
    last = [client.post("/login/passkey/challenge") for _ in range(12)][-1]
    assert (last.status_code, "Too many log-in attempts" in json.loads(last.content)["errors"][0]) == (
        429,
        True,
    )


def test_the_second_step_requires_the_password_first(client: Client, device: Device) -> None:
    assert client.post("/login/code/passkey/challenge").status_code == 403
    assert client.post("/login/code/passkey", {"credential": "{}"})["Location"] == "/login"


@pytest.mark.parametrize(
    ("public_url", "host", "said"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", 'href="http://localhost:8000/account/two-factor"'),
        ("http://127.0.0.1:8000", "[::1]:8000", 'href="http://localhost:8000/account/two-factor"'),
        ("http://127.0.0.1:8000", "localhost:8000", f'href="{NEW}"'),
        ("http://localhost:8000", "127.0.0.1:8000", 'href="http://localhost:8000/account/two-factor"'),
        ("https://osm.example.org", "osm.example.org", f'href="{NEW}"'),
        ("https://192.0.2.7", "192.0.2.7", "need a domain name and HTTPS"),
        ("http://osm.example.org", "osm.example.org", "need a domain name and HTTPS"),
        ("http://127.0.0.1:8000", "192.0.2.7:8000", "need a domain name and HTTPS"),
    ],
)
def test_the_page_says_where_passkeys_work(
    client: Client, alice: User, public_url: str, host: str, said: str
) -> None:
    client.force_login(alice)
    with override_settings(PUBLIC_URL=public_url):
        assert said in client.get("/account/two-factor", headers={"host": host}).content.decode()
        works = f'href="{NEW}"' in said
        fields = {"name": "Phone", "current_password": PASSWORD}
        response = client.post(f"{NEW}/challenge", fields, headers={"host": host})
        assert response.status_code == (200 if works else 404)
