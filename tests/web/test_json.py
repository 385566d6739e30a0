"""JSON of the website: without spaces between its parts, as scripts that search the text expect."""

import json
from typing import Any

import pytest
from django.test import Client

from apps.users.models import User
from tests.conftest import PASSWORD
from tests.oauth.flow import CALLBACK, address, browser, code_for, exchange, register
from tests.traces.files import POINT, gpx, imported

pytestmark = pytest.mark.django_db


def assert_compact(response: Any) -> None:
    assert response["Content-Type"] == "application/json; charset=utf-8"
    text = response.content.decode()
    assert text == json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)


def test_the_documents_for_applications_are_compact(alice: User) -> None:
    application, secret = register(alice, scopes="openid read_email read_prefs")
    code = code_for(browser(alice), address(application, scope="openid read_email"))
    answer = exchange(application, code, secret=secret)
    token = answer.json()["access_token"]
    assert f'"access_token":"{token}"' in answer.content.decode()
    bearer = {"Authorization": f"Bearer {token}"}
    client = Client()
    own = {"token": token, "client_id": application.client_id, "client_secret": secret}
    for response in (
        answer,
        client.post("/oauth2/introspect", own),
        client.post("/oauth2/introspect", {**own, "token": "x"}),
        client.post("/oauth2/introspect"),
        client.get("/oauth2/token/info", headers=bearer),
        client.get("/oauth2/token/info"),
        client.get("/oauth2/userinfo", headers=bearer),
        client.get("/oauth2/userinfo"),
        client.get("/oauth2/discovery/keys"),
        client.get("/.well-known/openid-configuration"),
        client.get("/.well-known/oauth-authorization-server"),
        client.post("/oauth2/token"),
        client.post("/oauth2/token", {"code": "\0"}),
        exchange(application, "x", secret=secret),
        exchange(application, "x", secret="wrong"),
        client.post("/oauth2/revoke", {"token": token}),
        client.post("/oauth2/revoke", own),
    ):
        assert_compact(response)


def test_the_scope_is_missing_compactly(alice: User) -> None:
    application, secret = register(alice)
    token = exchange(application, code_for(browser(alice), address(application)), secret=secret).json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    response = Client().get("/oauth2/userinfo", headers=bearer)
    assert response.status_code == 403
    assert_compact(response)
    assert CALLBACK in application.redirect_uris


@pytest.mark.usefixtures("trace_files")
def test_the_documents_for_scripts_are_compact(alice: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://osm.example.org"
    trace = imported(alice, gpx(POINT), visibility="public")
    client = browser(alice)
    path = "/account/two-factor/passkeys/challenge"
    for response in (
        client.get(f"/user/alice/traces/{trace.pk}/track.json"),
        client.post(path, {"name": "Phone", "current_password": PASSWORD}),
        client.post(path, {"name": "Phone", "current_password": "wrong"}),
        Client().post("/login/passkey/challenge"),
        client.get("/coverage.json"),
    ):
        assert response.status_code == 200
        assert_compact(response)
