"""The consent page in a real browser: in both colours and on a phone, and what its buttons lead to."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from apps.oauth.actions import OUT_OF_BAND
from apps.users.models import User
from tests.oauth.flow import address, browser, register

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


def test_the_button_leads_to_a_program_on_this_machine(
    open_page: Callable[..., Page], live_server: LiveServer, alice: User
) -> None:
    """Past the policy of the page, which forbids its forms to lead elsewhere."""

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"Thank you")

        def log_message(self, *_: object) -> None:
            pass

    program = ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    Thread(target=program.serve_forever, daemon=True).start()
    try:
        host = f"127.0.0.1:{program.server_port}"
        application, _secret = register(alice, "http://127.0.0.1/", confidential=False)
        page = open_page("/about", other_hosts=[host])
        sign_in(page, alice, live_server)
        page.goto(address(application, redirect_uri=f"http://{host}/"))
        page.get_by_role("button", name="Authorize").click()
        page.wait_for_url(f"http://{host}/**")
        assert page.inner_text("body") == "Thank you"
        assert parse_qs(urlsplit(page.url).query).keys() == {"code", "state"}
        page.goto(f"{live_server.url}{address(application, redirect_uri=f'http://{host}/')}")
        page.get_by_role("button", name="Deny").click()
        page.wait_for_url(f"http://{host}/**")
        assert parse_qs(urlsplit(page.url).query)["error"] == ["access_denied"]
    finally:
        program.shutdown()
        program.server_close()


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
