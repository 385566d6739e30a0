"""The Python packages for OAuth 2 (osm-login-python, cli-oauth2, Authlib) make every call they know to a live instance."""

import io
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import oauthcli
import oauthcli.clean
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from django.http import HttpRequest
from django.test import RequestFactory
from osm_login_python.core import Auth
from pytest_django.live_server_helper import LiveServer

from apps.users.models import User
from tests.oauth.flow import register

from .person import Person

pytestmark = pytest.mark.django_db(transaction=True)

CALLBACK = "http://127.0.0.1:54321/callback"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = "read_prefs write_prefs openid"


@pytest.fixture
def site(live_server: LiveServer, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of the instance, which is also the issuer that it states; plain http is fine here."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    settings.PUBLIC_URL = live_server.url
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ISS_ENDPOINT": live_server.url}
    return str(live_server.url)


@pytest.fixture
def person(live_server: LiveServer, bob: User) -> Person:
    return Person(live_server, "bob")


@pytest.mark.parametrize("slash", ["", "/"])
def test_osm_login_python_logs_a_user_in(
    site: str, alice: User, bob: User, person: Person, slash: str
) -> None:
    application, secret = register(alice, CALLBACK, scopes=SCOPES)
    auth = Auth(site + slash, application.client_id, secret, "key", CALLBACK, ["read_prefs"])
    answer = auth.callback(person.authorize(auth.login()["login_url"]))
    assert auth.deserialize_data(answer["user_data"]) == {"id": bob.pk, "username": "bob", "img_url": None}
    token = auth.deserialize_data(answer["oauth_token"])
    assert auth.oauth.token["access_token"] == token
    with pytest.raises(ValueError, match="Token exchange failed: 400"):
        auth.callback(f"{CALLBACK}?code=wrong")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the tokens that cli-oauth2 keeps."""
    monkeypatch.setattr("platformdirs.user_config_dir", lambda *_given, **_named: str(tmp_path))
    return tmp_path


@pytest.fixture
def connect_program(site: str, alice: User, home: Path) -> Callable[[], Any]:
    application, secret = register(alice, "http://127.0.0.1/", OUT_OF_BAND, scopes=SCOPES)

    def connect() -> Any:
        scopes = ["read_prefs", "write_prefs"]
        return oauthcli.OpenStreetMapAuth(application.client_id, secret, scopes, url=site)

    return connect


def test_cli_oauth2_gets_a_token_through_its_own_server(
    connect_program: Callable[[], Any], person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = connect_program()

    def open_browser(url: str, **_options: object) -> None:
        """Let bob answer the question; the program waits for him to come back to it."""

        def answer() -> None:
            person.session.get(person.authorize(url), timeout=10)

        threading.Thread(target=answer).start()

    monkeypatch.setattr("webbrowser.open", open_browser)
    assert not program.authorized
    program.auth_server(port=[8090, 8190], timeout_seconds=10, authorization_prompt_message=None)
    assert program.authorized
    assert program.get("user/details.json").json()["user"]["display_name"] == "bob"
    # The token was kept, and the next start needs no browser.
    monkeypatch.delattr("webbrowser.open")
    again = connect_program()
    assert again.auth_server(token_test=lambda auth: auth.get("user/details")).authorized


def test_cli_oauth2_gets_a_token_for_a_typed_code_and_calls_the_api(
    connect_program: Callable[[], Any], person: Person, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = connect_program()
    url: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address, **_options: url.append(address))

    def type_code(_question: str) -> str:
        """Copy the code from the page, as a person does."""
        return parse_qs(urlsplit(person.authorize(url[0])).query)["code"][0]

    monkeypatch.setattr("builtins.input", type_code)
    program.auth_code(authorization_prompt_message=None)
    assert program.authorized
    assert program.put("user/preferences/color", data="red").status_code == 200
    assert program.get("/user/preferences/color").text == "red"
    assert program.head("user/preferences/color").status_code == 200
    assert program.request("GET", "user/preferences.json").json()["preferences"] == {"color": "red"}
    assert program.options("user/preferences/color").status_code == 405
    assert program.delete("user/preferences/color").status_code == 200
    assert program.post("notes", params={"lat": 47, "lon": 9, "text": "Bank?"}).status_code == 403
    assert program.patch("user/preferences/color").status_code == 405
    program.logout()
    assert not connect_program().authorized


def session(site: str, owner: User, *, confidential: bool = True, **options: Any) -> OAuth2Session:
    """Return Authlib's session of an application that alice has registered."""
    application, secret = register(owner, CALLBACK, scopes=SCOPES, confidential=confidential)
    return OAuth2Session(
        application.client_id,
        secret if confidential else None,
        scope="read_prefs",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        default_timeout=10,
        token_endpoint=f"{site}/oauth2/token",
        **options,
    )


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_authlib_gets_uses_introspects_and_revokes_a_token(
    site: str, alice: User, person: Person, method: str
) -> None:
    options = {"token_endpoint_auth_method": method, "revocation_endpoint_auth_method": method}
    client = session(site, alice, confidential=method != "none", **options)
    url, state = client.create_authorization_url(f"{site}/oauth2/authorize", code_verifier="v" * 48)
    answer = person.authorize(url)
    token = client.fetch_access_token(authorization_response=answer, state=state, code_verifier="v" * 48)
    assert (token["token_type"], token["scope"], token.is_expired()) == ("Bearer", "read_prefs", None)
    details = f"{site}/api/0.6/user/details.json"
    assert client.get(details).json()["user"]["display_name"] == "bob"
    if method != "none":
        assert client.introspect_token(f"{site}/oauth2/introspect").json()["active"] is True
    revoked = client.revoke_token(f"{site}/oauth2/revoke", token_type_hint="access_token")
    assert (revoked.status_code, revoked.json()) == (200, {})
    assert client.get(details).status_code == 401
    # There is no other way to a token, and a code is good for one only.
    with pytest.raises(OAuthError, match="unsupported_grant_type"):
        client.refresh_token(refresh_token="none")
    for given, error in [
        ({"grant_type": "password", "username": "bob", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"authorization_response": answer}, "invalid_grant"),
    ]:
        with pytest.raises(OAuthError, match=error):
            client.fetch_token(state=state, code_verifier="v" * 48, **given)


def application_request(path: str, kept: dict[str, Any]) -> HttpRequest:
    """Return a request to a web application, with the session that it keeps for a visitor."""
    request: Any = RequestFactory().get(path)
    request.session = kept
    return request  # type: ignore[no-any-return]


def test_authlib_logs_users_into_a_django_application(
    live_server: LiveServer, site: str, alice: User, bob: User, person: Person
) -> None:
    application, secret = register(alice, CALLBACK, scopes=SCOPES)
    oauth = OAuth()
    oauth.register(
        "osm",
        client_id=application.client_id,
        client_secret=secret,
        server_metadata_url=f"{site}/.well-known/openid-configuration",
        api_base_url=f"{site}/api/0.6/",
        client_kwargs={"scope": "openid read_prefs write_prefs", "code_challenge_method": "S256"},
    )
    kept: dict[str, Any] = {}
    sent = oauth.osm.authorize_redirect(application_request("/login", kept), CALLBACK)
    answer = urlsplit(person.authorize(sent["Location"]))
    token = oauth.osm.authorize_access_token(application_request(f"{answer.path}?{answer.query}", kept))
    assert (token["userinfo"]["iss"], token["userinfo"]["sub"]) == (site, str(bob.pk))
    assert token["userinfo"]["preferred_username"] == "bob"
    assert oauth.osm.userinfo(token=token)["sub"] == str(bob.pk)
    assert oauth.osm.fetch_jwk_set(force=True)["keys"][0]["alg"] == "RS256"
    color = "user/preferences/color"
    assert oauth.osm.put(color, data="red", token=token).status_code == 200
    assert oauth.osm.get(color, token=token).text == "red"
    assert oauth.osm.delete(color, token=token).status_code == 200
    assert oauth.osm.post("notes", token=token).status_code == 403
    assert oauth.osm.patch(color, token=token).status_code == 405
    with pytest.raises(RuntimeError, match="end_session_endpoint"):
        oauth.osm.create_logout_url()
    # A refusal comes back to the application too.
    sent = oauth.osm.authorize_redirect(application_request("/login", kept), CALLBACK, prompt="none")
    answer = urlsplit(Person(live_server, "alice").visit(sent["Location"])[0])
    with pytest.raises(OAuthError, match="login_required"):
        oauth.osm.authorize_access_token(application_request(f"{answer.path}?{answer.query}", kept))


def test_cli_oauth2_forgets_tokens(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = oauthcli.OpenStreetMapDevAuth("id", "secret", ["read_prefs"])
    program._save_token({"access_token": "x"})
    monkeypatch.setattr(sys, "stdin", io.StringIO("0\n"))
    oauthcli.clean.main()
    assert "openstreetmap_dev (1)" in capsys.readouterr().out
    assert not list(home.iterdir())
