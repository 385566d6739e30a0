"""A moderator's job in a browser: a reason is written down, a version put out of sight for it and shown again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.elements.models import OldWay
from apps.moderation.actions import create_redaction
from apps.users.models import User

from .conftest import findings
from .test_accounts import look
from .test_oauth import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_moderator_redacts_a_version_and_shows_it_again(
    open_page: Callable[..., Page], live_server: LiveServer, moderator: User, alice: User
) -> None:
    page, alices = open_page("/about"), open_page("/about")
    sign_in(page, moderator, live_server)
    sign_in(alices, alice, live_server)

    page.goto("/redactions")
    page.get_by_role("link", name="New redaction").click()
    page.get_by_label("Title").fill("Copied")
    page.get_by_label("Description").fill("From *another* map")
    page.get_by_role("button", name="Create redaction").press("Enter")
    expect(page.locator(".messages")).to_contain_text("The redaction has been created.")
    expect(page.locator("em")).to_have_text("another")

    page.goto("/way/1")
    page.get_by_role("link", name="1", exact=True).click()
    page.get_by_label("Redact this version").select_option(label=page.locator("option").inner_text())
    page.get_by_role("button", name="Redact").press("Enter")
    expect(page.locator(".messages")).to_contain_text("This version has been redacted.")

    alices.goto("/way/1/history")
    notice = alices.get_by_text("Version 1 cannot be shown because it has been redacted.")
    expect(notice).to_be_visible()
    expect(alices.get_by_role("link", name="Show redacted versions")).to_have_count(0)
    notice.get_by_role("link").click()
    expect(alices.locator("h1")).to_have_text("Copied")

    expect(page.get_by_text("Version 1 cannot be shown")).to_be_visible()
    page.get_by_role("link", name="Show redacted versions").click()
    expect(page.get_by_text("Only moderators can see this version.")).to_be_visible()
    expect(page.locator("h1")).to_have_text("Main Street")
    page.get_by_role("button", name="Remove redaction").click()
    expect(page.locator(".messages")).to_contain_text("This version is visible to everyone again.")
    alices.goto("/way/1/history/1")
    expect(alices.locator("h1")).to_have_text("Main Street")


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
)
def test_the_pages_are_accessible_and_fit(
    open_page: Callable[..., Page], live_server: LiveServer, moderator: User, scheme: str, width: int
) -> None:
    page = open_page("/about", color_scheme=scheme, viewport={"width": width, "height": 800})
    sign_in(page, moderator, live_server)
    made = create_redaction(moderator, title="Copied from another map", description="By *mistake*.\n\n- one")
    create_redaction(moderator, title="Names of persons " * 12, description="Private")
    OldWay.objects.update(redaction=made)
    for name, path in {
        "redactions": "/redactions",
        "redaction": f"/redactions/{made.pk}",
        "redaction-form": f"/redactions/{made.pk}/edit",
        "version-hidden": "/way/1/history/1",
        "version-shown": "/way/1/history/1?show_redactions=true",
        "history-hidden": "/way/1/history",
        "history-shown": "/way/1/history?show_redactions=true",
    }.items():
        page.goto(path)
        if width < 768 and page.locator("#sheet").count():
            page.locator("#sheet").click()
        look(page, f"{name}-{scheme}-{width}")
        assert findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
