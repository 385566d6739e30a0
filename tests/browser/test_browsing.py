"""Browsing the site in a real browser."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import MIDDLE, add, findings, position, until_clickable

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_map_to_a_way_its_history_a_version_and_its_changeset(
    open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_page(f"/{MIDDLE}", color_scheme=scheme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    x, y = until_clickable(page)
    assert findings(page) == []

    page.mouse.click(x, y)
    expect(page.locator("h1")).to_have_text("Main Street")
    expect(page).to_have_title("Way: Main Street (1) | osmsite")
    assert "/way/1#map=" in page.url
    assert findings(page) == []

    page.get_by_role("link", name="History", exact=True).last.click()
    expect(page.locator(".history > li")).to_have_count(2)
    expect(page.locator(".history tr.added").first).to_contain_text("surface")
    assert findings(page) == []

    page.get_by_role("link", name="Version 1").click()
    expect(page.locator(".sidebar-head")).to_contain_text("version 1")
    assert "/way/1/history/1#map=" in page.url
    assert findings(page) == []

    page.get_by_role("link", name="Changeset #1").click()
    expect(page.locator("h1")).to_have_text("First survey")
    assert "/changeset/1#map=" in page.url
    expect(page.locator("#changeset_ways li")).to_have_count(3)
    page.wait_for_timeout(600)
    assert findings(page) == []

    for path in ("/way/1/history/1#", "/way/1/history#", "/way/1#"):
        page.go_back()
        expect(page.locator("h1")).to_have_text("Main Street")
        assert path in page.url
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#sidebar")).to_be_hidden()


def test_the_map_pans_and_its_position_is_remembered(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}")
    x, y = until_clickable(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 200, y, steps=5)
    page.mouse.up()
    page.wait_for_function("hash => location.hash !== hash", arg=MIDDLE)
    page.wait_for_timeout(1000)
    zoom, lat, lon = position(page)
    assert zoom == 17
    assert lat == pytest.approx(47.1, abs=1e-4)
    assert lon > 9.506
    cookie = next(c for c in page.context.cookies() if c["name"] == "_osm_location")
    assert cookie["value"].replace("%7C", "|").startswith(f"{lon:.4f}")
    page.goto("/")
    page.wait_for_url("**/#map=17/**")
    assert position(page)[2] == pytest.approx(lon, abs=1e-4)


def test_a_page_moves_the_map_away_from_the_view_of_the_world(open_page: Callable[..., Page]) -> None:
    page = open_page("/#map=1/0/0")
    page.wait_for_function("() => document.cookie.includes('_osm_location')")
    page.goto(page.url.split("/#")[0] + "/node/1")
    page.wait_for_url("**/node/1#map=18/**")


def test_the_first_map_view_shows_the_data(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    page.wait_for_url("**/#map=**")
    _, lat, lon = position(page)
    assert lat == pytest.approx(47.1, abs=0.01)
    assert lon == pytest.approx(9.505, abs=0.01)


def test_a_position_requested_before_the_coverage_is_known_wins(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("/about")
    held: list[Route] = []
    page.route("**/coverage.json", lambda route: held.append(route))  # noqa: PLW0108 (Playwright asks for a function of ours)
    with page.expect_request("**/coverage.json"):
        page.goto("/")
    page.evaluate("location.hash = '#map=16/46.0000/8.0000'")
    page.wait_for_timeout(200)
    with page.expect_response("**/coverage.json"):
        held[0].continue_()
    page.wait_for_timeout(500)
    assert position(page) == (16, 46, 8)


def test_the_list_of_changesets_follows_the_map(open_page: Callable[..., Page]) -> None:
    page = open_page("/history#map=16/47.1000/9.5050")
    expect(page.locator("li[data-changeset]")).to_have_count(2)
    expect(page.locator(".sidebar-head")).to_contain_text("in the current map view")
    assert findings(page) == []
    page.evaluate("location.hash = '#map=18/47.1080/9.5050'")
    expect(page.locator("li[data-changeset]")).to_have_count(1)
    expect(page.locator("li[data-changeset]")).to_contain_text("First survey")
    page.locator("li[data-changeset] .title").click()
    expect(page.locator("h1")).to_have_text("First survey")


def test_the_changeset_under_the_pointer_is_highlighted(open_page: Callable[..., Page]) -> None:
    page = open_page("/history#map=17/47.1000/9.5050")
    expect(page.locator("li[data-changeset]")).to_have_count(2)
    until_clickable(page)
    expect(page.locator("li.is-active")).to_contain_text("Surfaces")


def test_the_site_works_with_the_keyboard_only(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    while not page.get_by_role("combobox").evaluate("input => input === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type("way/1")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Main Street")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("#announce")).to_have_text("Way: Main Street (1) | osmsite")
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()

    page.locator("#map canvas").focus()
    before, address = position(page), page.evaluate("location.hash")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("hash => location.hash !== hash", arg=address)
    page.wait_for_timeout(600)
    assert position(page)[2] > before[2]

    button = page.get_by_role("button", name="Layers")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Standard")).to_be_focused()
    assert findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#pane-layers")).to_be_hidden()
    expect(button).to_be_focused()


def test_searching_for_a_position_moves_the_map(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}")
    page.get_by_role("combobox").fill("47.2, 9.6")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?mlat=47.2&mlon=9.6#map=17/**")
    expect(page.locator(".maplibregl-marker")).to_have_count(1)
    page.get_by_role("combobox").fill("Vaduz")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("No results for")


def test_shared_links_open_the_same_view(open_page: Callable[..., Page]) -> None:
    page = open_page("/way/1#map=17/47.1010/9.5040")
    # The map is loaded, and has written its position to the URL.
    page.wait_for_url("**/way/1#map=17/47.101000/9.504000")
    expect(page.locator("h1")).to_have_text("Main Street")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_label("Geo URI")).to_have_value("geo:47.10100,9.50400?z=17")
    expect(page.get_by_label("Link", exact=True)).to_have_value(page.url)
    short = page.get_by_label("Short link").input_value()
    assert "/go/" in short
    page.goto(short)
    expect(page.locator("h1")).to_have_text("Main Street")
    assert "/way/1#map=17/" in page.url
    assert position(page) == pytest.approx((17, 47.101, 9.504), abs=1e-3)


def test_on_a_phone_the_details_are_a_sheet(open_page: Callable[..., Page]) -> None:
    page = open_page("/way/1", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect(page.locator("h1")).to_have_text("Main Street")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    sheet, small = page.locator("#sidebar"), page.locator("#sidebar").bounding_box()
    page.get_by_role("button", name="Show more details").click()
    large = sheet.bounding_box()
    assert small
    assert large
    assert large["height"] > small["height"] + 200
    assert findings(page) == []
    page.locator(".menu-button").click()
    page.get_by_role("link", name="Help").click()
    expect(page.locator("h1")).to_have_text("Help")
    assert findings(page) == []


def test_the_theme_is_remembered(open_page: Callable[..., Page]) -> None:
    page = open_page("/about", color_scheme="dark")
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Theme").click()
    expect(html).to_have_attribute("data-bs-theme", "light")
    assert findings(page) == []
    page.goto("/help")
    expect(html).to_have_attribute("data-bs-theme", "light")


def test_an_optional_layer_is_loaded_only_once_it_is_chosen(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}", other_hosts=["tile.openstreetmap.org"])
    asked: list[str] = []

    def answer(route: Route) -> None:
        """Respond locally, so that no request leaves the machine; the site's policy must still allow it."""
        asked.append(route.request.url)
        route.fulfill(body=PIXEL, content_type="image/png", headers={"Access-Control-Allow-Origin": "*"})

    page.context.route("**://tile.openstreetmap.org/**", answer)
    until_clickable(page)
    assert asked == []
    page.get_by_role("button", name="Layers").click()
    page.get_by_role("radio", name="OpenStreetMap tile").check()
    page.wait_for_url("**&layers=M")
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("© OpenStreetMap")
    page.wait_for_timeout(1000)
    assert asked
    page.get_by_role("checkbox", name="Map data").check()
    page.wait_for_url("**&layers=MD")
    until_clickable(page)


def test_without_scripts_the_pages_are_complete(open_page: Callable[..., Page]) -> None:
    page = open_page("/way/1", java_script_enabled=False)
    expect(page.locator("h1")).to_have_text("Main Street")
    page.get_by_role("link", name="Changeset #2").click()
    expect(page.locator("h1")).to_have_text("Surfaces")
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator("li[data-changeset]")).to_have_count(2)
    page.get_by_role("searchbox").fill("node 3")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Adler")


def test_the_export_uses_the_current_map_view(open_page: Callable[..., Page]) -> None:
    page = open_page("/export#map=17/47.1000/9.5050")
    west = page.locator("[name=minlon]")
    expect(west).not_to_have_value("")
    assert float(west.input_value()) < 9.505
    expect(page.get_by_role("button", name="Download")).to_be_enabled()
    assert findings(page) == []
    page.evaluate("location.hash = '#map=8/47.1/9.5'")
    expect(page.get_by_role("button", name="Download")).to_be_disabled()
    expect(page.get_by_text("This area is too large")).to_be_visible()


def many_changesets() -> None:
    """Create 45 changesets around the middle of the town, each a little further east."""
    add(
        "\n".join(
            f"c{101 + n} k1 s2021-01-01T00:00:00Z e2021-01-01T01:00:00Z d0 i11 uanna "
            f"x{9.5 + n / 10_000:.4f} y47.099 X{9.502 + n / 10_000:.4f} Y47.101 Tcomment=No.%20%{n}"
            for n in range(45)
        )
    )


def test_older_changesets_are_appended_and_newer_ones_have_a_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/about")
    many_changesets()
    page.goto("/history#map=16/47.1000/9.5050")
    rows = page.locator("li[data-changeset]")
    expect(rows).to_have_count(20)
    for number in (40, 47):
        page.get_by_role("link", name="Older changesets").click()
        expect(rows).to_have_count(number)
    expect(page.get_by_role("link", name="Newer changesets")).to_have_count(0)
    page.goto("/user/anna/history?before=110")
    expect(rows).to_have_count(10)
    page.get_by_role("link", name="Newer changesets").click()
    expect(rows.first).to_contain_text("No. 28")
    expect(page.get_by_role("link", name="Older changesets")).to_be_visible()


def test_hovering_a_row_highlights_its_bbox_on_the_map(open_page: Callable[..., Page]) -> None:
    page = open_page("/history#map=16/47.1000/9.5050")
    expect(page.locator("li[data-changeset]")).to_have_count(2)
    until_clickable(page)
    page.mouse.move(600, 10)
    expect(page.locator("li.is-active")).to_have_count(0)
    canvas = page.locator("#map canvas")
    page.wait_for_timeout(1000)
    before = canvas.screenshot()
    page.locator("li[data-changeset] .title").last.hover()
    expect(page.locator("li.is-active")).to_contain_text("First survey")
    page.wait_for_timeout(500)
    lit = canvas.screenshot()
    assert lit != before
    page.mouse.move(600, 10)
    expect(page.locator("li.is-active")).to_have_count(0)
    page.wait_for_timeout(500)
    assert canvas.screenshot() == before
