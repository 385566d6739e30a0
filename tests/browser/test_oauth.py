"""The consent page in a real browser: in both colours and on a phone, and what its buttons lead to."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from apps.oauth.actions import OUT_OF_BAND
from apps.users.models import User
from tests.conftest import PASSWORD
from tests.oauth.flow import address, browser, register

from .applications import ICON, serving
from .conftest import findings

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, user: User, live_server: LiveServer) -> None:
    name = settings.SESSION_COOKIE_NAME
    value = browser(user).cookies[name].value
    page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible_and_fit(
    open_page: Callable[..., Page], live_server: LiveServer, alice: User, colours: str, width: int
) -> None:
    application, _secret = register(alice, scopes="read_prefs write_api write_notes openid")
    page = open_page("/about", color_scheme=colours, viewport={"width": width, "height": 800})
    sign_in(page, alice, live_server)
    for path in (
        address(application, scope="read_prefs write_api write_notes"),
        "/oauth2/authorize/native?code=abcdefghijklmnop",
        "/oauth2/applications",
        f"/oauth2/applications/{application.id}",
        f"/oauth2/applications/{application.id}/edit",
        "/oauth2/authorized_applications",
    ):
        page.goto(path)
        assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def program() -> Iterator[str]:
    """The host and port at which a program on this machine waits for its code."""
    with serving({"/": f"<!doctype html>{ICON}<p>Thank you".encode()}) as host:
        yield host


def answer_at(page: Page, program: str) -> dict[str, list[str]]:
    page.wait_for_url(f"http://{program}/**")
    assert page.inner_text("body") == "Thank you"
    return parse_qs(urlsplit(page.url).query)


def test_the_buttons_lead_to_a_program_on_this_machine(
    program: str, open_page: Callable[..., Page], live_server: LiveServer, alice: User
) -> None:
    """Past the policy of the page, which forbids its forms to lead elsewhere."""
    application, _secret = register(alice, "http://127.0.0.1/", confidential=False)
    question = live_server.url + address(application, redirect_uri=f"http://{program}/")
    page = open_page("/about", other_hosts=[program])
    sign_in(page, alice, live_server)
    page.goto(question)
    page.get_by_role("button", name="Authorize").click()
    assert answer_at(page, program).keys() == {"code", "state"}
    page.goto(question)
    page.get_by_role("button", name="Deny").click()
    assert answer_at(page, program)["error"] == ["access_denied"]


def test_from_the_log_in_to_an_application_that_need_not_ask(
    program: str, open_page: Callable[..., Page], alice: User
) -> None:
    """One form, three redirects, the last of them to another site."""
    application, _secret = register(alice, "http://127.0.0.1/", scopes="read_prefs skip_authorization")
    page = open_page(address(application, redirect_uri=f"http://{program}/"), other_hosts=[program])
    page.locator("[name=username]").fill("alice")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    assert answer_at(page, program).keys() == {"code", "state"}


def test_out_of_band_the_page_shows_the_code(
    open_page: Callable[..., Page], live_server: LiveServer, alice: User
) -> None:
    application, _secret = register(alice, OUT_OF_BAND, confidential=False)
    page = open_page("/about")
    sign_in(page, alice, live_server)
    page.goto(address(application))
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url("**/oauth2/authorize/native?code=*")
    code = page.get_by_label("Copy this code").input_value()
    assert page.url.endswith(code)
