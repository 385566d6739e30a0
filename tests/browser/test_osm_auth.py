"""osm-auth, the JavaScript package that most web applications log in with, in a page on another origin."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from apps.oauth.actions import create_token
from apps.users.models import User
from tests.conftest import PASSWORD
from tests.oauth.flow import register

from .applications import ICON, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PACKAGE = settings.BASE_DIR / "node_modules/osm-auth/dist/osm-auth.iife.js"
# The page that the package's README tells applications to have.
LANDING = "new BroadcastChannel('osm-api-auth-complete').postMessage(window.location.href); window.close()"
# Starts the package with more options than the application's own; its callbacks become promises.
APPLICATION = """
    globalThis.start = (more) => {
      globalThis.work = [];
      const [loading, done] = ["loading", "done"].map((name) => () => { work.push(name) });
      globalThis.auth = osmAuth({ ...OPTIONS, loading, done, ...more });
    };
    globalThis.call = (method, ...values) =>
      new Promise((resolve) => auth[method](...values, (error, result) => resolve([error, result])));
    const text = (result) => (result instanceof Document ? new XMLSerializer().serializeToString(result) : result);
    globalThis.xhr = async (options) => {
      const [error, result] = await call("xhr", options);
      return error ? error.status ?? error : text(result);
    };
    globalThis.logIn = async (more) => {
      try {
        return (await auth.authenticateAsync(more)).getAccessToken();
      } catch (error) {
        return [error.status, error.message];
      }
    };
"""
DETAILS = {"method": "GET", "path": "/api/0.6/user/details"}
DENIED = ["access_denied", "The resource owner or authorization server denied the request."]


@pytest.fixture
def application(open_page: Callable[..., Page], live_server: LiveServer, alice: User) -> Iterator[Page]:
    """The page of an application that alice has registered."""
    registered, _none = register(
        alice,
        "http://127.0.0.1/",
        "http://127.0.0.1/land.html",
        scopes="read_prefs write_prefs",
        confidential=False,
    )
    pages = {
        "/land.html": f"<!doctype html>{ICON}<script>{LANDING}</script>".encode(),
        "/osm-auth.js": PACKAGE.read_bytes(),
    }
    with serving(pages) as host:
        options = {
            "url": live_server.url,
            "apiUrl": live_server.url,
            "client_id": registered.client_id,
            "redirect_uri": f"http://{host}/land.html",
            "scope": "read_prefs write_prefs",
        }
        script = f"const OPTIONS = {json.dumps(options)}; {APPLICATION}"
        pages["/"] = (
            f"<!doctype html>{ICON}<script src=osm-auth.js></script><script>{script}</script>".encode()
        )
        yield open_page(f"http://{host}/", other_hosts=[host], expected="Failed to load resource")


def log_in(page: Page, name: str) -> None:
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def popup_of(page: Page, script: str, argument: Any = None) -> Page:
    """Start what opens a popup, without waiting for its answer, which the page keeps."""
    with page.expect_popup() as opened:
        page.evaluate(f"(value) => {{ globalThis.answer = {script} }}", argument)
    return opened.value


def answer(page: Page) -> Any:
    return page.evaluate("answer")


def test_logging_in_by_a_popup(application: Page, alice: User, bob: User) -> None:
    page = application
    page.evaluate("start({ locale: 'de' })")
    assert page.evaluate("auth.authenticated()") is False
    assert page.evaluate("xhr", DETAILS) == "not authenticated"
    popup = popup_of(page, "logIn()")
    log_in(popup, "alice")
    press(popup, "Deny")
    assert answer(page) == DENIED

    popup = popup_of(page, "logIn()")
    press(popup, "Authorize")
    token = answer(page)
    assert page.evaluate("[auth.authenticated(), auth.getAccessToken()]") == [True, token]
    assert page.evaluate("work") == ["loading", "done"]
    assert 'display_name="alice"' in page.evaluate("xhr", DETAILS)
    # The second time, it has a token and opens nothing.
    assert page.evaluate("logIn()") == token
    assert page.evaluate("call('authenticate').then(([error, auth]) => auth.getAccessToken())") == token

    popup = popup_of(page, "auth.logout() && logIn({ switchUser: true })")
    press(popup, "Log out")
    log_in(popup, "bob")
    press(popup, "Authorize")
    assert answer(page) not in {token, ""}
    assert 'display_name="bob"' in page.evaluate("xhr", DETAILS)


def test_logging_in_on_the_first_call(application: Page, live_server: LiveServer, alice: User) -> None:
    page = application
    page.evaluate("start({ auto: true })")
    popup = popup_of(page, "xhr(value)", DETAILS)
    log_in(popup, "alice")
    press(popup, "Authorize")
    assert 'display_name="alice"' in answer(page)

    page.evaluate("auth.logout()")
    url = f"{live_server.url}/api/0.6/user/details.json"
    popup = popup_of(page, "auth.fetch(value).then((response) => response.json())", url)
    press(popup, "Authorize")
    assert answer(page)["user"]["display_name"] == "alice"


def test_logging_in_within_one_page(application: Page, alice: User) -> None:
    page = application
    options = {"singlepage": True, "redirect_uri": page.url}
    page.evaluate("(options) => { start(options); auth.authenticate() }", options)
    log_in(page, "alice")
    press(page, "Authorize")
    page.wait_for_url("**/?code=*")
    page.evaluate("start", options)
    # `authenticate` finds the code in the address and hands it to `bootstrapToken`.
    assert page.evaluate("call('authenticate').then(([error, auth]) => auth.authenticated())") is True
    assert 'display_name="alice"' in page.evaluate("xhr", DETAILS)
    # A page that was opened by somebody else's link knows nothing of the state in it.
    again = "auth.logout() && call('bootstrapToken', 'code').then(([error]) => error.status)"
    assert page.evaluate(again) == "invalid-state"
    # The token stays in the browser's store.
    page.evaluate(
        "(token) => auth.preauth({ access_token: token })", create_token(alice, scopes=["read_prefs"])
    )
    page.reload()
    page.evaluate("start", options)
    assert page.evaluate("auth.authenticated()") is True


def test_calls_with_a_token(application: Page, live_server: LiveServer, alice: User) -> None:
    page = application
    token = create_token(alice, scopes=["read_prefs", "write_prefs"])
    page.evaluate("start", {"access_token": token})
    assert page.evaluate("auth.options().access_token") == token
    path = "/api/0.6/user/preferences/zoom"
    assert page.evaluate("xhr", {"method": "PUT", "path": path, "content": "17"}) == ""
    whole = {"method": "GET", "path": live_server.url + path, "prefix": False}
    assert page.evaluate("xhr", whole) == "17"
    headers = {"Content-Type": "text/plain"}
    assert page.evaluate("xhr", {"method": "PUT", "path": path, "content": "18", "headers": headers}) == ""
    raw = "([url, token]) => call('rawxhr', 'GET', url, token, null, null).then(([error, xhr]) => xhr.responseText)"
    assert page.evaluate(raw, [live_server.url + path, token]) == "18"
    fetched = "([url, options]) => auth.fetch(url, options).then((response) => response.text())"
    assert page.evaluate(fetched, [live_server.url + path, {"method": "DELETE"}]) == ""
    assert page.evaluate("xhr", {"method": "GET", "path": path}) == 404

    page.evaluate("auth.logout()")
    assert page.evaluate("xhr", DETAILS) == "not authenticated"
    assert page.evaluate("auth.fetch('/').catch((error) => error.message)") == "not authenticated"
    assert page.evaluate("(token) => auth.preauth({ access_token: token }).getAccessToken()", token) == token
    # A token that has been revoked:
    page.evaluate("auth.options({ ...auth.options(), access_token: 'revoked' })")
    assert page.evaluate("xhr", DETAILS) == 401


def test_bringing_the_popup_to_the_front(application: Page) -> None:
    page = application
    page.evaluate("start()")
    assert page.evaluate("auth.bringPopupWindowToFront()") is False
    popup = popup_of(page, "logIn()")
    popup.wait_for_url("**/login?**")
    # The site cuts the tie between its windows and those of others, as openstreetmap.org does.
    assert page.evaluate("auth.bringPopupWindowToFront()") is False


def test_these_are_all_of_its_functions(application: Page) -> None:
    application.evaluate("start()")
    assert {*application.evaluate("Object.keys(auth)")} == {
        *("authenticated", "getAccessToken", "logout", "authenticate", "authenticateAsync"),
        *("bringPopupWindowToFront", "bootstrapToken", "fetch", "xhr", "rawxhr", "preauth", "options"),
    }
