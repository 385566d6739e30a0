"""No input causes status 500."""

import pytest
from django.test import Client

from apps.users.models import User

from .flow import CALLBACK, browser, register

pytestmark = pytest.mark.django_db

ODD = ["", "\0", "x" * 5000, "ü☃%00", "http://[::1"]
CALLS = [
    ("get", "/oauth2/authorize"),
    ("post", "/oauth2/authorize"),
    ("get", "/oauth2/authorize/native"),
    ("post", "/oauth2/token"),
    ("post", "/oauth2/revoke"),
    ("post", "/oauth2/introspect"),
]


@pytest.mark.parametrize(
    "name",
    [
        *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge"),
        *("code_challenge_method", "code", "code_verifier", "client_secret", "grant_type", "token"),
        *("prompt", "_method"),
    ],
)
def test_odd_parameters_are_rejected_or_ignored(alice: User, name: str) -> None:
    application, secret = register(alice)
    client = browser(alice)
    parameters = {
        "client_id": application.client_id,
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "read_prefs",
        "grant_type": "authorization_code",
        "code": "x",
        "client_secret": secret,
        "token": "x",
    }
    for value in ODD:
        for method, path in CALLS:
            answer = getattr(client, method)(path, {**parameters, name: value})
            assert answer.status_code < 500


@pytest.mark.parametrize("name", ["name", "redirect_uris", "scopes", "confidential", "_method"])
def test_odd_form_fields_are_rejected_or_ignored(alice: User, name: str) -> None:
    application, _secret = register(alice)
    client = browser(alice)
    parameters = {"name": "x", "redirect_uris": CALLBACK, "scopes": "read_prefs", "_method": "put"}
    for value in ODD:
        for path in (
            "/oauth2/applications",
            f"/oauth2/applications/{application.id}",
            f"/oauth2/authorized_applications/{application.id}",
            "/oauth2/authorized_applications/99999999999999999999",
        ):
            assert client.post(path, {**parameters, name: value}).status_code < 500


@pytest.mark.parametrize(
    "header",
    [
        *("Bearer", "Bearer ", "Bearer \u00fc", "Bearer a b", "Bearer " + "x" * 5000),
        *("Basic", "Basic ====", "Basic AAAA", "Basic /////w==", "Basic OjA6", "Digest x"),
    ],
)
def test_malformed_authorization_headers_are_ignored(db: None, header: str) -> None:
    for path in ("userinfo", "token/info", "revoke", "introspect", "token"):
        for method in ("get", "post"):
            call = getattr(Client(), method)
            answer = call(f"/oauth2/{path}", {"token": "x"}, headers={"Authorization": header})
            assert answer.status_code in {200, 400, 401, 403, 405}
    assert Client().get("/api/0.6/user/details", headers={"Authorization": header}).status_code == 401
