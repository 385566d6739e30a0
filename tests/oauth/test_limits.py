"""Limits of wrong client secrets and of applications."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.test import Client, override_settings

from apps.oauth import clients
from apps.oauth.actions import change_application, create_token
from apps.users.models import User

from .flow import address, browser, code_for, exchange, register, registered

pytestmark = pytest.mark.django_db


def introspect(client_id: str, secret: str, address: str = "192.0.2.1") -> Any:
    fields = {"client_id": client_id, "client_secret": secret, "token": "x"}
    return Client(REMOTE_ADDR=address).post("/oauth2/introspect", fields)


@override_settings(WRONG_SECRETS_PER_ADDRESS=3)
def test_wrong_client_secrets_are_limited_by_network(alice: User) -> None:
    application, secret = register(alice)
    assert [introspect(application.client_id, "wrong").status_code for _ in range(2)] == [401, 401]
    fields = {"grant_type": "authorization_code", "code": "x", "client_id": application.client_id}
    token = Client(REMOTE_ADDR="192.0.2.1").post("/oauth2/token", {**fields, "client_secret": "wrong"})
    assert token.status_code == 401
    fields["token"] = create_token(alice, scopes=["read_prefs"])
    for path in ("token", "revoke", "introspect"):
        sent = {**fields, "client_secret": "wrong"}
        refused = Client(REMOTE_ADDR="192.0.2.1").post(f"/oauth2/{path}", sent)
        assert refused.status_code == 429
        assert 0 < int(refused["Retry-After"]) <= 900
        assert refused.json()["error"] == "temporarily_unavailable"
    assert introspect(application.client_id, "wrong", "192.0.2.2").status_code == 401
    assert introspect(application.client_id, secret).status_code == 200


@override_settings(WRONG_SECRETS_PER_ADDRESS=2)
def test_wrong_secrets_of_one_client_do_not_block_the_others(alice: User) -> None:
    (attacked, secret), (other, _secret) = register(alice), register(alice)
    public, _none = register(alice, confidential=False)
    assert [introspect(attacked.client_id, "wrong").status_code for _ in range(3)] == [401, 401, 429]
    assert introspect(other.client_id, "wrong").status_code == 401
    # From the address of the attacker.
    assert exchange(attacked, code_for(browser(alice), address(attacked)), secret=secret).status_code == 200
    assert exchange(public, code_for(browser(alice), address(public))).status_code == 200
    for _ in range(5):
        assert introspect(public.client_id, "wrong").status_code == 401
        assert introspect("unknown", "wrong").status_code == 401


def test_wrong_codes_do_not_count_as_wrong_secrets(alice: User, settings: Any) -> None:
    settings.WRONG_SECRETS_PER_ADDRESS = 1
    application, secret = register(alice)
    answers = [exchange(application, "wrong", secret=secret).status_code for _ in range(3)]
    assert answers == [400, 400, 400]


def test_a_replaced_secret_is_not_recognised(alice: User) -> None:
    application, old = register(alice)
    change = {"name": "Editor", "redirect_uris": ["https://a.example.org/"], "scopes": ["read_prefs"]}
    change_application(application, **change, confidential=False, by_operator=True)  # type: ignore[arg-type]
    new = change_application(application, **change, confidential=True, by_operator=True)  # type: ignore[arg-type]
    assert introspect(application.client_id, old).status_code == 401
    assert introspect(application.client_id, new).status_code == 200


def test_a_secret_that_is_not_remembered_is_hashed_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    application, secret = register(alice)
    cache.delete(clients._key(application))
    hashed: list[str] = []

    def check(given: str, encoded: str) -> bool:
        hashed.append(given)
        return check_password(given, encoded)

    monkeypatch.setattr(clients, "check_password", check)
    assert [introspect(application.client_id, secret).status_code for _ in range(3)] == [200] * 3
    assert hashed == [secret]


@override_settings(WRONG_SECRETS_PER_ADDRESS=2)
def test_right_client_secrets_do_not_count(alice: User) -> None:
    application, secret = register(alice)
    assert [introspect(application.client_id, secret).status_code for _ in range(5)] == [200] * 5


@override_settings(MAX_APPLICATIONS_PER_DAY=2)
def test_a_user_can_register_so_many_applications_per_day(alice: User, bob: User) -> None:
    fields = {
        "name": "Editor",
        "redirect_uris": "https://editor.example.org/callback",
        "scopes": ["read_prefs"],
    }
    client = browser(alice)
    assert [client.post("/oauth2/applications", fields).status_code for _ in range(2)] == [302, 302]
    refused = client.post("/oauth2/applications", fields, headers={"Accept": "text/html"})
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 86_400
    assert "Please wait a while" in refused.content.decode()
    assert browser(bob).post("/oauth2/applications", fields).status_code == 302
    assert registered().count() == 3
