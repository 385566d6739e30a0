"""Credentials that are not a valid token: no one becomes anonymous against their will (upstream behaviour 1.2)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from apps.api06.calls import Token
from apps.api06.openapi.routes import routes
from apps.notes.models import Note
from apps.oauth.actions import create_token
from apps.users.models import User

from .client import get
from .note_helpers import new_note, post, status_and_text

PLACE = {"lat": "47.1", "lon": "9.5", "text": "Bridge is gone"}
UNKNOWN = (401, "Couldn't authenticate you")


@pytest.fixture(params=["revoked", "expired", "unknown", "without a user"])
def dead(request: pytest.FixtureRequest, alice: User) -> str:
    """The header with a token that is no longer valid, or never was."""
    text = create_token(alice, scopes=["write_notes", "read_gpx", "read_prefs"])
    token = AccessToken.objects.get()
    match request.param:
        case "revoked":
            token.delete()
        case "expired":
            token.expires = timezone.now() - timedelta(seconds=1)
            token.save()
        case "without a user":
            token.user = None
            token.save()
        case "unknown":
            text = "unknown"
    return f"Bearer {text}"


@pytest.mark.parametrize("path", ["notes", "notes.json", "notes.gpx", "notes.rss", "notes.xml"])
def test_a_dead_token_writes_no_note(dead: str, path: str) -> None:
    assert status_and_text(post(path, dead, **PLACE)) == UNKNOWN
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    "header",
    [
        *("Bearer", "Bearer ", "Bearer a b", "Bearer \u00fc", "Bearer nul\0", "Bearer " + "x" * 5000),
        *("Basic YWxpY2U6cGFzc3dvcmQ=", "Basic", "Basic ====", "OAuth oauth_token=x", "undefined", "Token x"),
    ],
)
def test_malformed_and_other_credentials_write_no_note(db: None, header: str) -> None:
    for body in ({}, {"data": PLACE}, {"data": PLACE, "content_type": "application/json"}):
        query = "" if body else "?lat=47.1&lon=9.5&text=x"
        response = Client().post(f"/api/0.6/notes{query}", **body, headers={"Authorization": header})
        assert (response.status_code, response.content.decode()) == UNKNOWN
    assert not Note.objects.exists()


@pytest.mark.parametrize("header", ["Basic YWxpY2U6cGFzc3dvcmQ=", "Bearer unknown"])
def test_credentials_of_a_wrong_kind_do_not_hide_a_token_in_the_url(alice: User, header: str) -> None:
    token = create_token(alice, scopes=["write_notes"])
    assert status_and_text(post("notes", header, access_token=token, **PLACE)) == UNKNOWN
    assert not Note.objects.exists()


def test_without_credentials_a_note_is_anonymous(db: None) -> None:
    assert post("notes", "", **PLACE).status == 200
    assert post("notes", " ", **PLACE).status == 200
    assert Note.objects.count() == 2


def test_no_other_call_writes_without_a_token() -> None:
    writes = [route for route in routes() if route.rules.writes and route.rules.token is not Token.REQUIRED]
    assert [(route.method, route.path) for route in writes] == [("post", "/api/0.6/notes")]


@pytest.mark.parametrize("header", ["Bearer unknown", "Basic YWxpY2U6cGFzc3dvcmQ=", "Bearer"])
def test_reads_are_anonymous_as_on_openstreetmap_org(alice: User, header: str) -> None:
    note = new_note(alice)
    for path in (
        *("permissions", f"user/{alice.pk}", f"users?users={alice.pk}", f"notes/{note.pk}"),
        *("changesets", "notes?bbox=9,47,10,48", "map?bbox=9,47,9.1,47.1", "capabilities"),
    ):
        with_it, without = get(path, Authorization=header), get(path)
        assert (with_it.status, with_it.body) == (200, without.body)
