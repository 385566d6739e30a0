"""The life of a note in four browsers: created by a visitor, resolved by a mapper, hidden by a moderator."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.notes.models import Note
from apps.users.models import User
from tests.notes.leaving import leave, protect

from .test_discussion import look
from .test_oauth import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/#map=17/47.1000/9.5050&layers=N"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_a_visitor_creates_a_note_a_mapper_resolves_it_and_a_moderator_hides_it(
    open_page: Callable[..., Page],
    live_server: LiveServer,
    alice: User,
    moderator: User,
    scheme: str,
    width: int,
) -> None:
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}

    visitor = open_page(HOME, **options)
    visitor.get_by_role("button", name="Add a note to the map").click()
    expect(visitor.locator("h1")).to_have_text("New note")
    latitude = visitor.get_by_label("Latitude")
    before = float(latitude.input_value())
    marker = visitor.locator(".maplibregl-marker").bounding_box()
    assert marker
    x, y = marker["x"] + marker["width"] / 2, marker["y"] + marker["height"] / 2
    visitor.mouse.move(x, y)
    visitor.mouse.down()
    visitor.mouse.move(x + 20, y + 30, steps=4)
    visitor.mouse.up()
    assert before - 0.01 < float(latitude.input_value()) < before
    latitude.fill("47.1003")
    visitor.get_by_label("What is wrong or missing?").fill("The bridge is gone.")
    look(visitor, f"note-new-{scheme}")
    visitor.get_by_role("button", name="Add note").click()
    note = Note.objects.get()
    title = f"Unresolved note #{note.pk}"
    expect(visitor.locator("h1")).to_have_text(title)
    assert note.lat == 47_1003000

    mapper = open_page("/about", **options)
    sign_in(mapper, alice, live_server)
    mapper.goto(HOME)
    sign = mapper.get_by_role("link", name=f"{title}: The bridge is gone.")
    sign.press("Enter")
    expect(mapper.locator("h1")).to_have_text(title)
    comment = mapper.get_by_role("button", name="Comment", exact=True)
    expect(comment).to_be_disabled()
    mapper.get_by_label("Your comment").fill("I was there: way/1 is shorter now")
    expect(comment).to_be_enabled()
    look(mapper, f"note-{scheme}")
    mapper.get_by_role("button", name="Comment & resolve").click()
    expect(mapper.locator("h1")).to_have_text(f"Resolved note #{note.pk}")
    expect(mapper.locator(".comment-item")).to_be_in_viewport()
    expect(mapper.locator(".note-marker.closed.is-active")).to_be_visible()
    mapper.get_by_role("button", name="Unsubscribe").click()
    expect(mapper.get_by_text("You are not notified of new comments.")).to_be_visible()

    office = open_page("/about", **options)
    sign_in(office, moderator, live_server)
    office.goto(HOME.replace("&layers=N", ""))
    office.get_by_role("button", name="Layers").click()
    office.get_by_role("checkbox", name="Notes").check()
    expect(office.locator(".note-marker.closed")).to_have_count(1)
    assert office.url.endswith("&layers=N")
    office.get_by_role("link", name="List notes in this area").click()
    expect(office.locator("#pane-layers")).to_be_hidden()
    look(office, f"notes-list-{scheme}")
    office.locator(".notes .title").click()
    expect(office.locator("h1")).to_have_text(f"Resolved note #{note.pk}")
    office.get_by_role("button", name="Hide").click()
    expect(office.locator("h1")).to_have_text(f"Hidden note #{note.pk}")

    gone = open_page(HOME, **options)
    expect(gone.get_by_role("button", name="Add a note to the map")).to_be_enabled()
    with gone.expect_response("**/api/0.6/notes.json*") as answer:
        gone.get_by_role("button", name="Zoom in").click()
    assert answer.value.json()["features"] == []
    gone.get_by_role("button", name="Layers").click()
    expect(gone.get_by_role("checkbox", name="Notes")).to_be_checked()
    expect(gone.locator(".note-marker")).to_have_count(0)
    statuses = [
        gone.request.get(path).status
        for path in (f"/note/{note.pk}", f"/api/0.6/notes/{note.pk}", f"/api/0.6/notes/{note.pk}.rss")
    ]
    assert statuses == [404, 410, 410]
    for path in ("/api/0.6/notes/feed", "/notes", "/user/alice/notes"):
        assert "The bridge is gone" not in gone.request.get(path).text()
    look(gone, f"notes-layer-{scheme}")


def test_a_moderator_draws_a_zone_and_visitors_are_told_without_scripts(
    open_page: Callable[..., Page], live_server: LiveServer, moderator: User
) -> None:
    leave(None)
    protect(moderator, name="Far away", outline=[[1, 1], [2, 1], [2, 2]])
    office = open_page("/about")
    sign_in(office, moderator, live_server)
    office.goto("/moderation_zones/new#map=16/47.1000/9.5050")
    box = office.locator("#map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    outline = office.get_by_label("Outline", exact=True)
    expect(office.get_by_role("button", name="Remove last corner")).to_be_visible()
    for dx, dy in ((-200, -200), (200, -200), (200, 200), (-200, 200), (0, 0)):
        office.mouse.click(x + dx, y + dy)
        office.wait_for_timeout(350)
    assert len(outline.input_value().split("\n")) == 5
    office.get_by_role("button", name="Remove last corner").click()
    office.get_by_label("Name").fill("Market")
    office.get_by_label("Reason").fill("A *fair*")
    look(office, "zone-new")
    office.get_by_role("button", name="Create zone").click()
    expect(office.locator(".zones .title")).to_have_text(["Market", "Far away"])
    look(office, "zones")

    visitor = open_page("/note/new?lat=47.1&lon=9.505", java_script_enabled=False, expected="403")
    visitor.get_by_label("What is wrong").fill("Keep me")
    visitor.get_by_role("button", name="Add note").click()
    expect(visitor.get_by_role("alert")).to_contain_text("This area is protected by moderators")
    visitor.get_by_label("Latitude").fill("48")
    visitor.get_by_role("button", name="Add note").click()
    expect(visitor.get_by_text("Keep me")).to_be_visible()
