"""An account in a browser, with the keyboard alone, in both colours and on a telephone."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.users.models import User
from tests.conftest import PASSWORD, make_user
from tests.users.conftest import Mails, mails  # noqa: F401

from .conftest import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES", "")


def look(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)]
)
def test_the_pages_of_accounts_are_accessible(
    open_page: Callable[..., Page], scheme: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    page = open_page("/login?referer=/help", color_scheme=scheme, viewport=size)
    look(page, f"login-{scheme}-{width}")
    assert findings(page) == []
    for path in ("/user/new", "/user/forgot-password", "/user/reset-password?token=x", "/user/suspended"):
        page.goto(path)
        look(page, f"{path.split('?')[0].strip('/').replace('/', '-')}-{scheme}-{width}")
        assert findings(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto("/user/new")
    page.get_by_label("Email address").fill("nothing")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("The email address is not valid.")).to_be_visible()
    look(page, f"user-new-errors-{scheme}-{width}")
    assert findings(page) == []

    make_user("alice")
    page.goto("/login?referer=/account")
    page.get_by_label("Email address or display name").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No account has this name")
    look(page, f"login-wrong-{scheme}-{width}")
    assert findings(page) == []
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("My account")
    look(page, f"account-{scheme}-{width}")
    assert findings(page) == []
    for path in (
        "/account/two-factor",
        "/account/sessions",
        "/account/terms",
        "/account/deletion",
        "/account/pd_declaration",
        "/logout",
    ):
        page.goto(path)
        look(page, f"{path.strip('/').replace('/', '-')}-{scheme}-{width}")
        assert findings(page) == [], path
    page.goto("/account")
    if width < 768:
        page.locator(".menu-button").click()
    page.locator(".user-menu summary").click()
    look(page, f"menu-{scheme}-{width}")
    assert findings(page) == []
    page.goto("/")
    page.wait_for_timeout(500)
    look(page, f"map-{scheme}-{width}")


def test_from_sign_up_to_log_out_with_the_keyboard(open_page: Callable[..., Page], mails: Mails) -> None:  # noqa: F811
    page = open_page("/about")
    page.get_by_role("link", name="Sign up").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sign up")
    page.get_by_label("Email address").focus()
    for text in ("carol@example.org", "carol", PASSWORD, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Check your inbox")
    assert findings(page) == []
    (mail,) = mails()
    page.goto(mail.link)
    assert findings(page) == []
    page.get_by_role("button", name="Confirm").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Your account has been confirmed")
    assert User.objects.get(display_name="carol").status == "active"
    page.locator(".user-menu summary").press("Enter")
    page.get_by_role("button", name="Log out").press("Enter")
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
