"""A trace is uploaded, imported by a real worker, drawn on the map, and made private by its owner."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from PIL import Image
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.conftest import PASSWORD, make_user
from tests.traces.files import gpx, point

from .conftest import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES", "")
WALK = gpx("".join(point(47.0992, 9.5 + step / 2000) for step in range(20)))


@pytest.fixture
def worker(live_server: LiveServer) -> Iterator[None]:
    """A Celery worker process for the database and the queue of the test suite."""
    name = connection.settings_dict["NAME"]
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "osmsite.celery", "worker", "--pool", "solo"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": address},
    )
    yield
    process.terminate()
    process.wait(20)


def look(page: Page, name: str) -> None:
    """Check that axe finds nothing in light and dark, and that nothing is wider than the screen of a phone."""
    for scheme, width in (("dark", 390), ("light", 1280)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 850})
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png")
        assert findings(page) == [], (name, scheme)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, scheme)


def is_red(pixel: tuple[int, int, int]) -> bool:
    """Return whether a pixel has the colour of the trace whose page is open."""
    return pixel[0] > pixel[2] + 100 and pixel[1] < 120


def is_violet(pixel: tuple[int, int, int]) -> bool:
    """Return whether a pixel has the colour of the translucent layer of GPS points."""
    return pixel[2] > max(pixel[0] + 20, pixel[1] + 30)


def wait_until_drawn(page: Page, is_meant: Callable[[tuple[int, int, int]], bool]) -> None:
    """Wait until the map shows more than a few pixels of a colour."""
    for _ in range(50):
        picture = Image.open(io.BytesIO(page.locator("#map").screenshot())).convert("RGB")
        colours = picture.getcolors(1_000_000) or []
        found = [number for number, pixel in colours if is_meant(pixel)]  # type: ignore[arg-type]
        if sum(found) > 50:
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"nothing is drawn of what {is_meant.__name__}")


def test_a_trace_is_uploaded_drawn_and_made_private(open_page: Callable[..., Page], worker: None) -> None:
    make_user("alice")
    # Otherwise axe would check colours in the middle of a transition.
    options = {"color_scheme": "light", "reduced_motion": "reduce"}
    alice = open_page("/login?referer=/traces/new", **options)
    alice.get_by_label("Email address or display name").fill("alice")
    alice.get_by_label("Password").fill(PASSWORD)
    alice.keyboard.press("Enter")
    upload = alice.get_by_role("button", name="Upload", exact=True)
    expect(upload).to_be_visible()
    look(alice, "trace-new")
    alice.get_by_label("GPX file").set_input_files(
        {"name": "Evening walk.gpx", "mimeType": "application/gpx+xml", "buffer": WALK}
    )
    alice.get_by_label("Description").fill("Along Main Street")
    alice.get_by_label("Tags").fill("walk, street")
    alice.get_by_label("Visibility").select_option("identifiable")
    upload.click()
    alice.wait_for_url("**/user/alice/traces")
    row = alice.locator(".traces > li")
    expect(row).to_contain_text("20 points", timeout=20_000)
    expect(row.locator("img")).to_be_visible()
    expect(alice.locator("#traces-status")).to_be_empty()
    look(alice, "traces")

    other = open_page("/traces", **options)
    other.get_by_role("link", name="Evening_walk.gpx", exact=True).click()
    expect(other.locator("h1")).to_have_text("Evening_walk.gpx")
    wait_until_drawn(other, is_red)
    look(other, "trace")
    expect(other.get_by_text("Delete this trace")).to_have_count(0)
    points = open_page("/#map=17/47.0992/9.5050", **options)
    points.get_by_role("button", name="Layers").click()
    points.get_by_label("GPS traces").check()
    wait_until_drawn(points, is_violet)
    assert points.url.endswith("&layers=G")
    if PICTURES:
        points.screenshot(path=f"{PICTURES}/trace-points.png")

    row.get_by_role("link", name="Evening_walk.gpx", exact=True).click()
    alice.get_by_role("link", name="Edit this trace").click()
    look(alice, "trace-edit")
    alice.get_by_label("Visibility").select_option("private")
    alice.get_by_role("button", name="Save changes").click()
    expect(alice.get_by_text("The trace has been saved.")).to_be_visible()
    other.reload()
    expect(other.get_by_text("Trace not found!")).to_be_visible()
    expect(other.get_by_text("No traces yet.")).to_be_visible()
    alice.get_by_text("Delete this trace").click()
    alice.get_by_role("button", name="Delete", exact=True).click()
    expect(alice.get_by_text("No traces yet.")).to_be_visible()
