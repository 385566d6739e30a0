"""`/oauth2/authorize`: the consent page and its redirects."""

from urllib.parse import parse_qs, urlsplit

import pytest
from oauth2_provider.models import get_grant_model

from apps.oauth.actions import OUT_OF_BAND, check_redirect_uri
from apps.users.models import User

from .flow import CALLBACK, CHALLENGE, address, answer_of, browser, code_for, consent, exchange, register

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_application_the_user_and_the_permissions(alice: User, bob: User) -> None:
    application, _secret = register(alice)
    page = browser(bob).get(address(application, scope="read_prefs write_api"))
    text = page.content.decode()
    assert page.status_code == 200
    for words in ("Editor", "bob", "editor.example.org", "Read your settings", "Edit the map"):
        assert words in text
    assert "Sign you in" not in text
    assert "no-store" in page["Cache-Control"]
    assert "form-action" not in page["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]


def test_names_of_applications_are_escaped(alice: User) -> None:
    application, _secret = register(alice)
    application.name = "<script>alert(1)</script>"
    application.save()
    assert b"<script>alert" not in browser(alice).get(address(application)).content


def test_consent_redirects_with_a_code_and_the_state(alice: User, bob: User) -> None:
    application, _secret = register(alice, CALLBACK + "?x=1")
    response = consent(browser(bob), address(application))
    assert response["Location"].startswith(CALLBACK + "?x=1&")
    assert answer_of(response)["state"] == "s&t=1"
    grant = get_grant_model().objects.get()
    assert (grant.code, grant.user) == (answer_of(response)["code"], bob)


def test_a_refusal_is_reported_to_the_application(alice: User) -> None:
    application, _secret = register(alice)
    response = consent(browser(alice), address(application), _method="delete")
    assert response["Location"].startswith(CALLBACK)
    answer = answer_of(response)
    assert (answer["error"], answer["state"]) == ("access_denied", "s&t=1")
    assert "code" not in answer
    assert not get_grant_model().objects.exists()


def test_authorization_requires_a_login(alice: User) -> None:
    application, _secret = register(alice)
    response = browser(None).get(address(application))
    where = urlsplit(response["Location"])
    assert (response.status_code, where.path) == (302, "/login")
    assert parse_qs(where.query)["referer"] == [address(application)]


def test_a_session_that_ended_leads_back_to_the_question(alice: User) -> None:
    application, _secret = register(alice)
    client = browser(alice)
    client.get(address(application))
    fields = dict(parse_qs(urlsplit(address(application)).query))
    client.logout()
    response = client.post("/oauth2/authorize", fields)
    where = parse_qs(urlsplit(response["Location"]).query)["referer"][0]
    assert where.startswith("/oauth2/authorize?client_id=")
    assert browser(alice).get(where).status_code == 200
    assert not get_grant_model().objects.exists()


def test_consent_cannot_be_given_by_another_site(alice: User) -> None:
    application, _secret = register(alice)
    client = browser(alice, enforce_csrf_checks=True)
    fields = dict(parse_qs(urlsplit(address(application)).query))
    assert client.post("/oauth2/authorize", fields).status_code == 403
    assert not get_grant_model().objects.exists()
    page = client.get(address(application))
    token = page.context["csrf_token"]
    assert client.post("/oauth2/authorize", {**fields, "csrfmiddlewaretoken": str(token)}).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://editor.example.org/callback"},
        {"redirect_uri": CALLBACK + "/../evil"},
        {"redirect_uri": CALLBACK + "?more=1"},
        {"redirect_uri": CALLBACK + "#x"},
        {"redirect_uri": "https://evil@editor.example.org/callback"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "data:text/html,x"},
        {"redirect_uri": ""},
        {"client_id": "unknown"},
        {"client_id": "nul\0"},
        {"client_id": None},
        {"response_type": "token"},
        {"response_type": "none"},
        {"response_type": None},
        {"scope": "write_notes"},
        {"scope": "read_prefs fly"},
        {"scope": "skip_authorization"},
        {"scope": None},
        {"code_challenge": ""},
        {"code_challenge": "x" * 129},
        {"code_challenge": CHALLENGE, "code_challenge_method": "md5"},
        {"nonce": "x" * 256},
        {"nonce": "nul\0"},
    ],
)
def test_invalid_requests_do_not_redirect(alice: User, changes: dict[str, str | None]) -> None:
    application, _secret = register(alice)
    for method in ("get", "post"):
        page = address(application, **changes)
        client = browser(alice)
        response = (
            client.get(page)
            if method == "get"
            else client.post("/oauth2/authorize", parse_qs(urlsplit(page).query, keep_blank_values=True))
        )
        assert response.status_code == 400
        assert "Location" not in response
    assert not get_grant_model().objects.exists()


def test_a_single_redirect_uri_may_be_omitted(alice: User) -> None:
    application, secret = register(alice)
    client = browser(alice)
    code = code_for(client, address(application, redirect_uri=None))
    assert exchange(application, code, secret=secret).status_code == 200
    several, _secret = register(alice, CALLBACK, "http://127.0.0.1/")
    assert client.get(address(several, redirect_uri=None)).status_code == 400


def test_a_repeated_parameter_is_rejected(alice: User) -> None:
    application, _secret = register(alice)
    assert browser(alice).get(address(application) + "&scope=write_api").status_code == 400


@pytest.mark.parametrize(
    "uri",
    [
        *(
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
        ),
        *(
            "http://evil",
            "http://127.0.0.1.evil.example/",
            "http://127.0.0.1@evil.example/",
            "//evil.example/",
        ),
        *("blob:https://x", "about:blank", "https://x@evil.example/", "http://localhost:8080/", "https:///x"),
        *("https://a.example/#", "https://a.example/\nb", "view-source:https://a.example/", "http://[::2]/"),
    ],
)
def test_dangerous_redirect_uris_cannot_be_registered(alice: User, uri: str) -> None:
    response = browser(alice).post(
        "/oauth2/applications", {"name": "X", "redirect_uris": uri, "scopes": "read_prefs"}
    )
    assert response.status_code == 400
    assert not alice.oauth_application.exists()
    if "\n" not in uri:
        with pytest.raises(Exception, match="redirect URI"):
            check_redirect_uri(uri)


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1/", "http://127.0.0.1:8111/"),
        ("http://127.0.0.1:8111/oauth", "http://127.0.0.1:54321/oauth"),
        ("http://[::1]/cb", "http://[::1]:54321/cb"),
        ("vespucci:/oauth", "vespucci:/oauth"),
        ("josm://callback", "josm://callback"),
    ],
)
def test_loopback_redirect_uris_may_use_any_port(alice: User, registered: str, asked: str) -> None:
    application, _secret = register(alice, registered, confidential=False)
    page = address(application, redirect_uri=asked)
    response = consent(browser(alice), page)
    assert response["Location"].startswith(asked + "?code=")
    answer = exchange(application, answer_of(response)["code"], redirect_uri=asked)
    assert answer.json()["scope"] == "read_prefs"


@pytest.mark.parametrize(
    ("registered", "asked"),
    [
        ("http://127.0.0.1/", "http://127.0.0.1:8111/other"),
        ("http://127.0.0.1/", "http://[::1]/"),
        ("http://127.0.0.1/", "https://127.0.0.1/"),
        ("https://a.example/", "https://a.example:8443/"),
        ("josm://callback", "josm://other"),
        (OUT_OF_BAND, "urn:ietf:wg:oauth:2.0:oob:auto"),
    ],
)
def test_other_redirect_uris_must_match_exactly(alice: User, registered: str, asked: str) -> None:
    application, _secret = register(alice, registered)
    assert browser(alice).get(address(application, redirect_uri=asked)).status_code == 400


def test_out_of_band_codes_are_shown_to_the_user(alice: User) -> None:
    application, _secret = register(alice, OUT_OF_BAND, confidential=False)
    client = browser(alice)
    response = consent(client, address(application))
    code = answer_of(response)["code"]
    assert response["Location"] == f"/oauth2/authorize/native?code={code}"
    assert f'value="{code}"' in client.get(response["Location"]).content.decode()
    assert exchange(application, code).json()["access_token"]
    assert b"<b>" not in client.get("/oauth2/authorize/native?code=%22><b>").content


def test_an_out_of_band_refusal_stays_on_the_page(alice: User) -> None:
    application, _secret = register(alice, OUT_OF_BAND)
    response = consent(browser(alice), address(application), _method="delete")
    assert response.status_code == 400
    assert b"access_denied" in response.content


def test_a_trusted_application_needs_no_consent(alice: User) -> None:
    application, _secret = register(alice, scopes="read_prefs skip_authorization")
    assert "code" in answer_of(browser(alice).get(address(application)))


def test_a_confidential_application_asks_once_for_the_same_scopes(alice: User, bob: User) -> None:
    application, secret = register(alice)
    client = browser(alice)
    exchange(application, code_for(client, address(application)), secret=secret)
    assert "code" in answer_of(client.get(address(application)))
    for page in (address(application, scope="write_api"), address(application, prompt="consent")):
        assert client.get(page).status_code == 200
    assert browser(bob).get(address(application)).status_code == 200


def test_a_public_application_asks_each_time(alice: User) -> None:
    application, _secret = register(alice, confidential=False)
    client = browser(alice)
    exchange(application, code_for(client, address(application)))
    assert client.get(address(application)).status_code == 200


@pytest.mark.parametrize(("signed_in", "error"), [(False, "login_required"), (True, "consent_required")])
def test_prompt_none_shows_nothing(alice: User, signed_in: bool, error: str) -> None:
    application, _secret = register(alice)
    client = browser(alice if signed_in else None)
    answer = answer_of(client.get(address(application, scope="openid", prompt="none")))
    assert answer == {"error": error, "state": "s&t=1", "error_description": answer["error_description"]}
    evil = address(application, prompt="none", redirect_uri="https://evil.example/")
    assert client.get(evil).status_code == 400


def test_other_methods_are_rejected(alice: User) -> None:
    assert browser(alice).put("/oauth2/authorize").status_code == 405
