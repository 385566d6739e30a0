"""`/oauth2/token`, and the endpoints for tokens: revoke, introspect, userinfo."""

import base64
import json
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.utils import timezone
from jwcrypto import jwk, jwt
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model

from apps.instance import embedded
from apps.oauth.models import Application, UsedCode
from apps.users.models import User
from tests.api06.client import get

from .flow import CALLBACK, CHALLENGE, VERIFIER, address, basic, browser, code_for, exchange, register

pytestmark = pytest.mark.django_db

CHALLENGES = [
    (CHALLENGE, "S256", VERIFIER, 200),
    (CHALLENGE, "S256", "w" * 43, 400),
    (CHALLENGE, "S256", CHALLENGE, 400),
    (CHALLENGE, "S256", None, 400),
    (VERIFIER, "plain", VERIFIER, 200),
    (VERIFIER, None, VERIFIER, 200),
    (VERIFIER, "plain", "w" * 43, 400),
    (VERIFIER, "plain", None, 400),
]
"""A challenge, its method, the verifier, and the status of the exchange."""


def token_of(user: User, application: Application, secret: str, scope: str = "read_prefs") -> dict[str, Any]:
    code = code_for(browser(user), address(application, scope=scope, prompt="consent"))
    answer: dict[str, Any] = exchange(application, code, secret=secret).json()
    return answer


def test_the_response_equals_upstreams(alice: User, bob: User) -> None:
    application, secret = register(alice)
    code = code_for(browser(bob), address(application, scope="read_prefs write_api"))
    response = exchange(application, code, secret=secret)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    answer = response.json()
    assert answer.keys() == {"access_token", "token_type", "scope", "created_at"}
    assert (answer["token_type"], answer["scope"]) == ("Bearer", "read_prefs write_api")
    assert abs(answer["created_at"] - timezone.now().timestamp()) < 60
    details = get("user/details.json", Authorization=f"Bearer {answer['access_token']}").json
    assert details["user"]["id"] == bob.id
    assert not get_refresh_token_model().objects.exists()
    assert get_access_token_model().objects.get().expires.year == 9999


def test_the_same_consent_gives_the_same_token(alice: User, bob: User) -> None:
    application, secret = register(alice)
    first = token_of(alice, application, secret, "read_prefs write_api")
    again = token_of(alice, application, secret, "write_api read_prefs")
    assert again["access_token"] == first["access_token"]
    assert again["created_at"] == first["created_at"]
    others = [
        token_of(alice, application, secret, "read_prefs"),
        token_of(bob, application, secret, "read_prefs write_api"),
        token_of(alice, *register(alice), "read_prefs write_api"),
    ]
    assert len({first["access_token"], *(answer["access_token"] for answer in others)}) == 4
    assert get_access_token_model().objects.count() == 4


@pytest.mark.parametrize(
    ("confidential", "challenge", "method", "verifier", "status"),
    [
        *((kind, *row) for kind in (True, False) for row in CHALLENGES),
        (True, None, None, None, 200),
        (True, None, None, VERIFIER, 400),
    ],
)
def test_the_verifier_must_match_the_challenge(
    alice: User,
    confidential: bool,
    challenge: str | None,
    method: str | None,
    verifier: str | None,
    status: int,
) -> None:
    application, secret = register(alice, confidential=confidential)
    page = address(application, code_challenge=challenge, code_challenge_method=method)
    code = code_for(browser(alice), page)
    response = exchange(application, code, secret=secret, code_verifier=verifier)
    assert response.status_code == status
    if status == 400:
        assert response.json()["error"] in {"invalid_grant", "invalid_request"}
        assert not get_access_token_model().objects.exists()


@pytest.mark.parametrize("method", [None, "S256", "plain"])
def test_public_applications_must_send_a_challenge(
    alice: User, settings: LazySettings, method: str | None
) -> None:
    application, _secret = register(alice, confidential=False)
    page = address(application, code_challenge=None, code_challenge_method=method)
    refused = browser(alice).get(page)
    assert refused.status_code == 400
    assert b"Code challenge required" in refused.content
    settings.REQUIRE_PKCE = False
    assert exchange(application, code_for(browser(alice), page), code_verifier=None).status_code == 200


def test_a_code_without_a_challenge_is_useless_to_public_applications(
    alice: User, settings: LazySettings
) -> None:
    application, _secret = register(alice, confidential=False)
    settings.REQUIRE_PKCE = False
    code = code_for(browser(alice), address(application, code_challenge=None, code_challenge_method=None))
    settings.REQUIRE_PKCE = True
    assert exchange(application, code, code_verifier=None).json()["error"] == "invalid_request"
    assert exchange(application, code).json()["error"] == "invalid_grant"
    assert not get_access_token_model().objects.exists()


@pytest.mark.parametrize("confidential", [True, False])
def test_a_reused_code_revokes_its_token(alice: User, bob: User, confidential: bool) -> None:
    application, secret = register(alice, confidential=confidential)
    others = token_of(bob, application, secret)["access_token"]
    page = address(application, prompt="consent")
    code = code_for(browser(alice), page)
    token = exchange(application, code, secret=secret).json()["access_token"]
    assert get("user/details", Authorization=f"Bearer {token}").status == 200
    again = exchange(application, code, secret=secret)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert get("user/details", Authorization=f"Bearer {token}").status == 401
    assert get("user/details", Authorization=f"Bearer {others}").status == 200
    assert exchange(application, code_for(browser(alice), page), secret=secret).status_code == 200


def test_others_cannot_revoke_a_token_by_its_code(alice: User) -> None:
    application, secret = register(alice)
    other, other_secret = register(alice)
    code = code_for(browser(alice), address(application))
    token = exchange(application, code, secret=secret).json()["access_token"]
    assert exchange(other, code, secret=other_secret).status_code == 400
    assert exchange(application, code, secret="wrong").status_code == 401
    assert exchange(application, code).status_code == 401
    assert get("user/details", Authorization=f"Bearer {token}").status == 200


def test_used_codes_are_forgotten_once_they_would_have_expired(alice: User) -> None:
    application, secret = register(alice)
    for _ in range(2):
        UsedCode.objects.update(expires=timezone.now())
        code = code_for(browser(alice), address(application, prompt="consent"))
        exchange(application, code, secret=secret)
    assert UsedCode.objects.count() == 1


def test_a_code_is_valid_for_ten_minutes_and_expired_ones_are_deleted(alice: User) -> None:
    application, secret = register(alice)
    client = browser(alice)
    code = code_for(client, address(application))
    grant = get_grant_model().objects.get()
    assert timedelta(minutes=9) < grant.expires - timezone.now() <= timedelta(minutes=10)
    get_grant_model().objects.update(expires=timezone.now())
    assert exchange(application, code, secret=secret).json()["error"] == "invalid_grant"
    code_for(client, address(application))
    assert get_grant_model().objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "unknown"}, 401, "invalid_client"),
        ({"client_id": ""}, 401, "invalid_client"),
        ({"code": "unknown"}, 400, "invalid_grant"),
        ({"code": "nul\0"}, 400, "invalid_request"),
        ({"redirect_uri": "https://editor.example.org/other"}, 400, "invalid_grant"),
        ({"grant_type": "password", "username": "alice", "password": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "unsupported_grant_type"),
        (
            {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"},
            400,
            "unsupported_grant_type",
        ),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
    ],
)
def test_invalid_input_is_rejected(alice: User, changes: dict[str, str], status: int, error: str) -> None:
    application, secret = register(alice)
    code = code_for(browser(alice), address(application))
    response = exchange(application, code, **{"secret": secret, **changes})
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert not get_access_token_model().objects.exists()


def test_a_code_is_only_valid_for_its_application(alice: User) -> None:
    application, _secret = register(alice)
    other, other_secret = register(alice)
    code = code_for(browser(alice), address(application))
    assert exchange(other, code, secret=other_secret).json()["error"] == "invalid_grant"


def test_the_client_may_use_basic_authentication(alice: User) -> None:
    application, secret = register(alice)
    for password, status in [("wrong", 401), (secret, 200)]:
        code = code_for(browser(alice), address(application))
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        response = Client().post("/oauth2/token", fields, headers=basic(application, password))
        assert response.status_code == status


def test_openid_connect_gives_a_signed_id_token(alice: User, bob: User) -> None:
    application, secret = register(alice, scopes="openid read_email read_prefs")
    page = address(application, scope="openid read_email", nonce="n-1")
    for by_header in (False, True):
        code = code_for(browser(bob), page + "&prompt=consent")
        if by_header:
            fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
            answer = Client().post("/oauth2/token", fields, headers=basic(application, secret)).json()
        else:
            answer = exchange(application, code, secret=secret).json()
        published = Client().get("/oauth2/discovery/keys").json()["keys"]
        header = json.loads(base64.urlsafe_b64decode(answer["id_token"].split(".")[0] + "=="))
        assert header["kid"] == published[0]["kid"]
        token = jwt.JWT(jwt=answer["id_token"], key=jwk.JWK(**published[0]), algs=["RS256"])
        claims = json.loads(token.claims)
        assert claims["iss"] == settings.PUBLIC_URL
        assert claims["aud"] == application.client_id
        assert (claims["sub"], claims["preferred_username"]) == (str(bob.id), "bob")
        assert (claims["email"], claims["nonce"]) == ("bob@example.org", "n-1")
        assert claims["iat"] <= timezone.now().timestamp() < claims["exp"]
    assert "d" not in published[0]


def test_there_is_no_id_token_without_openid(alice: User) -> None:
    assert "id_token" not in token_of(alice, *register(alice))


@pytest.mark.parametrize("method", ["get", "post"])
def test_userinfo_identifies_the_user(alice: User, method: str) -> None:
    application, secret = register(alice, scopes="openid read_email")

    def userinfo(scope: str) -> Any:
        token = token_of(alice, application, secret, scope)["access_token"]
        call = getattr(Client(), method)
        return call("/oauth2/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert userinfo("openid").json() == {"sub": str(alice.id), "preferred_username": "alice"}
    assert userinfo("openid read_email").json()["email"] == "alice@example.org"
    assert userinfo("read_email").status_code == 403
    User.objects.filter(id=alice.id).update(status="suspended")
    assert exchange_free_userinfo(method) == 401


def exchange_free_userinfo(method: str) -> int:
    """Call userinfo with the first token, whose user has been suspended."""
    token = get_access_token_model().objects.filter(scope="openid").get().token
    response = getattr(Client(), method)("/oauth2/userinfo", headers={"Authorization": f"Bearer {token}"})
    return int(response.status_code)


def test_userinfo_accepts_tokens_in_the_header_only(alice: User) -> None:
    token = token_of(alice, *register(alice), "openid")["access_token"]
    for response in (
        Client().get("/oauth2/userinfo", {"access_token": token}),
        Client().post("/oauth2/userinfo", {"access_token": token}),
    ):
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    response = Client().get("/oauth2/userinfo", headers={"Authorization": "Bearer other"})
    assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.parametrize("by_header", [True, False])
def test_an_application_can_revoke_its_token(alice: User, by_header: bool) -> None:
    application, secret = register(alice)
    token = token_of(alice, application, secret)["access_token"]
    fields = {"token": token}
    if not by_header:
        fields |= {"client_id": application.client_id, "client_secret": secret}
    headers = basic(application, secret) if by_header else {}
    response = Client().post("/oauth2/revoke", fields, headers=headers)
    assert (response.status_code, response.json()) == (200, {})
    assert get("user/details", Authorization=f"Bearer {token}").status == 401
    again = Client().post("/oauth2/revoke", fields, headers=headers)
    assert (again.status_code, again.json()) == (200, {})
    assert token_of(alice, application, secret)["access_token"] != token


def test_other_applications_cannot_revoke_the_token(alice: User, bob: User) -> None:
    application, secret = register(alice)
    other, other_secret = register(bob)
    public, _none = register(bob, confidential=False)
    token = token_of(alice, application, secret)["access_token"]
    for credentials in (
        {},
        {"client_id": application.client_id},
        {"client_id": application.client_id, "client_secret": "wrong"},
        {"client_id": other.client_id, "client_secret": other_secret},
        {"client_id": public.client_id},
        {"client_id": "nul\0"},
    ):
        response = Client().post("/oauth2/revoke", {"token": token, **credentials})
        assert (response.status_code, response.json()["error"]) == (403, "unauthorized_client")
    for header in ("Basic !", "Basic /////w==", "Basic Og=="):
        response = Client().post("/oauth2/revoke", {"token": token}, headers={"Authorization": header})
        assert response.status_code == 403
    assert get("user/details", Authorization=f"Bearer {token}").status == 200


def test_a_public_application_revokes_its_token_by_client_id(alice: User) -> None:
    application, _secret = register(alice, confidential=False)
    token = token_of(alice, application, "")["access_token"]
    response = Client().post("/oauth2/revoke", {"token": token, "client_id": application.client_id})
    assert response.status_code == 200
    assert not get_access_token_model().objects.exists()


def test_only_the_tokens_application_can_introspect_it(alice: User) -> None:
    application, secret = register(alice)
    other, other_secret = register(alice)
    token = token_of(alice, application, secret, "read_prefs openid")["access_token"]

    def ask(text: str, **credentials: str) -> Any:
        return Client().post("/oauth2/introspect", {"token": text, **credentials})

    own = {"client_id": application.client_id, "client_secret": secret}
    answer = ask(token, **own).json()
    assert answer["active"] is True
    assert (answer["scope"], answer["client_id"]) == ("read_prefs openid", application.client_id)
    assert ask("other", **own).json() == {"active": False}
    others = ask(token, client_id=other.client_id, client_secret=other_secret)
    assert others.json() == {"active": False}
    refused = ask(token, client_id=application.client_id, client_secret="wrong")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert ask(token).status_code == 401


def test_a_token_can_introspect_itself(alice: User) -> None:
    application, secret = register(alice)
    token = token_of(alice, application, secret)["access_token"]
    info = Client().get("/oauth2/token/info", headers={"Authorization": f"Bearer {token}"}).json()
    assert (info["resource_owner_id"], info["scope"]) == (alice.id, ["read_prefs"])
    assert (info["expires_in"], info["application"]) == (None, {"uid": application.client_id})
    assert Client().get("/oauth2/token/info").status_code == 401


@pytest.mark.parametrize("address_", ["openid-configuration", "oauth-authorization-server"])
def test_the_discovery_documents_name_working_urls(db: None, address_: str) -> None:
    document = Client().get(f"/.well-known/{address_}").json()
    assert document["issuer"] == settings.PUBLIC_URL
    assert document["grant_types_supported"] == ["authorization_code"]
    assert document["code_challenge_methods_supported"] == ["S256", "plain"]
    assert "write_changeset_comments" in document["scopes_supported"]
    named = {name: value for name, value in document.items() if name.endswith(("_endpoint", "_uri"))}
    assert len(named) == 6
    for value in named.values():
        assert value.startswith(settings.PUBLIC_URL)
        assert Client().post(value.removeprefix(settings.PUBLIC_URL)).status_code != 404


@pytest.mark.parametrize(
    ("address_", "method"),
    [
        ("/oauth2/token", "POST"),
        ("/oauth2/revoke", "POST"),
        ("/oauth2/introspect", "POST"),
        ("/oauth2/userinfo", "GET"),
        ("/oauth2/userinfo", "POST"),
        ("/oauth2/discovery/keys", "GET"),
        ("/.well-known/openid-configuration", "GET"),
    ],
)
def test_any_origin_may_call_the_endpoints(db: None, address_: str, method: str) -> None:
    origin = {"Origin": "https://editor.example.org"}
    asked = {
        **origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = Client().options(address_, headers=asked)
    assert preflight.status_code == 200
    assert preflight["Access-Control-Allow-Origin"] == "*"
    assert method in preflight["Access-Control-Allow-Methods"]
    assert preflight["Access-Control-Allow-Headers"] == "authorization"
    answer = Client(enforce_csrf_checks=True).generic(method, address_, headers=origin)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer
    assert Client().delete(address_).status_code == 405


def test_the_pages_do_not_allow_other_origins(alice: User) -> None:
    application, _secret = register(alice)
    page = browser(alice).get(address(application), headers={"Origin": "https://editor.example.org"})
    assert "Access-Control-Allow-Origin" not in page


def test_the_signing_key_is_created_once_and_readable_only_by_its_owner(tmp_path: Path) -> None:
    # Several processes, as at the first start of an instance.
    code = "import sys, pathlib, apps.instance.embedded as e; print(e.signing_key(pathlib.Path(sys.argv[1])))"
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "new")],
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    keys = {start.communicate(timeout=60)[0].strip() for start in starts}
    assert keys == {embedded.signing_key(tmp_path / "new")}
    [path] = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys == {path.read_text().strip()}
    assert "PRIVATE KEY" in path.read_text()


def test_the_redirect_uri_has_to_be_repeated_if_there_was_one(alice: User) -> None:
    application, secret = register(alice)
    client = browser(alice)
    code = code_for(client, address(application))
    refused = exchange(application, code, secret=secret, redirect_uri=None)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    assert "redirect_uri" in refused.json()["error_description"]
    assert exchange(application, code, secret=secret, redirect_uri="").status_code == 400
    assert exchange(application, code, secret=secret).status_code == 200


@pytest.mark.parametrize("repeated", [None, CALLBACK])
def test_the_redirect_uri_may_stay_omitted(alice: User, repeated: str | None) -> None:
    application, secret = register(alice)
    client = browser(alice)
    omitted = address(application, redirect_uri=None)
    code = code_for(client, omitted)
    other = exchange(application, code, secret=secret, redirect_uri="https://editor.example.org/other")
    assert (other.status_code, other.json()["error"]) == (400, "invalid_grant")
    assert exchange(application, code, secret=secret, redirect_uri=repeated).status_code == 200
