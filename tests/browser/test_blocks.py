"""A block in browsers: made, read, and over."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken
from playwright.sync_api import Page, expect

from apps.users.models import UserBlock, UserRole
from tests.api06.client import send
from tests.conftest import PASSWORD, make_user

from .conftest import findings
from .test_accounts import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REFUSAL = "Your access to the API has been blocked."


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Email address or display name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def edit() -> tuple[int, str]:
    """Return what mallory's editor is told."""
    answer = send("PUT", "changeset/create", "<osm><changeset/></osm>")
    return answer.status, answer.text


def test_mallory_is_blocked_reads_why_and_may_edit_again_after_the_time(
    open_page: Callable[..., Page],
) -> None:
    make_user("moderator", role=UserRole.Role.MODERATOR)
    mallory = make_user("mallory")
    expires = timezone.now() + timedelta(days=1)
    AccessToken.objects.create(user=mallory, token="secret", scope="write_api", expires=expires)
    assert edit()[0] == 200

    page = open_page("/login?referer=/user/mallory", viewport={"width": 390, "height": 800})
    log_in(page, "moderator")
    page.get_by_role("link", name="Block this user").click()
    expect(page.locator("h1")).to_have_text("Block mallory")
    assert findings(page) == []
    page.get_by_label("Reason").fill("You have moved **streets**.\n\n- please answer the comments")
    page.get_by_label("Duration, starting now").select_option("1 hour")
    expect(page.get_by_label("Stay active until the user has read")).to_be_checked()
    page.get_by_role("button", name="Block").press("Enter")
    expect(page.locator(".messages")).to_contain_text("mallory has been blocked.")
    expect(page.locator("strong", has_text="streets")).to_be_visible()
    assert findings(page) == []
    look(page, "block-390")
    status, text = edit()
    assert (status, text[: len(REFUSAL)]) == (403, REFUSAL)

    own = open_page("/login?referer=/about", color_scheme="dark")
    log_in(own, "mallory")
    expect(own.locator("h1")).to_have_text("You are blocked")
    expect(own.get_by_role("listitem").filter(has_text="please answer")).to_be_visible()
    assert findings(own) == []
    look(own, "block-own-dark")
    own.get_by_role("link", name="Continue").click()
    expect(own.locator("h1")).to_have_text("About")
    expect(own.get_by_role("alert")).to_contain_text("You are blocked from editing until")
    assert findings(own) == []
    look(own, "block-notice-dark")
    assert edit()[0] == 403

    UserBlock.objects.update(ends_at=timezone.now())
    assert edit()[0] == 200
    own.reload()
    expect(own.get_by_role("alert")).to_have_count(0)
    own.goto(f"/user_blocks/{UserBlock.objects.get().pk}")
    expect(own.locator("h1")).to_have_text("You were blocked")

    for path in ("/user_blocks", "/user/mallory/blocks", "/user/mallory"):
        page.goto(path)
        assert findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        look(page, f"{path.strip('/').replace('/', '-')}-390")
