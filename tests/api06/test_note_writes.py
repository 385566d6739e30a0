"""What is done with notes over the API (upstream behaviour 1.15.5, 1.15.6, 1.15.9)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from apps.notes import actions
from apps.notes.models import ModerationZone, Note, NoteComment, NoteSubscription
from apps.users.models import User
from tests.races import until_somebody_waits

from .client import Answer, call
from .noting import left, post, said, token

PLACE = {"lat": "47.1", "lon": "9.5", "text": "Bridge is gone"}
NOT_PERMITTED = (403, "You have not permitted the application access to this facility")
UNKNOWN = (401, "Couldn't authenticate you")


def test_anybody_leaves_a_note(db: None) -> None:
    answer = post("notes.json", **PLACE)
    assert answer.status == 200
    (comment,) = answer.json["properties"]["comments"]
    assert (comment["text"], comment["action"], "user" in comment) == ("Bridge is gone", "opened", False)
    assert NoteComment.objects.get().author_address == "127.0.0.1"
    assert not NoteSubscription.objects.exists()


def test_a_mapper_leaves_a_note_and_follows_it(alice: User) -> None:
    answer = post("notes", token(alice), **PLACE)
    assert answer.xml[0].findtext("comments/comment/user") == "alice"
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
def test_forms_and_json_do_as_well_as_the_address(db: None, form: dict[str, Any]) -> None:
    answer = Client().post("/api/0.6/notes.json", **form)
    assert answer.status_code == 200
    assert answer.json()["geometry"]["coordinates"] == [9.5, 47.1]
    assert answer.json()["properties"]["comments"][0]["text"] == "Bridge is gone"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "The body is no JSON: unexpected end of data: line 1 column 2 (char 1)"),
        (b"[1]", "The body is no JSON object"),
        (orjson.dumps(PLACE | {"lat": None}), "No lat was given"),
        (orjson.dumps(PLACE | {"lon": [1]}), "No lon was given"),
        (orjson.dumps(PLACE | {"lat": True}), "No lat was given"),
        (orjson.dumps(PLACE | {"text": {}}), "No text was given"),
        (orjson.dumps(PLACE | {"text": "a\0b"}), "NoteComment : body: contains invalid characters"),
    ],
)
def test_json_that_is_none_is_refused(db: None, body: bytes, text: str) -> None:
    answer = Client().post("/api/0.6/notes", body, content_type="application/json")
    assert (answer.status_code, answer.content.decode()) == (400, text)
    assert not Note.objects.exists()


def test_what_is_wrong_is_told_in_this_order(moderator: User) -> None:
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
        assert said(post("notes", **given)) == (status, text)
    assert said(post("notes", **(given | {"lat": ""}))) == (400, "lat was not a number")
    for number in ("nan", "inf", "1_0", "١", "0x1", "1 2"):
        assert said(post("notes", **(given | {"lon": number}))) == (400, "lon was not a number")
    assert said(post("notes", **(PLACE | {"lat": "47"}))) == (403, zone)
    assert post("notes", token(moderator), **(PLACE | {"lat": "47"})).status == 200


def test_a_token_without_the_scope_makes_nobody_a_visitor(alice: User, mallory: User) -> None:
    assert said(post("notes", token(alice, "write_api"), **PLACE)) == NOT_PERMITTED
    assert post("notes", token(mallory), **PLACE).text.startswith("Your access to the API has been blocked.")
    User.objects.filter(pk=alice.pk).update(terms_seen=False)
    assert post("notes", token(alice), **PLACE).text.startswith("Your access to the API is temporarily")
    assert not Note.objects.exists()


def test_a_note_goes_its_way(alice: User, moderator: User) -> None:
    note = left()
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
    assert said(post(f"{base}/close", mapper)) == (409, refusal)
    assert said(post(f"{base}/comment", mapper, text="x")) == (409, refusal)
    assert post(f"{base}/reopen", mapper).xml[0].findtext("status") == "open"
    assert said(post(f"{base}/reopen", mapper)) == (409, f"The note {note.pk} is already open")
    hidden = post(base, office, "DELETE", text="Somebody's name")
    assert (hidden.status, hidden.xml[0].findtext("status")) == (200, "hidden")
    gone = (410, f"The note with the id {note.pk} has already been deleted")
    assert said(post(base, office, "DELETE")) == gone
    for act in ("comment", "close", "reopen"):
        assert said(post(f"{base}/{act}", mapper, text="x")) == gone
    assert post(f"{base}/reopen", office).xml[0].findtext("status") == "open"
    assert sorted(NoteSubscription.objects.values_list("user", flat=True)) == sorted([alice.pk, moderator.pk])


def test_unknown_notes_are_told_as_each_call_does(alice: User, moderator: User) -> None:
    mapper = token(alice)
    assert said(post("notes/99/comment", mapper)) == (400, "No text was given")
    assert said(post("notes/99/comment", mapper, text="x")) == (404, "")
    assert said(post("notes/99/close", mapper)) == (404, "Object not found")
    assert said(post("notes/99/reopen", mapper)) == (404, "Object not found")
    assert said(post("notes/99", token(moderator), "DELETE")) == (404, "")
    for method in ("POST", "DELETE"):
        assert said(post("notes/99/subscription", mapper, method)) == (404, "Note 99 not found.")


def test_who_may_not_is_told_so_before_anything_else(
    alice: User, moderator: User, settings: Settings
) -> None:
    scopes = "write_api read_prefs"
    for address in ("comment", "close", "reopen", "subscription"):
        assert said(post(f"notes/99/{address}")) == UNKNOWN
        assert said(post(f"notes/99/{address}", token(alice, scopes))) == NOT_PERMITTED
    assert said(post("notes/99", "", "DELETE")) == UNKNOWN
    for authorization in (token(alice), token(moderator, scopes)):
        assert said(post("notes/99", authorization, "DELETE")) == NOT_PERMITTED
    settings.STATUS = "api_readonly"
    for address in ("notes", "notes/99/comment", "notes/99/subscription"):
        assert post(address).status == 503


def test_a_note_is_followed_and_no_more(alice: User) -> None:
    note = left()
    address, mapper = f"notes/{note.pk}/subscription", token(alice)
    assert said(post(address, mapper)) == (204, "")
    assert said(post(address, mapper)) == (409, f"You are already subscribed to note {note.pk}.")
    assert said(post(address, mapper, "DELETE")) == (204, "")
    assert said(post(address, mapper, "DELETE")) == (404, f"You are not subscribed to note {note.pk}.")


def test_other_methods_are_not_allowed(db: None) -> None:
    for method, address in [
        ("GET", "notes/1/comment"),
        ("PUT", "notes"),
        ("POST", "notes/1"),
        ("HEAD", "notes/1/subscription"),
        ("DELETE", "notes/feed"),
    ]:
        assert call(method, f"/api/0.6/{address}").status == 405


@pytest.mark.django_db(transaction=True)
def test_of_many_who_close_at_once_one_does(alice: User) -> None:
    note, mapper = left(alice), token(alice)

    def close(_number: int) -> int:
        try:
            return post(f"notes/{note.pk}/close", mapper).status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(close, range(4))) == [200, 409, 409, 409]
    assert NoteComment.objects.filter(event="closed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_being_hidden_is_not_commented(alice: User, moderator: User) -> None:
    note, mapper = left(), token(alice)
    answers: list[Answer] = []

    def comment() -> None:
        answers.append(post(f"notes/{note.pk}/comment", mapper, text="x"))
        connection.close()

    with transaction.atomic():
        actions.hide(moderator, note_id=note.pk)
        other = Thread(target=comment)
        other.start()
        until_somebody_waits()
    other.join()
    assert answers[0].status == 410
    assert not NoteComment.objects.filter(event="commented").exists()
