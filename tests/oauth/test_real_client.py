"""The whole flow against a real server, with the client library that requests-oauthlib is built on."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest
import requests
from django.conf import settings
from oauth2_provider.models import get_access_token_model
from oauthlib.oauth2 import WebApplicationClient
from pytest_django.live_server_helper import LiveServer

from apps.oauth.models import Application
from apps.users.models import User

from .flow import CHALLENGED, VERIFIER, browser, register

pytestmark = pytest.mark.django_db(transaction=True)

CALLBACK = "http://127.0.0.1:54321/"


def session_of(user: User) -> requests.Session:
    """Return the user's browser, logged in."""
    session = requests.Session()
    name = settings.SESSION_COOKIE_NAME
    session.cookies.set(name, browser(user).cookies[name].value)
    return session


def allow(session: requests.Session, page: str) -> str:
    """Press the button of the consent page and return the URL of the redirect."""
    answer = session.get(page)
    assert answer.status_code == 200
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    form = {name: unescape(value) for name, value in fields}
    sent = session.post(page.partition("?")[0], data=form, allow_redirects=False)
    assert sent.status_code == 302
    return sent.headers["Location"]


def exchange(
    live_server: LiveServer, application: Application, code: str, together: Barrier
) -> requests.Response:
    """Exchange the code for a token once all threads are ready."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": application.client_id,
        "code_verifier": VERIFIER,
    }
    together.wait()
    return requests.post(f"{live_server.url}/oauth2/token", data=fields, timeout=30)


@pytest.fixture
def insecure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library's clients use plain http."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def application(alice: User) -> Application:
    made, _secret = register(
        alice, "http://127.0.0.1/", scopes="read_prefs write_api openid", confidential=False
    )
    return made


def test_a_program_gets_uses_and_revokes_a_token(
    live_server: LiveServer, application: Application, bob: User, insecure: None
) -> None:
    client = WebApplicationClient(application.client_id)
    verifier = client.create_code_verifier(64)
    page = client.prepare_request_uri(
        f"{live_server.url}/oauth2/authorize",
        redirect_uri=CALLBACK,
        scope=["read_prefs", "openid"],
        state="here",
        code_challenge=client.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
    )
    answer = client.parse_request_uri_response(allow(session_of(bob), page), state="here")
    body = client.prepare_request_body(
        code=answer["code"], redirect_uri=CALLBACK, code_verifier=verifier, include_client_id=True
    )
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    exchanged = requests.post(f"{live_server.url}/oauth2/token", data=body, headers=form, timeout=10)
    token = client.parse_request_body_response(exchanged.text, scope=["read_prefs", "openid"])
    address, headers, _body = client.add_token(f"{live_server.url}/api/0.6/user/details.json")
    details = requests.get(address, headers=headers, timeout=10)
    assert details.json()["user"]["display_name"] == "bob"

    address, headers, body = client.prepare_token_revocation_request(
        f"{live_server.url}/oauth2/revoke", token["access_token"]
    )
    body += f"&client_id={application.client_id}"
    assert requests.post(address, data=body, headers=headers, timeout=10).status_code == 200
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    ended = requests.get(f"{live_server.url}/api/0.6/user/details", headers=bearer, timeout=10)
    assert (ended.status_code, ended.text) == (401, "Couldn't authenticate you")


def test_only_one_of_many_concurrent_exchanges_of_a_code_succeeds(
    live_server: LiveServer, application: Application, bob: User, insecure: None
) -> None:
    client = WebApplicationClient(application.client_id)
    page = client.prepare_request_uri(
        f"{live_server.url}/oauth2/authorize", redirect_uri=CALLBACK, scope=["read_prefs"], **CHALLENGED
    )
    code = client.parse_request_uri_response(allow(session_of(bob), page))["code"]
    together = Barrier(8)

    def status(_number: int) -> int:
        return exchange(live_server, application, code, together).status_code

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(status, range(8))) == {200: 1, 400: 7}
    # Whoever repeats a code may have stolen it.
    assert not get_access_token_model().objects.exists()


def test_concurrent_codes_give_one_token(
    live_server: LiveServer, application: Application, bob: User, insecure: None
) -> None:
    client = WebApplicationClient(application.client_id)
    page = client.prepare_request_uri(
        f"{live_server.url}/oauth2/authorize", redirect_uri=CALLBACK, scope=["read_prefs"], **CHALLENGED
    )
    session = session_of(bob)
    codes = [client.parse_request_uri_response(allow(session, page))["code"] for _ in range(6)]
    together = Barrier(6)

    def token(code: str) -> str:
        return str(exchange(live_server, application, code, together).json()["access_token"])

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(token, codes))) == 1
    assert get_access_token_model().objects.count() == 1
