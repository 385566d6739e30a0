"""Profiles, their editing and the administrators' pages, in both colours and on a telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.users.models import User, UserRole
from tests.conftest import PASSWORD, make_user

from .conftest import findings
from .test_accounts import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESCRIPTION = """# I map

Mostly *benches*, see [my list](https://example.org/benches).

* Vaduz
* Balzers

| street | benches |
|---|---|
| Main Street | 4 |

> Who sits, maps.
"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_an_administrator_edits_a_profile_and_looks_after_others(
    open_page: Callable[..., Page], scheme: str, width: int
) -> None:
    make_user("administrator", role=UserRole.Role.ADMINISTRATOR)
    bob = make_user("bob")
    User.objects.filter(pk=bob.pk).update(creation_address="192.0.2.7", description="buy " * 40)
    page = open_page("/login?referer=/profile", color_scheme=scheme, viewport={"width": width, "height": 800})

    def check(name: str) -> None:
        look(page, f"{name}-{scheme}-{width}")
        assert findings(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name

    page.get_by_label("Email address or display name").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Description").fill(DESCRIPTION)
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.locator(".user-text h1")).to_have_text("I map")
    check("profile-description")
    page.get_by_role("button", name="Save changes").press("Enter")
    expect(page.locator(".messages")).to_contain_text("Your profile has been saved")
    page.get_by_role("link", name="Edit profile").press("Enter")
    page.get_by_role("link", name="Links").press("Enter")
    page.get_by_label("Links").fill("nothing")
    page.get_by_role("button", name="Save changes").press("Enter")
    expect(page.get_by_text("is not a valid link")).to_be_visible()
    check("profile-links")
    page.get_by_label("Links").fill("https://example.org/me\n@me@en.osm.town")
    page.get_by_role("button", name="Save changes").press("Enter")
    expect(page.get_by_role("link", name="example.org/me")).to_be_visible()
    for part in ("company", "location"):
        page.goto(f"/profile/{part}")
        check(f"profile-{part}")
    page.goto("/user/administrator")
    check("profile")

    page.get_by_role("link", name="All users").press("Enter")
    check("users")
    page.get_by_label("Select bob").press("Space")
    page.get_by_role("button", name="Suspend selected").press("Enter")
    expect(page.locator(".messages")).to_contain_text("1 account has been updated")
    page.get_by_role("main").get_by_role("link", name="bob").press("Enter")
    check("profile-of-bob")
    page.get_by_role("link", name="Unsuspend").press("Enter")
    check("status")
    page.get_by_role("button", name="Unsuspend").press("Enter")
    page.get_by_role("link", name="Grant moderator").press("Enter")
    page.get_by_role("button", name="Grant").press("Enter")
    expect(page.locator("h1")).to_contain_text("moderator")
    bob.refresh_from_db()
    assert bob.status == "active"
