"""A discussion between two users in their browsers, with mail and notice, and a moderator who hides a comment."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.changesets.discussion import subscribe
from apps.users.models import UserRole
from tests.conftest import PASSWORD, make_user
from tests.users.conftest import Mails, mails  # noqa: F401

from .conftest import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES", "")


def look(page: Page, name: str) -> None:
    """Check that axe finds nothing and nothing is wider than the screen; take a screenshot if PICTURES is set."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")
    assert findings(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Email address or display name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_comment_notifies_a_subscriber_and_a_moderator_hides_it(
    open_page: Callable[..., Page],
    mails: Mails,  # noqa: F811
    scheme: str,
    width: int,
) -> None:
    alice = make_user("alice")
    make_user("bob")
    make_user("moderator", role=UserRole.Role.MODERATOR)
    subscribe(alice, changeset_id=2)
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}

    bob = open_page("/changeset/2", **options)
    bob.get_by_role("link", name="Log in to join the discussion").click()
    log_in(bob, "bob")
    expect(bob.locator("h1")).to_have_text("Surfaces")
    bob.get_by_label("Your comment").fill("Is way/1 really asphalt?\n\nhttps://example.org/picture")
    look(bob, f"discussion-bob-{scheme}")
    bob.get_by_role("button", name="Comment", exact=True).click()
    comment = bob.locator(".comment-item")
    expect(comment).to_contain_text("Is way/1 really asphalt?")
    expect(comment).to_be_in_viewport()
    assert "/changeset/2#" in bob.url
    expect(bob.get_by_text("You are notified of new comments.")).to_be_visible()
    bob.get_by_role("button", name="Unsubscribe").click()
    expect(bob.get_by_role("button", name="Subscribe", exact=True)).to_be_visible()
    look(bob, f"discussion-said-{scheme}")

    (mail,) = mails()
    assert (mail.to, mail.subject) == (
        "alice@example.org",
        "[osmsite] bob has commented on a changeset you are interested in",
    )
    reader = open_page("/login?referer=/help", **options)
    log_in(reader, "alice")
    if width < 768:
        reader.locator(".menu-button").click()
    reader.locator(".user-menu summary").click()
    look(reader, f"notices-menu-{scheme}")
    reader.get_by_role("link", name="My notices").click()
    notice = reader.get_by_role("link", name="bob has commented on a changeset")
    expect(notice).to_be_visible()
    look(reader, f"notices-{scheme}")
    notice.click()
    expect(reader.locator(".comment-item")).to_be_in_viewport()
    expect(reader.locator(".badge-count")).to_have_count(0)
    reader.goto(mail.link)
    expect(reader.locator(".comment-item")).to_be_in_viewport()
    reader.goto("/changeset/2/subscription")
    look(reader, f"subscription-{scheme}")
    reader.get_by_role("button", name="Unsubscribe").click()
    expect(reader.get_by_text("You are not notified of new comments.")).to_be_visible()

    office = open_page("/login?referer=/changeset/2", **options)
    log_in(office, "moderator")
    office.get_by_role("button", name="Hide", exact=True).click()
    expect(office.locator(".comment-item.is-hidden")).to_contain_text("Is way/1 really asphalt?")
    look(office, f"discussion-hidden-{scheme}")
    office.goto("/user/bob/changeset_comments")
    look(office, f"comments-{scheme}")
    reader.reload()
    expect(reader.get_by_text("No comments yet.")).to_be_visible()
    office.goto("/changeset/2")
    office.get_by_role("button", name="Unhide").click()
    expect(office.locator(".comment-item")).not_to_contain_text("hidden")
    reader.reload()
    expect(reader.locator(".comment-item")).to_contain_text("Is way/1 really asphalt?")


def test_commenting_and_unsubscribing_work_without_scripts(open_page: Callable[..., Page]) -> None:
    make_user("bob")
    page = open_page("/login?referer=/changeset/2", java_script_enabled=False)
    log_in(page, "bob")
    for number in (1, 2):
        page.get_by_label("Your comment").fill(f"No. {number}")
        page.get_by_role("button", name="Comment", exact=True).click()
        expect(page.locator(".comment-item")).to_have_count(number)
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_text("You are not notified of new comments.")).to_be_visible()
