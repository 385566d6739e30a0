"""`manage.py create_application`."""

from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from apps.oauth.actions import create_application
from apps.oauth.models import Application
from apps.osm.errors import RoleMissingError
from apps.users.models import User
from tests.oauth.flow import registered

pytestmark = pytest.mark.django_db

CALLBACK = "https://editor.example.org/callback"


def create(uri: str = CALLBACK, *flags: str, scopes: str = "read_prefs write_api") -> None:
    call_command(
        "create_application", "Editor", "--owner", "alice", "--redirect-uri", uri, "--scopes", scopes, *flags
    )


def test_it_prints_the_id_and_the_secret(capsys: pytest.CaptureFixture[str], alice: User) -> None:
    create()
    client_id, secret = capsys.readouterr().out.splitlines()
    application = registered().get(client_id=client_id)
    assert application.user == alice
    assert application.name == "Editor"
    assert application.client_type == Application.CLIENT_CONFIDENTIAL
    assert application.authorization_grant_type == Application.GRANT_AUTHORIZATION_CODE
    assert application.redirect_uri_allowed(CALLBACK)
    assert application.scopes == "read_prefs write_api"
    assert application.client_secret != secret
    assert check_password(secret, application.client_secret)


def test_a_public_application_has_no_secret(capsys: pytest.CaptureFixture[str], alice: User) -> None:
    create(CALLBACK, "--public")
    [client_id] = capsys.readouterr().out.splitlines()
    assert registered().get(client_id=client_id).client_type == Application.CLIENT_PUBLIC


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:8111/cb", "http://[::1]/", "urn:ietf:wg:oauth:2.0:oob", "josm://callback"]
)
def test_it_accepts_loopback_redirect_uris(alice: User, uri: str) -> None:
    create(uri)
    assert registered().get().redirect_uris == uri


@pytest.mark.parametrize(
    "uri",
    [
        *("", "callback", "/callback", "https://", "https://a.example/#x", "https://a.example/#"),
        *("https://a.example/ b", "http://a.example/", "javascript:alert(1)", "http://[::1/"),
    ],
)
def test_it_rejects_other_redirect_uris(alice: User, uri: str) -> None:
    with pytest.raises(CommandError, match="redirect URI"):
        create(uri)
    assert not registered().exists()


def test_it_rejects_unknown_scopes_and_owners(alice: User) -> None:
    with pytest.raises(CommandError, match="There is no scope fly"):
        create(scopes="fly")
    with pytest.raises(CommandError, match="There is no user bob"):
        call_command(
            "create_application", "X", "--owner", "bob", "--redirect-uri", CALLBACK, "--scopes", "openid"
        )


@pytest.mark.parametrize("name", ["", " ", "x" * 256])
def test_it_rejects_an_empty_or_too_long_name(alice: User, name: str) -> None:
    with pytest.raises(CommandError, match="must not be"):
        call_command(
            "create_application", name, "--owner", "alice", "--redirect-uri", CALLBACK, "--scopes", "openid"
        )


def test_only_administrators_and_the_operator_grant_privileged_scopes(
    alice: User, administrator: User
) -> None:
    fields: dict[str, Any] = {"name": "X", "redirect_uris": [CALLBACK], "scopes": ["read_email"]}
    with pytest.raises(RoleMissingError):
        create_application(alice, **fields)
    for owner, by_operator in ((administrator, False), (alice, True)):
        application, _secret = create_application(owner, **fields, by_operator=by_operator)
        assert application.scopes == "read_email"
