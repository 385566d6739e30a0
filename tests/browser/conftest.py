"""A real browser, Debian's Chromium, against the real site.

Every test fails on an error in the browser's console and on a request to any other host.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.features.update import update
from tests import needs
from tests.worlds import load

# Off: what Playwright turns off (its own list would not count beside another one), and the pages of which the
# browser's own toolbar is made, which cost two thirds of a second of work a window and which nobody sees.
WITHOUT = [
    *("AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "AimEnabled"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay"),
    *("MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch"),
    *("TcpPortRandomizationWin", "ThirdPartyStoragePartitioning"),
    *("InitialWebUI", "PreloadTopChromeWebUI", "WebUIBackForwardButton", "WebUIHomeButton"),
    *("WebUILocationBar", "WebUIReloadButton", "WebUISplitTabsButton", "WebUIToolbar"),
]
AXE = settings.BASE_DIR / "node_modules/axe-core/axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    f"--disable-features={','.join(WITHOUT)}",
]

# Playwright keeps an event loop in the test's thread, which makes Django refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Main Street runs from west to east through 47.1000 9.5050, where a view of the map has its middle.
TOWN = r"""
    c1 k14 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i11 uanna x9.50 y47.09 X9.51 Y47.11 Tcomment=First%20%survey,created_by=JOSM
    c2 k2 s2020-02-01T00:00:00Z e2020-02-01T01:00:00Z d0 i12 ubert x9.500 y47.0995 X9.510 Y47.1005 Tcomment=Surfaces
    n1 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5000 y47.1000
    n2 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5100 y47.1000
    n3 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna Tamenity=cafe,name=Adler x9.5042 y47.1006
    n11 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5030 y47.1010
    n12 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5036 y47.1010
    n13 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5036 y47.1014
    n14 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5030 y47.1014
    n21 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5000 y47.0900
    n22 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna x9.5100 y47.1100
    w1 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna Thighway=residential,name=Main%20%Street Nn1,n2
    w1 v2 dV c2 t2020-02-01T00:00:00Z i12 ubert Thighway=residential,name=Main%20%Street,surface=asphalt Nn1,n2
    w2 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna Tbuilding=house Nn11,n12,n13,n14,n11
    w3 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna Twaterway=river,name=Brook Nn21,n22
    r1 v1 dV c1 t2020-01-01T00:00:00Z i11 uanna Ttype=route,route=bus,name=Line%20%1 Mw1@,n3@stop
"""
# Without a graphics processor, a frame of the map takes a third of a second: fewer of them, with a quarter of the pixels.
DRAWN_CHEAPLY: dict[str, Any] = {"reduced_motion": "reduce", "device_scale_factor": 0.5}
MIDDLE = "#map=17/47.1000/9.5050"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = needs.program("chromium", "chromium-browser", package="chromium")
    with sync_playwright() as playwright:
        # Other suites may be at work on the same machine.
        expect.set_options(timeout=15_000)
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def town(django_db_reset_sequences: None) -> None:
    """Give new elements small ids, whatever was imported before: JavaScript knows no larger ones than 2**53."""
    cache.clear()
    add(TOWN)


def add(world: str) -> None:
    """Load elements, and make the features from them that the map shows."""
    load(world)
    assert update()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, town: None) -> Iterator[Callable[..., Page]]:
    """Open an address of the site in a new browser profile; further keywords are those of Playwright's contexts."""
    contexts = []
    troubles: list[str] = []
    allowed = {urlsplit(live_server.url).netloc, ""}

    def note_request(url: str) -> None:
        if urlsplit(url).netloc not in allowed:
            troubles.append(f"request to {url}")

    def note_message(message: ConsoleMessage, expected: str) -> None:
        if message.type == "error" and not (expected and expected in message.text):
            troubles.append(message.text)

    def opened(
        path: str, *, other_hosts: list[str] | None = None, expected: str = "", **options: Any
    ) -> Page:
        allowed.update(other_hosts or [])
        context = browser.new_context(base_url=live_server.url, **(DRAWN_CHEAPLY | options))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: note_message(message, expected))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: note_request(request.url))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    until_idle()
    assert troubles == []


def until_idle() -> None:
    """Wait for requests whose page is closed already: emptying the tables and reading them want each other's locks."""
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)


def until_clickable(page: Page) -> tuple[float, float]:
    """Wait until something lies under the middle of the map, and return that place."""
    box = page.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for attempt in range(100):
        page.mouse.move(x + attempt % 2, y)
        page.wait_for_timeout(100)
        if page.locator("#map canvas").evaluate("canvas => canvas.style.cursor") == "pointer":
            return x, y
    raise AssertionError("nothing came to lie under the middle of the map")


def findings(page: Page) -> list[str]:
    """Return what axe finds serious or critical in the page as it is."""
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in result["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


def position(page: Page) -> tuple[float, float, float]:
    """Return (zoom, lat, lon) of the address."""
    found = re.search(r"#map=([\d.]+)/(-?[\d.]+)/(-?[\d.]+)", page.url)
    assert found, page.url
    return float(found[1]), float(found[2]), float(found[3])
