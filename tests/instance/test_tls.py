"""A site behind a proxy that terminates TLS."""

import http.client
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.instance.live import Up, environment, manage, up

pytestmark = pytest.mark.slow

SITE = "https://map.example.org"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def env(new_data_dir: Callable[[str], Path]) -> dict[str, str]:
    return environment(new_data_dir("tls"), OSMSITE_URL=SITE)


@pytest.fixture(scope="module")
def running(env: dict[str, str]) -> Iterator[Up]:
    with up(env) as running:
        manage(env, "create_user", "alice", "--email", "alice@example.org", "--password", "spherical-1")
        yield running


def ask(
    running: Up, method: str, path: str, body: str | None = None, **headers: str
) -> tuple[http.client.HTTPResponse, str]:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    try:
        connection.request(
            method, path, body, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        response = connection.getresponse()
        return response, response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("host", ["map.example.org", "127.0.0.1:8000"])
def test_forms_work_behind_the_proxy(running: Up, host: str) -> None:
    response, page = ask(running, "GET", "/login", Host=host)
    assert response.status == 200
    cookies = "; ".join(cookie.split(";")[0] for cookie in response.headers.get_all("Set-Cookie") or [])
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
    form = urlencode({"csrfmiddlewaretoken": token, "username": "alice", "password": "spherical-1"})
    origin = {"Host": host, "Origin": SITE, "Referer": f"{SITE}/login", "Content_Type": FORM}
    response, _ = ask(running, "POST", "/login", form, Cookie=cookies, **origin)
    assert response.status == 302
    kept = [cookie for cookie in response.headers.get_all("Set-Cookie") or [] if "Max-Age=0" not in cookie]
    assert len(kept) >= 2
    assert all("; Secure" in cookie for cookie in kept)
    foreign = {**origin, "Origin": "https://mallory.example.org"}
    response, _ = ask(running, "POST", "/login", form, Cookie=cookies, **foreign)
    assert response.status == 403


@pytest.mark.parametrize("path", ["/", "/api/0.6/capabilities", "/api/0.6/node/1", "/static/site.css"])
def test_every_response_is_for_tls_only_and_of_the_type_that_it_says(running: Up, path: str) -> None:
    response, _ = ask(running, "GET", path, Host="map.example.org")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_was_opened_without_tls_is_redirected(running: Up) -> None:
    plain = {"Host": "map.example.org", "X_Forwarded_Proto": "http"}
    response, _ = ask(running, "GET", "/about?a=1", **plain)
    assert (response.status, response.headers["Location"]) == (301, f"{SITE}/about?a=1")
    # Behind a proxy that does not pass `Host` on, or asked by somebody who makes it up.
    for host in ("127.0.0.1:8000", "mallory.example.org"):
        response, _ = ask(running, "GET", "/about", **{**plain, "Host": host})
        assert (response.status, response.headers["Location"]) == (301, f"{SITE}/about")
    assert ask(running, "GET", "/about", Host="map.example.org", X_Forwarded_Proto="https")[0].status == 200
    assert ask(running, "GET", "/api/0.6/capabilities", **plain)[0].status == 200


def test_the_deployment_check_finds_nothing(env: dict[str, str]) -> None:
    result = manage(env, "check", "--deploy")
    assert result.returncode == 0
    assert "security." not in result.stderr
    assert "oauth2_provider." not in result.stderr
