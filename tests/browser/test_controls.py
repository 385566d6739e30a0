"""The map's buttons, menus, hints and messages: by keyboard, on phones and on small windows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from apps.users.models import UserRole
from tests.conftest import make_user

from .conftest import MIDDLE, add, findings, until_clickable
from .test_discussion import log_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
COVERED = """() => [...document.querySelectorAll(".maplibregl-ctrl-group button")].filter((button) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    const corners = [[x + 4, y + 4], [x + width - 4, y + height - 4]];
    return corners.some((corner) => !button.contains(document.elementFromPoint(...corner)));
}).map((button) => button.getAttribute("aria-label"))"""


@pytest.mark.parametrize("size", [(1280, 800), (640, 400), (640, 300), (390, 844), (320, 256)])
def test_every_button_of_the_map_can_be_reached(
    open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_page(f"/way/1{MIDDLE}", viewport={"width": size[0], "height": size[1]})
    expect(page.locator("h1")).to_have_text("Main Street")
    expect(page.locator(".maplibregl-ctrl-group button")).to_have_count(7)
    assert page.evaluate(COVERED) == []


def test_the_focus_on_a_button_of_the_map_can_be_seen(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}")
    for button in page.locator(".maplibregl-ctrl-group button").all():
        button.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        style = button.evaluate(
            "button => { const s = getComputedStyle(button);"
            " return [s.outlineStyle, parseFloat(s.outlineWidth), parseFloat(s.outlineOffset)]; }"
        )
        # The group clips what lies outside of its buttons.
        assert style[0] == "solid"
        assert style[1] >= 2
        assert style[2] <= -style[1]


def test_a_tap_leaves_no_hint_behind(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}", **PHONE)
    page.wait_for_timeout(1500)
    box = page.locator("#map").bounding_box()
    assert box
    for _ in range(40):
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(250)
        if page.locator("h1").count():
            break
    expect(page.locator("h1")).to_have_text("Main Street")
    page.wait_for_timeout(600)
    expect(page.locator(".map-tip")).to_be_hidden()


def test_the_hint_under_the_pointer_goes_when_the_map_moves(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}")
    x, y = until_clickable(page)
    expect(page.locator(".map-tip")).to_have_text("Main Street")
    page.mouse.click(x, y)
    expect(page.locator("h1")).to_have_text("Main Street")
    expect(page.locator(".map-tip")).to_be_hidden()


def test_escape_closes_the_menus_and_leaves_the_page_open(open_page: Callable[..., Page]) -> None:
    make_user("maya", role=UserRole.Role.MODERATOR)
    page = open_page("/login")
    log_in(page, "maya")
    expect(page.locator(".user-menu").last).to_contain_text("maya")
    page.goto("/way/1")
    expect(page.locator("h1")).to_have_text("Main Street")
    for name in ("Choose an editor", "Moderation", "maya"):
        summary = page.locator(".site-nav summary", has_text=name)
        menu = page.locator(".site-nav details", has=page.locator("summary", has_text=name))
        summary.focus()
        page.keyboard.press("Enter")
        expect(menu).to_have_attribute("open", "")
        page.keyboard.press("Tab")
        assert findings(page) == []
        page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(summary).to_be_focused()
        summary.click()
        page.locator("h1").click()
        expect(menu).not_to_have_attribute("open", "")
    expect(page.locator("h1")).to_have_text("Main Street")
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()


def test_escape_closes_the_menu_of_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page("/way/1", **PHONE)
    page.locator("#menu").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("link", name="Copyright")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Copyright")).to_be_hidden()
    expect(page.locator("#menu")).to_be_focused()
    expect(page.locator("h1")).to_have_text("Main Street")


@pytest.mark.parametrize("failure", [404, 503, None])
def test_failing_tiles_of_the_background_are_reported(
    open_page: Callable[..., Page], failure: int | None
) -> None:
    def fail(route: Route) -> None:
        if failure:
            route.fulfill(status=failure, headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.abort()

    page = open_page("/about", other_hosts=["tile.openstreetmap.org"], expected="Failed to load resource")
    page.context.route("**://tile.openstreetmap.org/**", fail)
    page.goto(f"/{MIDDLE}&layers=M")
    expect(page.locator("#map-status")).to_have_text("The background map could not be loaded")
    page.get_by_role("button", name="Layers").click()
    page.get_by_role("radio", name="Standard").check()
    expect(page.locator("#map-status")).not_to_have_text("The background map could not be loaded")


def test_a_changeset_of_one_node_is_on_the_map(open_page: Callable[..., Page]) -> None:
    page = open_page("/about")
    add(
        """
        c7 k1 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i11 uanna x9.505 y47.105 X9.505 Y47.105 Tcomment=A%20%bench
        n31 v1 dV c7 t2020-01-01T00:00:00Z i11 uanna Tamenity=bench x9.5050 y47.1050
        """
    )
    page.goto("/user/anna/history#map=17/47.1050/9.5050")
    expect(page.locator("li[data-changeset]")).to_have_count(2)
    box = page.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # Beside the node, and within the box drawn around it.
    for attempt in range(60):
        page.mouse.move(x + 6, y + 6 + attempt % 2)
        page.wait_for_timeout(100)
        if re.search("bench", " ".join(page.locator("li.is-active").all_inner_texts())):
            break
    expect(page.locator("li.is-active")).to_contain_text("A bench")
    page.mouse.click(x + 6, y + 6)
    expect(page.locator("h1")).to_have_text("A bench")
    assert page.evaluate("JSON.parse(document.getElementById('map-data').textContent).touched") == ["node/31"]
