"""Mapping in a browser: from the sign-up to the map with iD, a conflict with another mapper, and remote control."""

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from playwright.sync_api import FrameLocator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from apps.elements.models import Node
from apps.features.update import update
from apps.oauth.actions import create_token
from apps.users.models import User
from tests.conftest import PASSWORD
from tests.users.conftest import Mails, mails  # noqa: F401

from .conftest import MIDDLE, findings, until_clickable
from .test_oauth import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# The services that iD calls in addition to the site: for tag values, place names and imagery.
SERVICES = {
    "taginfo.openstreetmap.org": '{"data": []}',
    "nominatim.openstreetmap.org": "{}",
    "dev.virtualearth.net": "{}",
}
NO_IMAGERY = "&background=none"


def answer_for_services(page: Page) -> None:
    def answer(route: Route) -> None:
        route.fulfill(
            body=SERVICES[urlsplit(route.request.url).netloc],
            content_type="application/json",
            headers={"Access-Control-Allow-Origin": "*"},
        )

    for host in SERVICES:
        page.context.route(f"https://{host}/**", answer)


def open_editor(page: Page, address: str, *, greeting: str = "Edit now") -> FrameLocator:
    """Open the editor and return its frame, past the greeting."""
    page.goto(address + NO_IMAGERY)
    editor = page.frame_locator("#editor")
    editor.get_by_text(greeting).click()
    expect(editor.locator("button.add-point")).to_be_enabled()
    return editor


def save(editor: FrameLocator, comment: str) -> None:
    editor.locator("button.save").click()
    editor.locator(".form-field-comment textarea").fill(comment)
    editor.locator("button.save-button").click()


def test_from_signing_up_to_a_bench_on_the_map(open_page: Callable[..., Page], mails: Mails) -> None:  # noqa: F811
    page = open_page("/user/new", other_hosts=list(SERVICES))
    answer_for_services(page)
    page.get_by_label("Email address").fill("carol@example.org")
    page.get_by_label("Display name").fill("carol")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Confirm password").fill(PASSWORD)
    page.get_by_label("I have read and agree to the contributor terms").check()
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator("h1")).to_have_text("Check your inbox")
    (mail,) = mails()
    page.goto(mail.link)
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".messages")).to_contain_text("Your account has been confirmed")

    editor = open_editor(page, "/edit#map=19/47.1010/9.5020")
    editor.locator("button.add-point").click()
    editor.locator(".main-map").click(position={"x": 600, "y": 300})
    editor.locator(".preset-search-input").fill("bench")
    editor.locator(".preset-list-item.preset-amenity-bench button.preset-list-button").click()
    save(editor, "The bench at the brook")
    link = editor.locator(".summary-view-on-osm")
    expect(link).to_be_visible(timeout=20_000)

    page.goto(str(link.get_attribute("href")))
    expect(page.locator("h1")).to_have_text("The bench at the brook")
    expect(page.locator("#changeset_nodes li")).to_have_count(1)
    page.locator("#changeset_nodes a").first.click()
    expect(page.locator(".sidebar-head")).to_contain_text("Bench")
    node = Node.objects.latest("id")
    assert node.tags == {"amenity": "bench"}
    assert page.url.split("#")[0].endswith(f"/node/{node.id}")
    assert update()
    page.goto(f"/#map=19/{node.lat / 1e7}/{node.lon / 1e7}")
    x, y = until_clickable(page)
    page.mouse.click(x, y)
    expect(page.locator(".sidebar-head")).to_contain_text("Bench")


def rename_cafe(user: User, name: str) -> None:
    """Rename node 3 as another mapper, with another program."""
    token = create_token(user, scopes=["write_api"])

    def send(method: str, path: str, document: str) -> str:
        response = Client().generic(
            method, path, document, content_type="text/xml", HTTP_AUTHORIZATION=f"Bearer {token}"
        )
        assert response.status_code == 200, response.content
        return response.content.decode()

    changeset = send("PUT", "/api/0.6/changeset/create", "<osm><changeset/></osm>")
    node = f'<node id="3" version="1" changeset="{changeset}" lat="47.1006" lon="9.5042">'
    tags = f'<tag k="amenity" v="cafe"/><tag k="name" v="{name}"/></node>'
    change = f"<osmChange version='0.6'><modify>{node}{tags}</modify></osmChange>"
    send("POST", f"/api/0.6/changeset/{changeset}/upload", change)


def test_two_mappers_change_the_same_name_and_the_second_decides(
    open_page: Callable[..., Page], live_server: LiveServer, alice: User, bob: User
) -> None:
    page = open_page("/about", other_hosts=list(SERVICES), expected="409 (Conflict)")
    answer_for_services(page)
    sign_in(page, alice, live_server)
    editor = open_editor(page, "/edit?node=3#map=19/47.1006/9.5042")
    name = editor.locator(".form-field-name input.localized-main")
    expect(name).to_have_value("Adler")
    rename_cafe(bob, "Taube")

    name.fill("Krone")
    name.press("Tab")
    save(editor, "The cafe has a new name")
    expect(editor.locator(".conflict-container")).to_contain_text(
        'You changed the "name" tag to "Krone" and bob changed it to "Taube".', timeout=20_000
    )
    assert Node.objects.get(pk=3).tags["name"] == "Taube"
    editor.get_by_text("Keep mine").click()
    editor.locator(".conflicts-button.action").click()
    expect(editor.locator(".summary-view-on-osm")).to_be_visible(timeout=20_000)
    node = Node.objects.get(pk=3)
    assert (node.tags["name"], node.version) == ("Krone", 3)


def test_the_url_and_the_editors_map_follow_each_other_in_the_users_language(
    open_page: Callable[..., Page], live_server: LiveServer, alice: User
) -> None:
    User.objects.update(languages="de-1,de,en")
    page = open_page("/about", other_hosts=list(SERVICES))
    answer_for_services(page)
    sign_in(page, alice, live_server)
    editor = open_editor(page, f"/edit{MIDDLE}", greeting="Jetzt bearbeiten")
    editor.locator("button.zoom-in").click()
    page.wait_for_url("**/edit#map=18/**")
    page.evaluate("location.hash = '#map=16/47.0950/9.5050'")
    page.frames[-1].wait_for_url("**/id#*map=16.00/47.0950/9.5050*")
    assert findings(page) == []


def test_the_editor_searches_on_this_server(
    open_page: Callable[..., Page], live_server: LiveServer, alice: User
) -> None:
    others = [host for host in SERVICES if "nominatim" not in host]
    page = open_page("/about", other_hosts=others)
    answer_for_services(page)
    assert update()
    sign_in(page, alice, live_server)
    # Far away from the cafe, which the editor therefore has not loaded.
    editor = open_editor(page, "/edit#map=17/47.3000/9.9000")
    field = editor.locator(".feature-list-pane input[type=search]")
    field.fill("Adler")
    with page.expect_response("**/nominatim/search*") as answer:
        editor.locator(".geocode-item").click()
    assert answer.value.json()[0]["osm_id"] == 3
    result = editor.locator(".feature-list-item", has_text="Adler")
    expect(result).to_be_visible()
    result.click()
    expect(editor.locator(".form-field-name input.localized-main")).to_have_value("Adler")


REMOTE = "127.0.0.1:8111"
"""Where editors with remote control listen on any machine. A real one may be running."""


def listen(page: Page, *, status: int = 200) -> list[str]:
    """Act as JOSM: accept a bbox from any page. Return the list of requests."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=status, headers={"Access-Control-Allow-Origin": "*"})

    page.context.route(f"http://{REMOTE}/**", answer)
    return asked


def choose_remote_control(page: Page) -> None:
    page.locator("#edit-menu summary").click()
    page.locator("#edit-menu [data-editor=remote]").last.click()


def test_remote_control_gets_the_map_view_and_the_element(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/way/1{MIDDLE}", other_hosts=[REMOTE], expected="403 (Forbidden)")
    asked = listen(page)
    until_clickable(page)
    choose_remote_control(page)
    expect(page.locator(".messages")).to_have_text("The current map view was sent to your editor.")
    address = urlsplit(asked[0])
    box = parse_qs(address.query)
    assert address.path == "/load_and_zoom"
    assert box.keys() == {"left", "right", "top", "bottom", "select"}
    assert float(box["left"][0]) < 9.505 < float(box["right"][0])
    assert float(box["bottom"][0]) < 47.1 < float(box["top"][0])
    assert box["select"] == ["way1"]
    listen(page, status=403)
    choose_remote_control(page)
    expect(page.locator(".messages")).to_contain_text("did not load")


def after_two_seconds(route: Route) -> None:
    time.sleep(2)
    route.continue_()


def test_a_link_to_remote_control_sends_one_request(open_page: Callable[..., Page]) -> None:
    page = open_page("/about", other_hosts=[REMOTE])
    asked = listen(page)
    # Until the way is there, the view is far from it.
    page.route("**/way/1/full.json", after_two_seconds)
    page.goto("/edit?editor=remote&way=1")
    expect(page.locator(".messages")).to_have_text("The current map view was sent to your editor.")
    (address,) = asked
    box = parse_qs(urlsplit(address).query)
    assert float(box["left"][0]) < 9.5
    assert float(box["right"][0]) > 9.51
    assert box["select"] == ["way1"]


def test_the_page_says_when_no_editor_is_running(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/{MIDDLE}", other_hosts=[REMOTE], expected="net::ERR_CONNECTION_REFUSED")
    page.context.route(f"http://{REMOTE}/**", lambda route: route.abort("connectionrefused"))
    until_clickable(page)
    choose_remote_control(page)
    expect(page.locator(".messages")).to_contain_text("No editor found on this computer")
    assert findings(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_edit_button_is_disabled_until_the_map_is_zoomed_in(
    open_page: Callable[..., Page], width: int
) -> None:
    def open_menu() -> None:
        if width < 768:
            page.locator(".menu-button").click()

    page = open_page("/#map=12/47.1000/9.5050", viewport={"width": width, "height": 800})
    open_menu()
    button = page.locator("#edit-menu .edit")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_attribute("title", "Zoom in to edit the map")
    button.click(force=True)
    expect(page.locator(".messages")).to_have_text("Zoom in to edit the map")
    page.get_by_role("button", name="Zoom in", exact=True).click()
    expect(button).not_to_have_attribute("aria-disabled", "true")
    open_menu()
    assert str(button.get_attribute("href")).endswith("/edit#map=13/47.10000/9.50500")
    button.click()
    page.wait_for_url("**/login?referer=%2Fedit#map=13/**")


def test_logging_in_on_the_way_to_the_editor_keeps_the_position(
    open_page: Callable[..., Page], alice: User
) -> None:
    page = open_page("/about", other_hosts=list(SERVICES))
    answer_for_services(page)
    page.goto(f"/edit?way=1{MIDDLE}{NO_IMAGERY}")
    page.get_by_label("Email address or display name").fill(alice.display_name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.frame_locator("#editor").locator(".form-field-name input.localized-main")).to_have_value(
        "Main Street"
    )
    assert "/edit?way=1#map=17/47.1000" in page.url
    token = "localStorage.getItem(location.origin + 'oauth2_access_token')"
    assert page.evaluate(token)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    assert page.evaluate(token) is None
