"""openid-client, the certified JavaScript package for OpenID Connect, makes every call it knows to a live instance."""

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.users.models import User
from tests.conftest import PASSWORD
from tests.oauth.flow import register

from .javascript import run

CALLBACK = "https://app.example.org/callback"
SCOPES = "openid read_prefs read_email"


@pytest.fixture
def site(live_server: LiveServer, settings: Any) -> str:
    """The address of the instance, which clients compare with the issuer that it states."""
    settings.PUBLIC_URL = live_server.url
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ISS_ENDPOINT": live_server.url}
    return str(live_server.url)


@pytest.mark.django_db(transaction=True)
def test_openid_client_makes_every_call_it_knows(site: str, alice: User, bob: User) -> None:
    application, secret = register(alice, CALLBACK, scopes=SCOPES)
    public, _none = register(alice, CALLBACK, scopes=SCOPES, confidential=False)
    run(
        "openid_client.mjs",
        SITE=site,
        CLIENT=application.client_id,
        SECRET=secret,
        PUBLIC_CLIENT=public.client_id,
        PASSWORD=PASSWORD,
    )
