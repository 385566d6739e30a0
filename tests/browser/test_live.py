"""Open maps that follow what others edit."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from apps.changesets import actions
from apps.elements.upload import upload
from apps.features.update import update
from apps.osm.osmchange import Limits
from apps.users.models import User

from .conftest import until_clickable

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# North of Main Street, where nothing is; the cafe of the town is 70 m to the west.
EMPTY_PLACE = "#map=19/47.1008/9.5051"


def edit(user: User, changes: str) -> None:
    """Upload changes to the town, and let the features and the map follow, as the worker does."""
    changeset = actions.open_changeset(user, tags={}).pk
    document = f"<osmChange>{changes}</osmChange>".replace("CS", f'changeset="{changeset}"')
    upload(user, changeset_id=changeset, document=document.encode(), limits=Limits(100, 100))
    assert update()


def test_a_moved_cafe_is_seen_in_all_open_browsers(open_page: Callable[..., Page], alice: User) -> None:
    def opened() -> Page:
        page = open_page("/about")
        with (
            page.expect_response("**/tiles/changes.json*"),
            page.expect_response("**/tiles/shortbread_v1/**"),
        ):
            page.goto(f"/{EMPTY_PLACE}")
        expect(page.locator("#map-status")).to_be_hidden()
        return page

    pages = [opened(), opened()]
    edit(
        alice,
        '<modify><node id="3" version="1" CS lat="47.1008" lon="9.5051">'
        '<tag k="amenity" v="cafe"/><tag k="name" v="Adler"/></node></modify>',
    )
    for page in pages:
        x, y = until_clickable(page)
        page.mouse.click(x, y)
        expect(page.locator("h1")).to_have_text("Adler")
        expect(page.locator("#content")).to_contain_text("version 2")
