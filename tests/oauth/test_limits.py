"""Limits of wrong client secrets and of applications."""

from typing import Any

import pytest
from django.test import Client, override_settings

from apps.users.models import User

from .flow import browser, register, registered

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
    for path in ("token", "revoke", "introspect"):
        refused = Client(REMOTE_ADDR="192.0.2.1").post(f"/oauth2/{path}", {**fields, "client_secret": secret})
        assert refused.status_code == 429
        assert 0 < int(refused["Retry-After"]) <= 900
        assert refused.json()["error"] == "temporarily_unavailable"
    assert introspect(application.client_id, secret, "192.0.2.2").status_code == 200


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
