"""The map that is drawn from our own tiles."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from .conftest import MIDDLE, findings, until_clickable
from .test_controls import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIGHT, DARK = (244, 242, 236), (27, 33, 31)
LETTERS = {"Dark": "K", "Grey": "B", "High contrast": "X", "Cycling": "C", "Transport": "T"}


def colours(page: Page) -> dict[tuple[int, ...], int]:
    """Return how many pixels of the map have each colour."""
    image = Image.open(io.BytesIO(page.locator("#map canvas").screenshot())).convert("RGB")
    counted = image.getcolors(image.width * image.height)
    assert counted
    return {colour: count for count, colour in counted if isinstance(colour, tuple)}


def ground(page: Page, expected: tuple[int, int, int]) -> None:
    """Wait until most of the map has the colour of the ground."""
    found: dict[tuple[int, ...], int] = {}
    for _ in range(60):
        found = colours(page)
        if max(found, key=lambda colour: found[colour]) == expected and len(found) > 20:
            return
        page.wait_for_timeout(250)
    raise AssertionError(sorted(found.items(), key=lambda pair: -pair[1])[:3])


@pytest.mark.parametrize(("scheme", "colour"), [("light", LIGHT), ("dark", DARK)])
def test_the_map_follows_the_theme_of_the_page(
    open_page: Callable[..., Page], scheme: str, colour: tuple[int, int, int]
) -> None:
    page = open_page(f"/{MIDDLE}", color_scheme=scheme)
    ground(page, colour)
    expect(page.locator("#map-status")).to_be_hidden()


def test_the_map_changes_with_the_theme(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}", color_scheme="light")
    ground(page, LIGHT)
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Theme").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    ground(page, DARK)
    until_clickable(page)


def test_the_styles_can_be_chosen_and_are_in_the_address(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}", color_scheme="light")
    ground(page, LIGHT)
    page.get_by_role("button", name="Layers").click()
    assert findings(page) == []
    for name, letter in LETTERS.items():
        with page.expect_response(lambda response: "/style/" in response.url and ".json" in response.url):
            page.get_by_role("radio", name=name, exact=True).check()
        page.wait_for_url(f"**&layers={letter}")
        expect(page.get_by_role("checkbox", name="Map data")).to_be_disabled()
    page.get_by_role("radio", name="Dark", exact=True).check()
    ground(page, DARK)
    page.goto(f"/about{MIDDLE}")
    page.goto(f"/{MIDDLE}&layers=K")
    ground(page, DARK)
    until_clickable(page)


@pytest.mark.parametrize("options", [{}, PHONE])
def test_from_far_away_to_a_shop_and_back(open_page: Callable[..., Page], options: dict[str, object]) -> None:
    page = open_page("/about", **options)
    failed: list[str] = []

    def note_failure(request: Request) -> None:
        # Leaving the page ends what is on its way.
        if request.failure != "net::ERR_ABORTED":
            failed.append(request.url)

    page.on("requestfailed", note_failure)
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
    for zoom in (9, 13, 14, 18, 9):
        with page.expect_response("**/tiles/shortbread_v1/**", timeout=60_000):
            page.goto(f"/?zoom{zoom}#map={zoom}/47.1000/9.5050")
        expect(page.locator("#map-status")).to_be_hidden(timeout=60_000)
    assert failed == []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/?shop#map=18/47.1006/9.5042")
    x, y = until_clickable(page)
    page.mouse.click(x, y)
    expect(page.locator("h1")).to_have_text("Adler")
    # The raw data is for editors.
    assert not [url for url in asked if "/map.json" in url or "/overview.json" in url]


def test_an_element_that_a_link_points_at_is_highlighted(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/changeset/1{MIDDLE}")
    expect(page.locator("#changeset_ways li")).to_have_count(3)
    until_clickable(page)
    page.mouse.move(500, 5)
    page.wait_for_timeout(800)
    canvas = page.locator("#map canvas")
    before = canvas.screenshot()
    page.locator("#changeset_ways [data-hover]").first.hover()
    page.wait_for_timeout(600)
    assert canvas.screenshot() != before


def test_names_are_in_the_readers_language(open_page: Callable[..., Page]) -> None:
    page = open_page("/about", locale="de-CH")
    with page.expect_response("**/tiles/shortbread_v1/14/**"):
        page.goto(f"/{MIDDLE}")
    until_clickable(page)
    expect(page.locator(".map-tip")).to_have_text("Main Street")


def test_failing_tiles_are_reported(open_page: Callable[..., Page]) -> None:
    page = open_page("/about", expected="Failed to load resource")
    page.context.route("**/tiles/shortbread_v1/**", lambda route: route.fulfill(status=503))
    page.goto(f"/{MIDDLE}")
    expect(page.locator("#map-status")).to_have_text("Map data could not be loaded")


def test_a_map_in_a_frame(open_page: Callable[..., Page]) -> None:
    page = open_page(
        "/export/embed.html?bbox=9.5,47.09,9.51,47.11&layer=transportmap&marker=47.1,9.505&theme=light"
    )
    ground(page, LIGHT)
    expect(page.locator(".maplibregl-marker")).to_have_count(1)
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("OpenStreetMap")
    larger = page.get_by_role("link", name="View a larger map")
    position = re.compile(r"^/\?mlat=47\.1&mlon=9\.505#map=1\d(\.\d+)?/47\.100\d*/9\.505\d*&layers=T$")
    expect(larger).to_have_attribute("href", position)
    assert findings(page) == []
