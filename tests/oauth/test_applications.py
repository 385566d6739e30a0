"""The developer's pages of applications, and the user's page of authorizations."""

import re
from typing import Any

import pytest
from django.test import Client
from oauth2_provider.models import get_access_token_model, get_grant_model

from apps.oauth.models import Application
from apps.users.models import User
from tests.api06.client import get

from .flow import CALLBACK, address, answer_of, browser, code_for, consent, exchange, register, registered

pytestmark = pytest.mark.django_db

FIELDS = {
    "name": "Editor",
    "redirect_uris": f"{CALLBACK}\r\n\r\n http://127.0.0.1/ \r\n",
    "scopes": ["read_prefs", "write_api"],
    "confidential": "on",
}
LIST = "/oauth2/applications"


def page_of(application: Application, more: str = "") -> str:
    return f"{LIST}/{application.id}{more}"


def secret_on(response: Any) -> str | None:
    found = re.search(r'<code id="client_secret">([^<]+)</code>', response.content.decode())
    return found[1] if found else None


def test_the_pages_require_a_login(alice: User) -> None:
    application, _secret = register(alice)
    for page in (
        LIST,
        LIST + "/new",
        page_of(application),
        page_of(application, "/edit"),
        "/oauth2/authorized_applications",
        "/oauth2/authorize/native?code=x",
    ):
        response = Client().get(page)
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/login")
        assert "referer=" in response["Location"]
        assert browser(alice).get(page).status_code == 200
    for page in (LIST, page_of(application), f"/oauth2/authorized_applications/{application.id}"):
        assert Client().post(page, {**FIELDS, "_method": "delete"}).status_code == 302
    assert registered().count() == 1


def test_a_new_application_shows_its_secret_once(alice: User) -> None:
    client = browser(alice)
    response = client.post(LIST, FIELDS)
    application = registered().get()
    assert response["Location"] == page_of(application)
    assert application.user == alice
    assert application.redirect_uris.split() == [CALLBACK, "http://127.0.0.1/"]
    assert application.scopes == "read_prefs write_api"
    shown = client.get(page_of(application))
    secret = secret_on(shown)
    assert secret
    assert application.client_id in shown.content.decode()
    assert secret not in application.client_secret
    assert secret_on(client.get(page_of(application))) is None
    code = code_for(client, address(application))
    assert exchange(application, code, secret=secret).status_code == 200


def test_a_public_application_gets_no_secret(alice: User) -> None:
    client = browser(alice)
    client.post(LIST, {**FIELDS, "confidential": ""})
    application = registered().get()
    assert not application.is_confidential
    assert secret_on(client.get(page_of(application))) is None
    code = code_for(client, address(application))
    assert exchange(application, code).status_code == 200


def test_an_application_gets_a_secret_when_it_becomes_confidential(alice: User) -> None:
    application, _none = register(alice, confidential=False)
    client = browser(alice)
    client.post(page_of(application), {**FIELDS, "_method": "put"})
    secret = secret_on(client.get(page_of(application)))
    assert secret
    client.post(page_of(application), {**FIELDS, "name": "New name", "_method": "patch"})
    assert secret_on(client.get(page_of(application))) is None
    application.refresh_from_db()
    assert (application.name, application.is_confidential) == ("New name", True)
    code = code_for(client, address(application))
    assert exchange(application, code).status_code == 401
    assert exchange(application, code, secret=secret).status_code == 200


def test_the_form_shows_the_current_values(alice: User) -> None:
    application, _secret = register(alice, CALLBACK, "http://[::1]/", scopes="write_notes openid")
    page = browser(alice).get(page_of(application, "/edit")).content.decode()
    assert f"{CALLBACK}\nhttp://[::1]/</textarea>" in page
    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["write_notes", "openid"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "x" * 256},
        {"redirect_uris": "\n"},
        {"redirect_uris": f"{CALLBACK}\nhttp://evil.example/"},
        {"scopes": []},
        {"scopes": ["fly"]},
        {"scopes": ["read_prefs", "read_email"]},
        {"scopes": ["skip_authorization"]},
    ],
)
def test_invalid_input_is_rejected(alice: User, changes: dict[str, Any]) -> None:
    application, _secret = register(alice)
    before = registered().values().get()
    client = browser(alice)
    assert client.post(LIST, {**FIELDS, **changes}).status_code == 400
    edited = client.post(page_of(application), {**FIELDS, **changes, "_method": "put"})
    assert edited.status_code == 400
    assert b"errorlist" in edited.content
    assert registered().values().get() == before


def test_administrators_can_grant_privileged_scopes(alice: User, administrator: User) -> None:
    assert b"read_email" not in browser(alice).get(LIST + "/new").content
    client = browser(administrator)
    assert b"read_email" in client.get(LIST + "/new").content
    client.post(LIST, {**FIELDS, "scopes": ["read_prefs", "read_email", "skip_authorization"]})
    application = registered().get()
    assert application.is_trusted
    assert "code" in answer_of(browser(alice).get(address(application, scope="read_prefs read_email")))


def test_a_privileged_scope_may_stay_but_cannot_be_added_back(alice: User) -> None:
    application, _secret = register(alice, scopes="openid read_email")
    client = browser(alice)
    kept = {**FIELDS, "scopes": ["openid", "read_email"], "_method": "put"}
    assert client.post(page_of(application), kept).status_code == 302
    client.post(page_of(application), {**kept, "scopes": ["openid"]})
    assert client.post(page_of(application), kept).status_code == 400
    application.refresh_from_db()
    assert application.scopes == "openid"


def test_applications_of_others_cannot_be_changed(alice: User, bob: User, administrator: User) -> None:
    application, _secret = register(alice)
    for user in (bob, administrator):
        client = browser(user)
        assert "Editor" not in client.get(LIST).content.decode()
        for response in (
            client.get(page_of(application)),
            client.get(page_of(application, "/edit")),
            client.post(page_of(application), {**FIELDS, "name": "Mine", "_method": "put"}),
            client.post(page_of(application), {"_method": "delete"}),
            client.delete(page_of(application)),
            client.get(f"{LIST}/99999999999999999999"),
        ):
            assert response.status_code == 404
    application.refresh_from_db()
    assert application.name == "Editor"


def test_deleting_an_application_deletes_its_tokens(alice: User, bob: User) -> None:
    application, secret = register(alice)
    code = code_for(browser(bob), address(application))
    token = exchange(application, code, secret=secret).json()["access_token"]
    response = browser(alice).post(page_of(application), {"_method": "delete"})
    assert response["Location"] == LIST
    assert not registered().exists()
    assert get("user/details", Authorization=f"Bearer {token}").status == 401


def test_the_forms_require_a_csrf_token(alice: User) -> None:
    application, secret = register(alice)
    exchange(application, code_for(browser(alice), address(application)), secret=secret)
    client = browser(alice, enforce_csrf_checks=True)
    for page in (LIST, page_of(application), f"/oauth2/authorized_applications/{application.id}"):
        assert client.post(page, {**FIELDS, "_method": "delete"}).status_code == 403
    assert client.delete(page_of(application)).status_code == 403
    assert registered().count() == get_access_token_model().objects.count() == 1


def test_a_user_sees_and_revokes_authorizations(alice: User, bob: User) -> None:
    application, secret = register(alice, scopes="read_prefs write_api openid")
    other, other_secret = register(alice, scopes="write_notes")
    client = browser(bob)
    tokens = []
    for app, app_secret, scope in [
        (application, secret, "read_prefs"),
        (application, secret, "write_api"),
        (other, other_secret, "write_notes"),
    ]:
        code = code_for(client, address(app, scope=scope))
        tokens.append(exchange(app, code, secret=app_secret).json()["access_token"])
    alices = exchange(application, code_for(browser(alice), address(application)), secret=secret).json()
    consent(client, address(application, scope="openid"))

    page = client.get("/oauth2/authorized_applications").content.decode()
    assert page.count("<bdi>Editor</bdi>") == 2
    for words in ("Read your settings", "Edit the map", "Write and change notes"):
        assert page.count(words) == 1

    response = client.post(f"/oauth2/authorized_applications/{application.id}", {"_method": "delete"})
    assert response["Location"] == "/oauth2/authorized_applications"
    page = client.get("/oauth2/authorized_applications").content.decode()
    assert "Edit the map" not in page
    assert "Write and change notes" in page
    kept = {token.token for token in get_access_token_model().objects.all()}
    assert kept == {tokens[2], alices["access_token"]}
    assert not get_grant_model().objects.filter(user=bob).exists()
    assert client.get(f"/oauth2/authorized_applications/{application.id}").status_code == 405


def test_a_control_character_in_the_name_is_an_error_of_the_form(alice: User) -> None:
    application, _secret = register(alice)
    client = browser(alice)
    for page, fields in ((LIST, FIELDS), (page_of(application), {**FIELDS, "_method": "put"})):
        response = client.post(page, {**fields, "name": "a\x01b"})
        assert response.status_code == 400
        assert "The name contains invalid characters." in response.content.decode()
    assert registered().count() == 1
