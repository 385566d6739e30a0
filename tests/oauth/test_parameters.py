"""Where the endpoints for applications take their parameters from, and that no secret is reported or logged."""

import json
import logging
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.signals import got_request_exception
from django.http import HttpRequest
from django.test import Client
from django.views.debug import ExceptionReporter

from apps.oauth.models import Application
from apps.users.models import User
from apps.web.oauth import endpoints

from .flow import CALLBACK, VERIFIER, address, basic, browser, code_for, register

pytestmark = pytest.mark.django_db

Fields = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


def by_form(path: str, fields: Fields, **headers: Any) -> Any:
    return Client().post(path, urlencode(fields), content_type=FORM, **headers)


def by_multipart(path: str, fields: Fields, **headers: Any) -> Any:
    return Client().post(path, fields, **headers)


def by_query(path: str, fields: Fields, **headers: Any) -> Any:
    """Send them as osm-auth and StreetComplete do."""
    return Client().generic("POST", f"{path}?{urlencode(fields)}", b"", content_type="", **headers)


def by_query_of_an_empty_form(path: str, fields: Fields, **headers: Any) -> Any:
    return Client().generic("POST", f"{path}?{urlencode(fields)}", b"", content_type=FORM, **headers)


def by_json(path: str, fields: Fields, **headers: Any) -> Any:
    document = json.dumps({**fields, "other": [None, True, {}]})
    return Client().post(path, document, content_type="application/json; charset=utf-8", **headers)


def by_query_and_form(path: str, fields: Fields, **headers: Any) -> Any:
    split = {name: fields[name] for name in list(fields)[::2]}
    rest = {name: value for name, value in fields.items() if name not in split}
    return Client().post(f"{path}?{urlencode(split)}", urlencode(rest), content_type=FORM, **headers)


def by_body_without_a_type(path: str, fields: Fields, **headers: Any) -> Any:
    return Client().generic("POST", path, urlencode(fields).encode(), content_type="", **headers)


WAYS = [
    by_form,
    by_multipart,
    by_query,
    by_query_of_an_empty_form,
    by_json,
    by_query_and_form,
    by_body_without_a_type,
]
Way = Callable[..., Any]
every_way = pytest.mark.parametrize("send", WAYS, ids=[way.__name__ for way in WAYS])


def exchange_fields(application: Application, code: str, secret: str) -> Fields:
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": application.client_id,
        "client_secret": secret,
    }


@every_way
def test_a_client_gets_introspects_and_revokes_a_token(alice: User, send: Way) -> None:
    application, secret = register(alice)
    code = code_for(browser(alice), address(application))
    answer = send("/oauth2/token", exchange_fields(application, code, secret))
    assert answer.status_code == 200, answer.content
    credentials = {"client_id": application.client_id, "client_secret": secret}
    fields = {"token": answer.json()["access_token"], **credentials}
    assert send("/oauth2/introspect", fields).json()["active"] is True
    assert send("/oauth2/revoke", {**fields, "client_secret": "wrong"}).status_code == 403
    assert send("/oauth2/revoke", fields).json() == {}
    assert send("/oauth2/introspect", fields).json() == {"active": False}


@every_way
def test_the_secret_may_be_in_the_header(alice: User, send: Way) -> None:
    application, secret = register(alice)
    code = code_for(browser(alice), address(application))
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    assert send("/oauth2/token", fields, headers=basic(application, "wrong")).status_code == 401
    assert send("/oauth2/token", fields, headers=basic(application, secret)).status_code == 200


def test_a_public_application_may_send_its_client_id_in_the_header(alice: User) -> None:
    """As requests-oauthlib does, with an empty secret."""
    application, _none = register(alice, confidential=False)
    for secret, scheme, status in [("", "Basic", 200), ("", "basic", 200), ("x", "Basic", 401)]:
        code = code_for(browser(alice), address(application))
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
        header = basic(application, secret)["Authorization"].replace("Basic", scheme)
        answer = by_form(
            "/oauth2/token", {**fields, "code_verifier": VERIFIER}, headers={"Authorization": header}
        )
        assert answer.status_code == status


def test_the_body_wins_over_the_query_string(alice: User) -> None:
    application, secret = register(alice)
    code = code_for(browser(alice), address(application))
    wrong = urlencode({"code": "other", "client_secret": "wrong", "grant_type": "password"})
    fields = exchange_fields(application, code, secret)
    for send in (by_form, by_json):
        assert send(f"/oauth2/token?{wrong}", {**fields, "code": "x"}).json()["error"] == "invalid_grant"
    assert by_json(f"/oauth2/token?{wrong}", fields).status_code == 200


@pytest.mark.parametrize("path", ["token", "revoke", "introspect"])
@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"1", b"null", b"\xff", b'{"client_id": "a\\ud800"}'])
def test_a_body_that_is_not_a_json_object_is_an_invalid_request(db: None, path: str, body: bytes) -> None:
    answer = Client().post(f"/oauth2/{path}", body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_repeated_parameter_is_an_invalid_request(alice: User) -> None:
    application, secret = register(alice)
    fields = exchange_fields(application, "x", secret)
    query = urlencode([*fields.items(), ("client_id", application.client_id)])
    for answer in (
        Client().post(f"/oauth2/token?{query}", b"", content_type=FORM),
        Client().post("/oauth2/token", query, content_type=FORM),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("path", ["token", "revoke", "introspect"])
@every_way
def test_error_reports_and_logs_contain_no_secret(
    db: None, path: str, send: Way, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {name: f"hush-{name}" for name in ("client_secret", "code", "code_verifier", "token")}
    reports: list[str] = []

    def fail(*given: Any, **named: Any) -> Any:
        raise RuntimeError(len(given) + len(named))

    def report(request: HttpRequest, **_kwargs: Any) -> None:
        """Render what the operator would be sent, with the variables of each frame."""
        reporter = ExceptionReporter(request, *sys.exc_info())
        reports.append(reporter.get_traceback_html() + reporter.get_traceback_text())

    for name in ("server", "find_token", "authenticate_client"):
        monkeypatch.setattr(endpoints, name, fail)
    got_request_exception.connect(report)
    try:
        with caplog.at_level(logging.WARNING), pytest.raises(RuntimeError):
            send(f"/oauth2/{path}", {"grant_type": "authorization_code", "client_id": "x", **secrets})
    finally:
        got_request_exception.disconnect(report)
    (sent,) = reports
    assert "RuntimeError" in sent
    assert "Internal Server Error" in caplog.text
    assert not [name for name, secret in secrets.items() if secret in sent or secret in caplog.text]


def test_the_library_may_not_log_codes_and_tokens() -> None:
    assert logging.getLogger("oauthlib").level == logging.WARNING
