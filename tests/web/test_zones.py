"""Moderation zones: created, edited and ended by moderators, and their effect on visitors."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.notes.models import ModerationZone
from apps.users.models import User, UserRole
from tests.conftest import make_user
from tests.notes.leaving import protect

from .test_discussion import browser
from .test_elements import read
from .test_notes import submit_note

pytestmark = pytest.mark.django_db
LIST = "/moderation_zones"
FIELDS = {
    "name": "Fair",
    "reason": "Too *many*",
    "outline": "47, 9\n47, 10\n48 10\n48, 9\n47, 9",
    "period": "48",
}


def change(client: Client, zone: ModerationZone, **fields: str) -> HttpResponse:
    return client.post(f"{LIST}/{zone.pk}", {"_method": "put", **fields})  # type: ignore[return-value]


def test_a_zone_keeps_visitors_from_creating_notes(client: Client, alice: User, moderator: User) -> None:
    office = browser(moderator)
    assert f'href="{LIST}"' in read(office, "/notes")
    assert "data-outline" in read(office, f"{LIST}/new")
    assert office.post(LIST, FIELDS)["Location"] == LIST
    zone = ModerationZone.objects.get()
    assert zone.outline == [[9, 47], [10, 47], [10, 48], [9, 48]]
    assert timedelta(hours=47) < zone.ends_at - timezone.now() < timedelta(hours=49)
    assert "Too <em>many</em>" in read(office, LIST)
    assert submit_note(client).status_code == 403
    assert submit_note(client, lat="48.5").status_code == 302
    assert submit_note(browser(alice)).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "required"),
        ({"name": "\x00"}, "Null characters"),
        ({"reason": "\x01"}, "invalid characters"),
        ({"outline": "47, 9\n47, 10"}, "needs 3 to 500 corners"),
        ({"outline": "47, 9\n" * 502}, "needs 3 to 500 corners"),
        ({"outline": "47, 9\nup, down\n47, 10"}, "Not a valid latitude and longitude: up, down"),
        ({"outline": "47, 9\n91, 9\n47, 10"}, "Not a valid latitude and longitude: 91, 9"),
        ({"outline": "47, 9\nnan, 9\n47, 10"}, "Not a valid latitude and longitude: nan, 9"),
        ({"period": "0"}, "Select a valid choice"),
        ({"period": "5"}, "Select a valid choice"),
    ],
)
def test_the_form_shows_what_is_wrong_with_a_zone(
    moderator: User, fields: dict[str, str], words: str
) -> None:
    answer = browser(moderator).post(LIST, FIELDS | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ModerationZone.objects.exists()


def test_only_its_creator_can_edit_a_zone_but_every_moderator_can_end_it(
    client: Client, moderator: User
) -> None:
    zone = protect(moderator)
    own = browser(moderator)
    other = browser(make_user("ombud", role=UserRole.Role.MODERATOR))
    assert "47.0, 9.0\n47.0, 10.0" in own.get(f"{LIST}/{zone.pk}/edit").content.decode()
    assert change(own, zone, **FIELDS | {"name": "Market"})["Location"] == LIST
    assert "Another moderator created this zone" in read(other, f"{LIST}/{zone.pk}/edit")
    answer = change(other, zone, **FIELDS)
    assert answer.status_code == 422
    assert "you can end it" in answer.content.decode()
    assert change(other, zone, end="1")["Location"] == LIST
    assert "ended" in read(own, LIST)
    assert submit_note(client).status_code == 302
    for who in (own, other):
        assert "period" not in read(who, f"{LIST}/{zone.pk}/edit")
        assert "cannot be made active again" in change(who, zone, **FIELDS).content.decode()
    words = {name: text for name, text in FIELDS.items() if name != "period"}
    assert change(other, zone, **words | {"name": "Fair of 2020"}).status_code == 302
    zone.refresh_from_db()
    assert (zone.name, zone.is_active) == ("Fair of 2020", False)
    change(own, zone, end="1")
    assert "This zone has already ended." in read(own, LIST)


def test_zones_are_for_moderators_only(client: Client, alice: User, moderator: User) -> None:
    zone = protect(moderator)
    assert LIST not in read(browser(alice), "/notes")
    for address in (LIST, f"{LIST}/new", f"{LIST}/{zone.pk}/edit"):
        assert client.get(address)["Location"].startswith("/login?referer=")
        assert browser(alice).get(address)["Location"] == "/403"
    assert client.post(LIST, FIELDS).status_code == 403
    assert change(browser(alice), zone, end="1")["Location"] == "/403"
    office = browser(moderator)
    assert office.get(f"{LIST}/{zone.pk}").status_code == 405
    for number in (zone.pk + 1, 99999999999999999999):
        assert office.get(f"{LIST}/{number}/edit").status_code == 404
        assert office.post(f"{LIST}/{number}", {"_method": "put", "end": "1"}).status_code == 404


def test_more_zones_need_no_more_statements(moderator: User) -> None:
    office = browser(moderator)
    counts = []
    for _ in range(2):
        protect(moderator, revoker=moderator)
        with CaptureQueriesContext(connection) as statements:
            read(office, LIST)
        counts.append(len(statements))
    assert counts[0] == counts[1]
