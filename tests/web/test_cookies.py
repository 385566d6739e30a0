"""The `Cookie` header of hostile clients."""

from io import BytesIO
from typing import Any

import pytest

from osmsite.handler import LONGEST_COOKIES, Request


def cookies(header: str) -> dict[str, str]:
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "wsgi.input": BytesIO(), "HTTP_COOKIE": header}
    return dict(Request(environ).COOKIES)


def test_cookies_are_parsed() -> None:
    assert cookies('_osm_session=abc; csrftoken="x y"; _osm_location=1|2|3|M') == {
        "_osm_session": "abc",
        "csrftoken": "x y",
        "_osm_location": "1|2|3|M",
    }


@pytest.mark.parametrize("escaped", ['\\"', "\\1", "\\\\", "a\\1"])
def test_a_cookie_that_takes_long_to_unquote_is_not_parsed(escaped: str) -> None:
    """Python before 3.11.10 would need minutes for this."""
    hostile = 'a="' + escaped * (LONGEST_COOKIES // 2 // len(escaped)) + '"'
    for _ in range(500):
        assert cookies(f"{hostile}; _osm_session=abc") == {"_osm_session": "abc"}


def test_an_unreasonably_long_header_is_not_parsed() -> None:
    assert cookies("_osm_session=abc; a=" + "x" * LONGEST_COOKIES) == {}
