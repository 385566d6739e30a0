"""Changes to notes over the API (upstream behaviour 1.15.5, 1.15.6, 1.15.9)."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django.fixtures import Settings

from apps.notes import actions
from apps.notes.models import ModerationZone, Note, NoteComment, NoteSubscription
from apps.users.models import User
from tests.races import until_somebody_waits

from .client import Response, call
from .note_helpers import new_note, post, status_and_text, token
from .test_refusals import LOG_IN, UNSEEN

PLACE = {"lat": "47.1", "lon": "9.5", "text": "Bridge is gone"}
NOT_PERMITTED = (403, "You have not permitted the application access to this facility")
UNKNOWN = (401, "Couldn't authenticate you")


def test_anyone_can_create_a_note(db: None) -> None:
    response = post("notes.json", **PLACE)
    assert response.status == 200
    (comment,) = response.json["properties"]["comments"]
    assert (comment["text"], comment["action"], "user" in comment) == ("Bridge is gone", "opened", False)
    assert NoteComment.objects.get().author_address == "127.0.0.1"
    assert not NoteSubscription.objects.exists()


def test_creating_a_note_subscribes_its_author(alice: User) -> None:
    response = post("notes", token(alice), **PLACE)
    assert response.xml[0].findtext("comments/comment/user") == "alice"
    assert NoteComment.objects.get().author_address is None
    assert NoteSubscription.objects.get().user == alice


FORMS: list[dict[str, Any]] = [
    {"data": PLACE},
    {"data": urlencode(PLACE), "content_type": "application/x-www-form-urlencoded"},
    {"data": urlencode(PLACE), "content_type": "text/plain"},
    {"data": {"lat": 47.1, "lon": 9.5, "text": "Bridge is gone"}, "content_type": "application/json"},
    {"data": PLACE | {"x": [1]}, "content_type": "application/json; charset=utf-8"},
    {"data": b"", "content_type": "application/json", "QUERY_STRING": urlencode(PLACE)},
]


@pytest.mark.parametrize("form", FORMS)
def test_parameters_may_come_from_forms_and_json(db: None, form: dict[str, Any]) -> None:
    response = Client().post("/api/0.6/notes.json", **form)
    assert response.status_code == 200
    assert response.json()["geometry"]["coordinates"] == [9.5, 47.1]
    assert response.json()["properties"]["comments"][0]["text"] == "Bridge is gone"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "The body is not JSON: unexpected end of data: line 1 column 2 (char 1)"),
        (b"[1]", "The body is not a JSON object"),
        (orjson.dumps(PLACE | {"lat": None}), "No lat was given"),
        (orjson.dumps(PLACE | {"lon": [1]}), "No lon was given"),
        (orjson.dumps(PLACE | {"lat": True}), "No lat was given"),
        (orjson.dumps(PLACE | {"text": {}}), "No text was given"),
        (orjson.dumps(PLACE | {"text": "a\0b"}), "NoteComment : body: contains invalid characters"),
    ],
)
def test_invalid_json_is_refused(db: None, body: bytes, text: str) -> None:
    response = Client().post("/api/0.6/notes", body, content_type="application/json")
    assert (response.status_code, response.content.decode()) == (400, text)
    assert not Note.objects.exists()


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_without_a_boundary_is_refused(db: None, content_type: str) -> None:
    response = Client().post("/api/0.6/notes", b"lat=1&lon=2&text=x", content_type=content_type)
    assert response.status_code == 400
    assert response.content == b"The form is not valid multipart/form-data"
    assert not Note.objects.exists()


def test_a_form_with_too_many_fields_or_files_is_refused_in_plain_words(db: None) -> None:
    fields = PLACE | {f"x{number}": "" for number in range(1000)}
    files = {f"x{number}": BytesIO(b"x") for number in range(101)}
    for body, content_type, text in [
        (urlencode(fields), "application/x-www-form-urlencoded", "The form has more than 1000 fields"),
        (encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT, "The form has more than 1000 fields"),
        (encode_multipart(BOUNDARY, files), MULTIPART_CONTENT, "The form has more than 100 files"),
    ]:
        response = Client().generic("POST", "/api/0.6/notes", body, content_type)
        assert (response.status_code, response.content.decode()) == (400, text)
    assert not Note.objects.exists()


def test_errors_are_reported_in_this_order(moderator: User) -> None:
    ring = [[8, 46], [300, 46], [300, 48], [8, 48]]
    ModerationZone.objects.create(
        name="z", reason="r", outline=ring, ends_at="2999-01-01T00:00Z", creator=moderator
    )
    given: dict[str, str] = {}
    zone = (
        "You don't have permissions to make changes in this zone, as it is currently protected by moderators"
    )
    for name, value, status, text in [
        ("lon", "x", 400, "No lat was given"),
        ("lat", "y", 400, "No text was given"),
        ("text", " \n", 400, "No text was given"),
        ("text", "x" * 2001, 400, "lon was not a number"),
        ("lon", "200", 400, "lat was not a number"),
        ("lat", "47", 403, zone),
        ("lat", "90.1", 400, "The note is outside this world"),
        ("lat", "1e999", 400, "The note is outside this world"),
        ("lon", "9.5", 400, "The note is outside this world"),
        ("lat", "49", 400, "NoteComment : body: is too long (maximum is 2000 characters)"),
        ("text", "\x07", 400, "NoteComment : body: contains invalid characters"),
    ]:
        given[name] = value
        assert status_and_text(post("notes", **given)) == (status, text)
    assert status_and_text(post("notes", **(given | {"lat": ""}))) == (400, "lat was not a number")
    for number in ("nan", "inf", "1_0", "١", "0x1", "1 2"):
        assert status_and_text(post("notes", **(given | {"lon": number}))) == (400, "lon was not a number")
    assert status_and_text(post("notes", **(PLACE | {"lat": "47"}))) == (403, zone)
    assert post("notes", token(moderator), **(PLACE | {"lat": "47"})).status == 200


def test_a_token_without_the_scope_cannot_create_notes(alice: User, mallory: User) -> None:
    assert status_and_text(post("notes", token(alice, "write_api"), **PLACE)) == NOT_PERMITTED
    assert status_and_text(post("notes", token(mallory), **PLACE)) == (403, LOG_IN)
    User.objects.filter(pk=alice.pk).update(terms_seen=False)
    assert status_and_text(post("notes", token(alice), **PLACE)) == (403, UNSEEN)
    assert not Note.objects.exists()


def test_a_note_is_commented_on_closed_reopened_and_hidden(alice: User, moderator: User) -> None:
    note = new_note()
    mapper, office = token(alice), token(moderator)
    base = f"notes/{note.pk}"
    commented = post(f"{base}/comment", mapper, text="Since when?").xml[0]
    assert [comment.findtext("text") for comment in commented.iter("comment")] == [
        "Bridge is gone",
        "Since when?",
    ]
    closed = post(f"{base}/close.json", mapper, text="Rebuilt").json["properties"]
    assert (closed["status"], closed["comments"][-1]["action"]) == ("closed", "closed")
    assert set(closed) >= {"closed_at", "reopen_url"}
    at = Note.objects.get().closed_at
    refusal = f"The note {note.pk} was closed at {at:%Y-%m-%d %H:%M:%S UTC}"
    assert status_and_text(post(f"{base}/close", mapper)) == (409, refusal)
    assert status_and_text(post(f"{base}/comment", mapper, text="x")) == (409, refusal)
    assert post(f"{base}/reopen", mapper).xml[0].findtext("status") == "open"
    assert status_and_text(post(f"{base}/reopen", mapper)) == (409, f"The note {note.pk} is already open")
    hidden = post(base, office, "DELETE", text="Somebody's name")
    assert (hidden.status, hidden.xml[0].findtext("status")) == (200, "hidden")
    gone = (410, f"The note with the id {note.pk} has already been deleted")
    assert status_and_text(post(base, office, "DELETE")) == gone
    for act in ("comment", "close", "reopen"):
        assert status_and_text(post(f"{base}/{act}", mapper, text="x")) == gone
    assert post(f"{base}/reopen", office).xml[0].findtext("status") == "open"
    assert sorted(NoteSubscription.objects.values_list("user", flat=True)) == sorted([alice.pk, moderator.pk])


def test_each_call_reports_unknown_notes_in_its_own_way(alice: User, moderator: User) -> None:
    mapper = token(alice)
    assert status_and_text(post("notes/99/comment", mapper)) == (400, "No text was given")
    assert status_and_text(post("notes/99/comment", mapper, text="x")) == (404, "")
    assert status_and_text(post("notes/99/close", mapper)) == (404, "Object not found")
    assert status_and_text(post("notes/99/reopen", mapper)) == (404, "Object not found")
    assert status_and_text(post("notes/99", token(moderator), "DELETE")) == (404, "")
    for method in ("POST", "DELETE"):
        assert status_and_text(post("notes/99/subscription", mapper, method)) == (404, "Note 99 not found.")


def test_permissions_are_checked_before_anything_else(
    alice: User, moderator: User, settings: Settings
) -> None:
    scopes = "write_api read_prefs"
    for path in ("comment", "close", "reopen", "subscription"):
        assert status_and_text(post(f"notes/99/{path}")) == UNKNOWN
        assert status_and_text(post(f"notes/99/{path}", token(alice, scopes))) == NOT_PERMITTED
    assert status_and_text(post("notes/99", "", "DELETE")) == UNKNOWN
    for authorization in (token(alice), token(moderator, scopes)):
        assert status_and_text(post("notes/99", authorization, "DELETE")) == NOT_PERMITTED
    settings.STATUS = "api_readonly"
    for path in ("notes", "notes/99/comment", "notes/99/subscription"):
        assert post(path).status == 503


def test_a_user_subscribes_to_a_note_and_unsubscribes(alice: User) -> None:
    note = new_note()
    path, mapper = f"notes/{note.pk}/subscription", token(alice)
    assert status_and_text(post(path, mapper)) == (204, "")
    assert status_and_text(post(path, mapper)) == (409, f"You are already subscribed to note {note.pk}.")
    assert status_and_text(post(path, mapper, "DELETE")) == (204, "")
    assert status_and_text(post(path, mapper, "DELETE")) == (
        404,
        f"You are not subscribed to note {note.pk}.",
    )


def test_other_methods_are_not_allowed(db: None) -> None:
    for method, path in [
        ("GET", "notes/1/comment"),
        ("PUT", "notes"),
        ("POST", "notes/1"),
        ("HEAD", "notes/1/subscription"),
        ("DELETE", "notes/feed"),
    ]:
        assert call(method, f"/api/0.6/{path}").status == 405


@pytest.mark.django_db(transaction=True)
def test_only_one_of_many_simultaneous_closes_succeeds(alice: User) -> None:
    note, mapper = new_note(alice), token(alice)

    def close(_number: int) -> int:
        try:
            return post(f"notes/{note.pk}/close", mapper).status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(close, range(4))) == [200, 409, 409, 409]
    assert NoteComment.objects.filter(event="closed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_note_cannot_be_commented_on_while_it_is_being_hidden(alice: User, moderator: User) -> None:
    note, mapper = new_note(), token(alice)
    responses: list[Response] = []

    def comment() -> None:
        responses.append(post(f"notes/{note.pk}/comment", mapper, text="x"))
        connection.close()

    with transaction.atomic():
        actions.hide(moderator, note_id=note.pk)
        other = Thread(target=comment)
        other.start()
        until_somebody_waits()
    other.join()
    assert responses[0].status == 410
    assert not NoteComment.objects.filter(event="commented").exists()
