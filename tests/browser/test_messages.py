"""Two people exchange messages, each in their own browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import make_user
from tests.users.conftest import Mails, mails  # noqa: F401

from .test_discussion import log_in, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("scheme", "width", "scripts"), [("light", 1280, True), ("dark", 390, False)])
def test_two_people_exchange_messages(
    open_page: Callable[..., Page],
    mails: Mails,  # noqa: F811
    scheme: str,
    width: int,
    scripts: bool,
) -> None:
    """The other time without JavaScript, and so without axe and the dark colours."""
    make_user("alice")
    make_user("bob")
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}

    def seen(page: Page, name: str) -> None:
        if scripts:
            look(page, f"messages-{name}-{scheme}")

    alice = open_page("/login?referer=/user/bob", java_script_enabled=scripts, **options)
    log_in(alice, "alice")
    alice.get_by_role("link", name="Send message").click()
    alice.get_by_label("Subject").fill("The bench at the lake")
    alice.get_by_label("Message", exact=True).fill("Is it **still** there?\n\n* red\n* blue")
    alice.get_by_role("button", name="Preview").click()
    expect(alice.get_by_role("article").locator("strong")).to_have_text("still")
    seen(alice, "new")
    alice.get_by_role("button", name="Send", exact=True).click()
    expect(alice.get_by_text("Your message has been sent.")).to_be_visible()
    seen(alice, "outbox")

    (mail,) = mails()
    bob = open_page("/login?referer=/help", **options)
    log_in(bob, "bob")
    if width < 768:
        bob.locator(".menu-button").click()
    expect(bob.locator(".user-menu summary")).to_contain_text("1")
    bob.locator(".user-menu summary").click()
    look(bob, f"messages-menu-{scheme}")
    bob.get_by_role("link", name="My messages").click()
    look(bob, f"messages-inbox-{scheme}")
    bob.get_by_role("link", name="The bench at the lake").click()
    assert bob.url.endswith(mail.link)
    expect(bob.locator(".badge-count")).to_have_count(0)
    look(bob, f"messages-message-{scheme}")
    bob.get_by_role("link", name="Reply").click()
    body = bob.get_by_label("Message", exact=True)
    expect(body).to_have_value(re.compile("alice wrote:"))
    look(bob, f"messages-reply-{scheme}")
    body.press("Control+End")
    body.press_sequentially("Yes.")
    bob.get_by_role("button", name="Send", exact=True).click()

    alice.goto("/messages/inbox")
    row = alice.locator("li.is-unread")
    expect(row).to_contain_text("Re: The bench at the lake")
    row.get_by_role("button", name="Mark as read").click()
    expect(alice.locator("li.is-unread")).to_have_count(0)
    alice.get_by_role("link", name="Re: The bench").click()
    expect(alice.get_by_role("article")).to_contain_text("Yes.")
    alice.get_by_role("button", name="Mute bob").click()
    expect(alice.get_by_role("button", name="Unmute bob")).to_be_visible()
    alice.get_by_role("button", name="Delete").click()
    expect(alice.get_by_text("You have no messages.")).to_be_visible()
    seen(alice, "empty")
