"""The pages of notes: left by visitors and by people, discussed, resolved, hidden."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.notes import actions
from apps.notes.models import Note, NoteComment, NoteSubscription
from apps.users.models import User
from tests.conftest import PASSWORD
from tests.notes.leaving import leave, protect

from .test_discussion import browser
from .test_elements import read, text_of

pytestmark = pytest.mark.django_db
REDIRECT = 302
COUNT = "_osm_anonymous_notes_count"


def send(client: Client, note: Note | int, action: str, text: str = "") -> HttpResponse:
    number = note.pk if isinstance(note, Note) else note
    return client.post(f"/note/{number}", {"action": action, "text": text})  # type: ignore[return-value]


def leave_by_form(client: Client, **fields: str) -> HttpResponse:
    return client.post("/note/new", {"lat": "47.1", "lon": "9.5", "text": "No bridge", **fields})  # type: ignore[return-value]


# A new note


def test_a_visitor_leaves_a_note_and_reads_it(client: Client) -> None:
    page = read(client, "/note/new?lat=47.25&lon=9.5")
    assert 'name="lat" value="47.25"' in page
    assert 'href="/login?referer=%2Fnote%2Fnew%3Flat%3D47.25%26lon%3D9.5"' in page
    answer = leave_by_form(client, text="Road ends\r\nat <b>way/1</b>")
    note = Note.objects.get()
    assert (answer.status_code, answer["Location"]) == (REDIRECT, f"/note/{note.pk}")
    assert (note.lat, note.lon, note.comments.get().author_address) == (47_1000000, 9_5000000, "127.0.0.1")
    page = read(client, f"/note/{note.pk}")
    assert f"<title>Unresolved note #{note.pk} | " in page
    assert 'at &lt;b&gt;<a href="/way/1" rel="nofollow">way/1</a>' in page
    assert "Created <time" in page
    assert "<i>anonymous</i>" in page
    assert "written by visitors without an account" in page
    assert 'href="#map=18/47.1000000/9.5000000"' in page
    assert "Log in to comment on this note or to resolve it" in page


def test_what_is_left_with_an_account_is_followed(alice: User) -> None:
    client = browser(alice)
    assert "You are not logged in" not in read(client, "/note/new")
    page = read(client, leave_by_form(client)["Location"])
    assert '<a href="/user/alice"><bdi>alice</bdi></a>' in page
    assert "You hear of new comments." in page
    assert "written by visitors" not in page


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"text": " \n"}, 400, "Please write something first."),
        ({"text": "keep me \x00"}, 400, "invalid characters"),
        ({"text": "keep me " * 251}, 400, "longer than 2000 characters"),
        ({"lat": "up", "text": "keep me"}, 400, "have to be numbers"),
        ({"lat": "91", "text": "keep me"}, 400, "outside of the world"),
        ({"lon": "nan", "text": "keep me"}, 400, "outside of the world"),
        ({"lat": "47.5", "text": "keep me"}, 403, "Moderators protect this area"),
    ],
)
def test_what_is_wrong_with_a_note_is_said_and_nothing_is_lost(
    client: Client, moderator: User, fields: dict[str, str], status: int, words: str
) -> None:
    protect(moderator, outline=[[9, 47.4], [10, 47.4], [10, 48], [9, 48]])
    answer = leave_by_form(client, **fields)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    (kept,) = re.findall(r"<textarea[^>]*>\n(.*)</textarea>", page, re.DOTALL)
    assert html.unescape(kept) == fields["text"]
    assert not Note.objects.exists()


def test_visitors_notes_are_counted_until_they_log_in(client: Client, alice: User) -> None:
    for number in range(1, 6):
        cookie = leave_by_form(client).cookies[COUNT]
        assert (cookie.value, cookie["max-age"]) == (str(number), 14 * 86_400)
    assert "You have left 5 notes already" in read(client, "/note/new")
    for _number in range(5):
        leave_by_form(client)
    page = read(client, "/note/new")
    assert "Many notes were left with this browser" in page
    assert "<textarea" not in page
    client.post("/login", {"username": "alice", "password": PASSWORD})
    assert client.cookies[COUNT].value == ""
    assert "<textarea" in read(client, "/note/new")
    for odd in ("x", "-1", "9" * 99):
        client.logout()
        client.cookies[COUNT] = odd
        assert "<textarea" in read(client, "/note/new")


def test_only_posts_with_the_token_of_the_page_are_taken(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert leave_by_form(client).status_code == 403
    (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', read(client, "/note/new"))
    answer = leave_by_form(client, csrfmiddlewaretoken=token)
    assert answer.status_code == REDIRECT
    assert Client().put("/note/new").status_code == 405
    assert send(browser(alice, enforce_csrf_checks=True), Note.objects.get(), "close").status_code == 403


# Its page


def test_a_note_is_discussed_resolved_and_reactivated(alice: User, bob: User) -> None:
    note, client = leave(alice), browser(bob)
    answer = send(client, note, "comment", "Since\r\nwhen?")
    written = NoteComment.objects.get(author=bob)
    assert answer["Location"] == f"/note/{note.pk}#c{written.pk}"
    assert written.body == "Since\nwhen?"
    send(client, note, "close", "Gone from the map")
    page = read(client, f"/note/{note.pk}")
    assert f"Resolved note #{note.pk}" in page
    assert f'id="c{written.pk}"' in page
    assert "Resolved <time" in page
    assert "it stays on the map until" in page
    assert 'value="comment"' not in page
    Note.objects.filter(pk=note.pk).update(closed_at=timezone.now() - timedelta(days=8))
    assert "it stays on the map until" not in read(client, f"/note/{note.pk}")
    send(client, note, "reopen")
    page = text_of(read(client, f"/note/{note.pk}"))
    assert f"Unresolved note #{note.pk}" in page
    assert page.index("Comment by bob") < page.index("Resolved by bob") < page.index("Reactivated by bob")


@pytest.mark.parametrize(
    ("action", "text", "status", "words"),
    [
        ("comment", " ", 400, "Please write something first."),
        ("comment", "keep me \x00", 400, "invalid characters"),
        ("close", "keep me " * 251, 400, "longer than 2000 characters"),
        ("reopen", "keep me", 409, "has reactivated this note meanwhile"),
        ("burn", "keep me", 400, ""),
    ],
)
def test_what_is_wrong_with_a_comment_is_said_and_nothing_is_lost(
    bob: User, action: str, text: str, status: int, words: str
) -> None:
    note = leave(None)
    answer = send(browser(bob), note, action, text)
    assert answer.status_code == status
    page = answer.content.decode()
    assert words in page
    if words:
        (kept,) = re.findall(r"<textarea[^>]*>\n(.*)</textarea>", page, re.DOTALL)
        assert html.unescape(kept) == text
    assert note.comments.count() == 1


def test_who_comes_too_late_reads_so_and_keeps_the_text(alice: User, bob: User) -> None:
    note = leave(None)
    actions.close(alice, note_id=note.pk)
    for action in ("comment", "close"):
        answer = send(browser(bob), note, action, "keep me")
        assert answer.status_code == 409
        assert "Somebody has resolved this note meanwhile." in answer.content.decode()
        assert "keep me</textarea>" in answer.content.decode()


def test_without_a_session_nothing_is_done_and_the_blocked_read_why(mallory: User) -> None:
    note = leave(None)
    for action in ("comment", "close", "reopen", "hide", "subscribe"):
        assert send(Client(), note, action, "x").status_code == 403
    client = browser(mallory)
    assert "<textarea" not in read(client, f"/note/{note.pk}")
    for answer in (send(client, note, "close", "keep me"), leave_by_form(client, text="keep me")):
        assert answer.status_code == 403
        assert "You are blocked" in answer.content.decode()
        assert "keep me</textarea>" in answer.content.decode()
    assert note.comments.count() == 1


def test_a_moderator_hides_a_note_and_nobody_else_finds_it(
    client: Client, bob: User, moderator: User
) -> None:
    note = leave(None, "Rude words")
    other, office = browser(bob), browser(moderator)
    assert 'value="hide"' not in read(other, f"/note/{note.pk}")
    assert send(other, note, "hide")["Location"] == "/403"
    assert 'value="hide"' in read(office, f"/note/{note.pk}")
    answer = send(office, note, "hide", "Rude")
    assert answer.status_code == REDIRECT
    for reader in (client, other):
        assert "Rude words" not in read(reader, f"/note/{note.pk}", 404)
        assert f"note #{note.pk} could not be found" in read(reader, f"/note/{note.pk}", 404)
    for action in ("reopen", "comment", "subscribe"):
        assert send(other, note, action, "x").status_code == 404
    page = read(office, f"/note/{note.pk}")
    assert "Only moderators can see this note" in page
    assert "Hidden <time" in page
    assert send(office, note, "hide").status_code == 409
    assert send(office, note, "subscribe").status_code == 404
    send(office, note, "reopen")
    assert "Rude words" in read(client, f"/note/{note.pk}")


def test_one_subscribes_and_unsubscribes_and_twice_does_no_harm(bob: User) -> None:
    note, client = leave(None), browser(bob)
    for action, words in (("subscribe", "You hear of"), ("unsubscribe", "You do not hear of")):
        for _ in range(2):
            assert send(client, note, action)["Location"] == f"/note/{note.pk}"
        assert f"{words} new comments." in read(client, f"/note/{note.pk}")
    assert not NoteSubscription.objects.exists()


def test_what_people_wrote_whose_account_is_gone_is_not_shown(client: Client, alice: User, bob: User) -> None:
    note = leave(alice, "Written by alice")
    actions.comment(bob, note_id=note.pk, text="Written by bob")
    User.objects.update(status=User.Status.DELETED)
    page = read(client, f"/note/{note.pk}")
    assert "Written by" not in page
    assert "the account that wrote it is gone" in page
    assert "No comments yet." in page
    NoteComment.objects.all().delete()
    assert "came without a description" in read(client, f"/note/{note.pk}")


def test_people_are_named_on_notes_whether_their_edits_are_public_or_not(client: Client, alice: User) -> None:
    note = leave(alice)
    User.objects.update(data_public=False)
    assert "<bdi>alice</bdi>" in read(client, f"/note/{note.pk}")


def test_the_page_takes_as_many_statements_for_one_comment_as_for_thirty(alice: User, bob: User) -> None:
    note, client = leave(alice), browser(bob)
    counts = []
    for number in (1, 29):
        NoteComment.objects.bulk_create(
            NoteComment(note=note, author=bob, event="commented", body="x") for _ in range(number)
        )
        with CaptureQueriesContext(connection) as statements:
            read(client, f"/note/{note.pk}")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_numbers_of_no_note_are_not_found(bob: User) -> None:
    for number in (1, 99999999999999999999):
        read(browser(bob), f"/note/{number}", 404)
        assert send(browser(bob), number, "comment", "x").status_code == 404


def test_addresses_of_old_lead_to_notes(client: Client) -> None:
    assert client.get("/?note=7")["Location"] == "/note/7"
    answer: Any = client.get("/browse/note/7")
    assert (answer.status_code, answer["Location"]) == (301, "/note/7")
