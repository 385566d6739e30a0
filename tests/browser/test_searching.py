"""Suggestions in the search field, and results on the map."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from apps.features.update import update
from tests.worlds import load

from .conftest import MIDDLE, findings
from .test_controls import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOPS = "\n".join(
    f"n{50 + n} v1 dV c9 t2020-01-01T00:00:00Z i11 uanna Tamenity=cafe,name=Mainau%20%{n} x9.50{n}1 y47.1002"
    for n in range(1, 10)
)


def open_map(open_page: Callable[..., Page], address: str = f"/{MIDDLE}", **options: Any) -> Page:
    page = open_page("/about", **options)
    load("c9 k9 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i11 uanna\n" + SHOPS)
    assert update()
    page.goto(address)
    expect(page.get_by_role("combobox")).to_be_visible()
    return page


def options(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.get_by_role("option").all_inner_texts()]


def test_typing_suggests_places_of_which_the_keyboard_chooses_one(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page)
    field = page.get_by_role("combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("Main S", delay=20)
    expect(page.get_by_role("option")).to_have_text(re.compile("Main Street"))
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-count]")).to_have_text("Suggestions: 1")
    assert findings(page) == []
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(page.locator("#suggestion-0")).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowUp")
    expect(page.locator("#suggestion-0")).to_have_attribute("aria-selected", "true")
    assert findings(page) == []
    expect(field).to_have_value("Main S")
    field.press("Enter")
    expect(page.locator("h1")).to_have_text("Main Street")
    assert "/way/1#map=" in page.url
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("Main Street")


def test_escape_closes_the_list_and_enter_searches_for_what_is_typed(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page, f"/way/1{MIDDLE}")
    field = page.get_by_role("combobox")
    field.press_sequentially("main")
    expect(page.get_by_role("option")).to_have_count(8)
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("main")
    expect(page.locator("h1")).to_have_text("Main Street")
    field.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(8)
    field.press("Enter")
    expect(page.locator("h1")).to_have_text("10 results for “main”")
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_only_the_latest_text_is_asked_for(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page)
    asked: list[str] = []
    held: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(parse_qs(urlsplit(route.request.url).query)["query"][0])
        if asked[-1] == "mainau 3":
            held.append(route)
        else:
            route.continue_()

    page.route("**/search/suggestions.json*", hold)
    field = page.get_by_role("combobox")
    field.press_sequentially("   ", delay=10)
    page.wait_for_timeout(400)
    assert asked == []
    field.focus()
    # As fast as one types: no pause is long enough to be asked for.
    field.evaluate(
        """field => {
            for (const text of ["m", "mai", "mainau", "mainau 3"]) {
                field.value = text;
                field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            }
        }"""
    )
    page.wait_for_timeout(400)
    assert asked == ["mainau 3"]
    with page.expect_event("requestfailed"):
        field.fill("mainau 4")
    expect(page.get_by_role("option")).to_have_text(re.compile("Mainau 4"))
    assert asked == ["mainau 3", "mainau 4"]
    field.fill("x" * 101)
    page.wait_for_timeout(400)
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert len(asked) == 2


def test_the_pointer_chooses_on_pages_without_a_map_too(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page)
    page.goto("/about")
    page.get_by_role("combobox").press_sequentially("brook")
    page.get_by_role("option", name="Brook").click()
    expect(page.locator("h1")).to_have_text("Brook")


def test_the_list_fits_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page, **PHONE)
    page.get_by_role("combobox").press_sequentially("mainau")
    expect(page.get_by_role("option")).to_have_count(8)
    box = page.get_by_role("listbox").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["width"] > 200
    page.get_by_role("option", name="Mainau 2").tap()
    expect(page.locator("h1")).to_have_text("Mainau 2")


def test_results_are_numbered_on_the_map_and_found_from_there(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page)
    field = page.get_by_role("combobox")
    field.fill("mainau")
    field.press("Enter")
    expect(page.locator("h1")).to_have_text("9 results for “mainau”")
    marks = page.locator(".result-mark")
    expect(marks).to_have_count(9)
    row = page.locator("[data-result]").nth(3)
    row.get_by_role("link").hover()
    expect(page.locator(".result-mark.is-active")).to_have_text("4")
    row.get_by_role("link").focus()
    expect(page.locator(".result-mark.is-active")).to_have_text("4")
    assert findings(page) == []
    mark = marks.filter(has_text=re.compile("^1$"))
    name = page.locator("[data-result] a").first.inner_text()
    mark.hover()
    expect(page.locator("[data-result].is-active")).to_contain_text(name)
    mark.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(marks).to_have_count(0)


def test_results_elsewhere_move_the_map(open_page: Callable[..., Page]) -> None:
    page = open_map(open_page, "/#map=17/46.0000/8.0000")
    field = page.get_by_role("combobox")
    field.fill("Adler")
    field.press("Enter")
    expect(page.locator("h1")).to_have_text("1 result for “Adler”")
    page.wait_for_url("**/search?query=Adler*#map=18/47.1006*/9.5042*")
