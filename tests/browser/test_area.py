"""The map says where there is no data, and leads to where it is."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from .conftest import findings


def test_a_view_without_data_says_so(open_page: Callable[..., Page]) -> None:
    page = open_page("/#map=12/40.0000/-30.0000")
    note = page.locator("#no-data")
    expect(note).to_contain_text("No data here on this instance.")
    assert findings(page) == []
    button = note.get_by_role("button", name="Show the area with data")
    button.focus()
    page.keyboard.press("Enter")
    expect(note).to_be_hidden()
    page.wait_for_function("() => location.hash.includes('/47.1')")


def test_a_view_with_data_does_not(open_page: Callable[..., Page]) -> None:
    page = open_page("/#map=17/47.1000/9.5050")
    page.wait_for_function("() => document.querySelector('#map canvas')")
    page.wait_for_timeout(1000)
    expect(page.locator("#no-data")).to_be_hidden()
    page.evaluate("location.hash = '#map=16/46.0000/8.0000'")
    expect(page.locator("#no-data")).to_be_visible()
