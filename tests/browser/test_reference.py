"""The API reference: with the keyboard, on a phone, without JavaScript."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_call_opens_by_its_url_and_by_keyboard(open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page("/help/api#updateNode", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    expect(page.get_by_text("Restores a deleted element.").first).to_be_visible()
    page.locator("summary", has_text="Read the map data of a bbox").focus()
    page.keyboard.press("Enter")
    page.locator("#map").get_by_role("link", name="ElementsXml").click()
    expect(page.locator("#shape-ElementsXml").get_by_text("@generator")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert findings(page) == []


def test_the_reference_needs_no_javascript(open_page: Callable[..., Page]) -> None:
    page = open_page("/help/api", java_script_enabled=False)
    page.locator("summary", has_text="Read the map data of a bbox").click()
    expect(page.get_by_text("You requested too many nodes")).to_be_visible()
