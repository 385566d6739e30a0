"""A person in front of a browser: logs in and answers the consent page through the real forms over HTTP."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import requests
from pytest_django.live_server_helper import LiveServer

from tests.conftest import PASSWORD


class Person:
    """A browser that follows the redirects of the site, but not those to an application."""

    def __init__(self, live_server: LiveServer, name: str) -> None:
        self.site = str(live_server.url)
        self.name = name
        self.session = requests.Session()

    def visit(self, url: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        """Open a page, or send a form to it; return the address where that ended, and the text of the page."""
        while self._is_here(url):
            answer = self.session.request(
                "POST" if fields else "GET", url, data=fields, allow_redirects=False, timeout=10
            )
            if not answer.is_redirect:
                assert answer.status_code == 200, (answer.status_code, url)
                return url, answer.text
            url, fields = urljoin(url, answer.headers["Location"]), None
        return url, ""

    def authorize(self, url: str) -> str:
        """Log in on the way to the consent page, press Authorize, and return the address of the application."""
        url, page = self.visit(url)
        if page and urlsplit(url).path == "/login":
            url, page = self._send(page, "/login", username=self.name, password=PASSWORD)
        if page and urlsplit(url).path == "/oauth2/authorize":
            url, page = self._send(page, "/oauth2/authorize")
        return url

    def _send(self, page: str, action: str, **fields: str) -> tuple[str, str]:
        form = re.search(rf'<form[^>]* action="{action}"[^>]*>(.*?)</form>', page, re.DOTALL)
        assert form, page
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[1])
        values = {name: unescape(value) for name, value in hidden}
        return self.visit(urljoin(self.site, action), {**values, **fields})

    def _is_here(self, url: str) -> bool:
        return urlsplit(url).netloc == urlsplit(self.site).netloc
