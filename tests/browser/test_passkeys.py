"""A passkey from its making to its end, on Chromium's own virtual device."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD, make_user

from .conftest import findings
from .test_accounts import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def plug_in(page: Page) -> Callable[[bool], None]:
    """A device with a fingerprint reader; what is returned lays the finger on it or takes it away."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def finger(is_there: bool) -> None:
        session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": is_there})

    return finger


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_from_the_first_passkey_to_its_removal(
    open_page: Callable[..., Page], scheme: str, width: int
) -> None:
    make_user("alice")
    page = open_page(
        "/login?referer=/account/two-factor", color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    finger = plug_in(page)
    page.get_by_label("Email address or display name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Add a passkey").press("Enter")
    page.get_by_label("Passkey name").fill("Phone")
    page.get_by_label("Current password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("That is not your password")
    look(page, f"passkey-new-{scheme}-{width}")
    assert findings(page) == []
    page.get_by_label("Current password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Your recovery codes")
    page.goto("/account/two-factor")
    expect(page.get_by_role("strong").get_by_text("Phone")).to_be_visible()
    look(page, f"two-factor-passkeys-{scheme}-{width}")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("already has a passkey for your account")

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.goto("/login?referer=/help")
    look(page, f"login-passkey-{scheme}-{width}")
    assert findings(page) == []
    finger(False)
    page.get_by_role("button", name="Log in with a passkey").press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("The request was cancelled")
    finger(True)
    page.get_by_role("button", name="Log in with a passkey").press("Enter")
    expect(page.locator("h1")).to_have_text("Help")

    page.goto("/logout")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.goto("/login?referer=/account/two-factor")
    page.get_by_label("Email address or display name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Two-factor authentication")
    look(page, f"second-step-{scheme}-{width}")
    assert findings(page) == []
    page.get_by_role("button", name="Use a passkey").press("Enter")
    page.get_by_role("link", name="Remove Phone").click()
    page.get_by_label("Current password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Two-factor authentication is off")).to_be_visible()


def test_a_browser_without_passkeys_is_told(open_page: Callable[..., Page]) -> None:
    make_user("alice")
    page = open_page("/login")
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/login?referer=/account/two-factor/passkeys")
    expect(page.get_by_text("Your browser does not support passkeys")).to_be_visible()
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_hidden()
    page.get_by_label("Email address or display name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Add a passkey")
    expect(page.get_by_text("Your browser does not support passkeys")).to_be_visible()
