"""Query features: a click, a tap or a key asks the map what is there."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.features.update import update

from .conftest import MIDDLE, findings
from .test_controls import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_map(open_page: Callable[..., Page], address: str = f"/{MIDDLE}", **options: Any) -> Page:
    page = open_page("/about", **options)
    assert update()
    page.goto(address)
    expect(page.locator("#map canvas")).to_be_visible()
    return page


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("#map").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_click_lists_what_is_there_and_draws_what_is_pointed_at(
    open_page: Callable[..., Page], scheme: str
) -> None:
    page = open_map(open_page, color_scheme=scheme)
    button = page.get_by_role("button", name="Query features")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.mouse.click(*middle(page))
    expect(page.locator("h1")).to_have_text("What is here?")
    page.wait_for_url("**/query?lat=47.1000*&lon=9.5050*&zoom=17.0#map=17/**")
    near = page.locator(".element-list").first
    expect(near.locator("a")).to_have_text(
        [
            re.compile(r"Main Street\s+Residential Road"),
            re.compile(r"Line 1\s+Bus Route"),
            re.compile(r"Brook\s+River"),
        ]
    )
    expect(page.locator(".query-mark")).to_be_visible()
    assert findings(page) == []
    before = page.locator("#map").screenshot()
    with page.expect_response("**/query/way/1.json"):
        near.get_by_role("link", name="Main Street").hover()
    page.wait_for_timeout(400)
    assert page.locator("#map").screenshot() != before
    with page.expect_response("**/query/relation/1.json"):
        near.get_by_role("link", name="Line 1").focus()

    # The next click asks again, elsewhere.
    x, y = middle(page)
    page.mouse.click(x, y - 150)
    expect(page.locator("#content")).to_contain_text("There is nothing within")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.go_back()
    near.get_by_role("link", name="Main Street").click()
    expect(page.locator("h1")).to_have_text("Main Street")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".query-mark")).to_have_count(0)


def test_the_keyboard_asks_for_the_middle_of_the_map(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page)
    button = page.get_by_role("button", name="Query features")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map canvas")).to_be_focused()
    expect(page.locator("#announce")).to_contain_text("press Enter")
    page.keyboard.press("Escape")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("What is here?")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator(".element-list").first).to_contain_text("Main Street")
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_tap_asks_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page, **PHONE)
    page.get_by_role("button", name="Query features").tap()
    page.touchscreen.tap(*middle(page))
    expect(page.locator("h1")).to_have_text("What is here?")
    expect(page.locator(".element-list").first).to_contain_text("Main Street")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_far_away_the_button_waits(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page, "/#map=13/47.1000/9.5050")
    far = page.get_by_role("button", name="Zoom in to query features")
    expect(far).to_be_disabled()
    page.get_by_role("button", name="Zoom in", exact=True).click()
    expect(page.get_by_role("button", name="Query features", exact=True)).to_be_enabled()


def test_an_address_shows_its_place(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page, "/query?lat=47.1006&lon=9.5042")
    expect(page.locator(".element-list").first).to_contain_text("Adler")
    page.wait_for_url("**/query?lat=47.1006&lon=9.5042#map=18/47.1006*/9.5042*")
    expect(page.locator(".query-mark")).to_be_visible()


def test_without_javascript_it_is_a_page_with_a_form(open_page: Callable[..., Page]) -> None:
    page = open_page("/about", java_script_enabled=False)
    assert update()
    page.goto("/query")
    page.get_by_label("Latitude").fill("47.1006")
    page.get_by_label("Longitude").fill("9.5042")
    page.get_by_role("button", name="Query features").click()
    expect(page.locator(".element-list").first).to_contain_text("Adler")
    page.get_by_role("link", name="Adler").click()
    expect(page.locator("h1")).to_have_text("Adler")
