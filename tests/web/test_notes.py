"""Pages of notes: create, comment, resolve, hide, list."""

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


def submit_note(client: Client, **fields: str) -> HttpResponse:
    return client.post("/note/new", {"lat": "47.1", "lon": "9.5", "text": "No bridge", **fields})  # type: ignore[return-value]


# A new note


def test_a_visitor_creates_a_note_and_sees_it(client: Client) -> None:
    page = read(client, "/note/new?lat=47.25&lon=9.5")
    assert 'name="lat" value="47.25"' in page
    assert 'href="/login?referer=%2Fnote%2Fnew%3Flat%3D47.25%26lon%3D9.5"' in page
    answer = submit_note(client, text="Road ends\r\nat <b>way/1</b>")
    note = Note.objects.get()
    assert (answer.status_code, answer["Location"]) == (REDIRECT, f"/note/{note.pk}")
    assert (note.lat, note.lon, note.comments.get().author_address) == (47_1000000, 9_5000000, "127.0.0.1")
    page = read(client, f"/note/{note.pk}")
    assert f"<title>Unresolved note #{note.pk} | " in page
    assert 'at &lt;b&gt;<a href="/way/1" rel="nofollow">way/1</a>' in page
    assert "Created <time" in page
    assert "<i>anonymous</i>" in page
    assert "Parts of this note are from anonymous users." in page
    assert 'href="#map=18/47.1000000/9.5000000"' in page
    assert "Log in to comment on this note or resolve it" in page


def test_users_are_subscribed_to_their_own_notes(alice: User) -> None:
    client = browser(alice)
    assert "You are not logged in" not in read(client, "/note/new")
    page = read(client, submit_note(client)["Location"])
    assert '<a href="/user/alice"><bdi>alice</bdi></a>' in page
    assert "You are notified of new comments." in page
    assert "from anonymous users" not in page


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"text": " \n"}, 400, "Please enter some text."),
        ({"text": "keep me \x00"}, 400, "invalid characters"),
        ({"text": "keep me " * 251}, 400, "The text is too long."),
        ({"lat": "up", "text": "keep me"}, 400, "must be numbers in degrees"),
        ({"lat": "91", "text": "keep me"}, 400, "This position is not on Earth."),
        ({"lon": "nan", "text": "keep me"}, 400, "This position is not on Earth."),
        ({"lat": "47.5", "text": "keep me"}, 403, "This area is protected by moderators."),
    ],
)
def test_the_form_shows_what_is_wrong_with_a_note_and_keeps_the_text(
    client: Client, moderator: User, fields: dict[str, str], status: int, words: str
) -> None:
    protect(moderator, outline=[[9, 47.4], [10, 47.4], [10, 48], [9, 48]])
    answer = submit_note(client, **fields)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    (kept,) = re.findall(r"<textarea[^>]*>\n(.*)</textarea>", page, re.DOTALL)
    assert html.unescape(kept) == fields["text"]
    assert not Note.objects.exists()


def test_the_notes_of_visitors_are_counted_until_they_log_in(client: Client, alice: User) -> None:
    for number in range(1, 6):
        cookie = submit_note(client).cookies[COUNT]
        assert (cookie.value, cookie["max-age"]) == (str(number), 14 * 86_400)
    assert "You have already added 5 notes." in read(client, "/note/new")
    for _number in range(5):
        submit_note(client)
    page = read(client, "/note/new")
    assert "You have added many notes from this browser" in page
    assert "<textarea" not in page
    client.post("/login", {"username": "alice", "password": PASSWORD})
    assert client.cookies[COUNT].value == ""
    assert "<textarea" in read(client, "/note/new")
    for odd in ("x", "-1", "9" * 99):
        client.logout()
        client.cookies[COUNT] = odd
        assert "<textarea" in read(client, "/note/new")


def test_notes_and_comments_need_the_csrf_token(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert submit_note(client).status_code == 403
    (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', read(client, "/note/new"))
    answer = submit_note(client, csrfmiddlewaretoken=token)
    assert answer.status_code == REDIRECT
    assert Client().put("/note/new").status_code == 405
    assert send(browser(alice, enforce_csrf_checks=True), Note.objects.get(), "close").status_code == 403


# The page of a note


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
    assert "stays on the map until" in page
    assert 'value="comment"' not in page
    Note.objects.filter(pk=note.pk).update(closed_at=timezone.now() - timedelta(days=8))
    assert "stays on the map until" not in read(client, f"/note/{note.pk}")
    send(client, note, "reopen")
    page = text_of(read(client, f"/note/{note.pk}"))
    assert f"Unresolved note #{note.pk}" in page
    assert page.index("Comment by bob") < page.index("Resolved by bob") < page.index("Reactivated by bob")


@pytest.mark.parametrize(
    ("action", "text", "status", "words"),
    [
        ("comment", " ", 400, "Please enter some text."),
        ("comment", "keep me \x00", 400, "invalid characters"),
        ("close", "keep me " * 251, 400, "The text is too long."),
        ("reopen", "keep me", 409, "has reactivated this note in the meantime"),
        ("burn", "keep me", 400, ""),
    ],
)
def test_the_page_shows_what_is_wrong_with_a_comment_and_keeps_the_text(
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


def test_a_comment_that_comes_too_late_is_refused_but_not_lost(alice: User, bob: User) -> None:
    note = leave(None)
    actions.close(alice, note_id=note.pk)
    for action in ("comment", "close"):
        answer = send(browser(bob), note, action, "keep me")
        assert answer.status_code == 409
        assert "Someone else has resolved this note in the meantime." in answer.content.decode()
        assert "keep me</textarea>" in answer.content.decode()


def test_visitors_cannot_comment_and_blocked_users_are_told_why(mallory: User) -> None:
    note = leave(None)
    for action in ("comment", "close", "reopen", "hide", "subscribe"):
        assert send(Client(), note, action, "x").status_code == 403
    client = browser(mallory)
    assert "<textarea" not in read(client, f"/note/{note.pk}")
    for answer in (send(client, note, "close", "keep me"), submit_note(client, text="keep me")):
        assert answer.status_code == 403
        assert "You are blocked" in answer.content.decode()
        assert "keep me</textarea>" in answer.content.decode()
    assert note.comments.count() == 1


def test_a_hidden_note_is_visible_only_to_moderators(client: Client, bob: User, moderator: User) -> None:
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
    assert "This note is hidden: only moderators can see it." in page
    assert "Hidden <time" in page
    assert send(office, note, "hide").status_code == 409
    assert send(office, note, "subscribe").status_code == 404
    send(office, note, "reopen")
    assert "Rude words" in read(client, f"/note/{note.pk}")


def test_subscribing_and_unsubscribing_can_be_repeated(bob: User) -> None:
    note, client = leave(None), browser(bob)
    for action, words in (("subscribe", "You are"), ("unsubscribe", "You are not")):
        for _ in range(2):
            assert send(client, note, action)["Location"] == f"/note/{note.pk}"
        assert f"{words} notified of new comments." in read(client, f"/note/{note.pk}")
    assert not NoteSubscription.objects.exists()


def test_texts_by_deleted_accounts_are_not_shown(client: Client, alice: User, bob: User) -> None:
    note = leave(alice, "Written by alice")
    actions.comment(bob, note_id=note.pk, text="Written by bob")
    User.objects.update(status=User.Status.DELETED)
    page = read(client, f"/note/{note.pk}")
    assert "Written by" not in page
    assert "account has been deleted" in page
    assert "No comments yet." in page
    NoteComment.objects.all().delete()
    assert "This note has no description." in read(client, f"/note/{note.pk}")


def test_notes_name_their_authors_even_if_their_edits_are_not_public(client: Client, alice: User) -> None:
    note = leave(alice)
    User.objects.update(data_public=False)
    assert "<bdi>alice</bdi>" in read(client, f"/note/{note.pk}")


def test_more_comments_need_no_more_statements(alice: User, bob: User) -> None:
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


def test_unknown_notes_are_not_found(bob: User) -> None:
    for number in (1, 99999999999999999999):
        read(browser(bob), f"/note/{number}", 404)
        assert send(browser(bob), number, "comment", "x").status_code == 404


def test_former_urls_redirect_to_notes(client: Client) -> None:
    assert client.get("/?note=7")["Location"] == "/note/7"
    answer: Any = client.get("/browse/note/7")
    assert (answer.status_code, answer["Location"]) == (301, "/note/7")


# Lists


def listed(client: Client, address: str) -> list[int]:
    return [int(number) for number in re.findall(r'<li data-note="(\d+)"', read(client, address))]


def test_the_notes_of_a_user_are_those_they_created_or_commented_on(
    client: Client, alice: User, bob: User
) -> None:
    own, commented, other = leave(alice), leave(None, "A cafe"), leave(bob)
    actions.comment(alice, note_id=commented.pk, text="It is called Adler")
    actions.close(alice, note_id=commented.pk)
    page = read(client, "/user/alice/notes")
    assert listed(client, "/user/alice/notes") == [commented.pk, own.pk]
    assert re.findall(r'<li data-note="(\d+)"[^>]* class="is-own"', page) == [str(own.pk)]
    assert listed(client, "/user/alice/notes?status=open") == [own.pk]
    assert listed(client, "/user/alice/notes?status=closed") == [commented.pk]
    assert listed(client, "/user/alice/notes?status=odd") == [commented.pk, own.pk]
    assert listed(client, "/user/alice/notes?text=called") == [commented.pk]
    assert "<strong>2</strong> notes" in read(client, "/user/alice")
    assert 'href="/user/bob/notes"' in read(browser(bob), "/about")
    assert listed(client, "/user/bob/notes") == [other.pk]


def test_only_moderators_see_hidden_notes_in_lists(alice: User, moderator: User) -> None:
    note = leave(alice)
    actions.hide(moderator, note_id=note.pk)
    for address in ("/user/alice/notes", "/notes", "/notes?bbox=9,47,10,48"):
        assert listed(browser(alice), address) == []
        assert listed(browser(moderator), address) == [note.pk]


def test_lists_show_ten_notes_per_page_with_few_statements(client: Client, alice: User) -> None:
    notes = [leave(alice).pk for _ in range(21)]
    newest = notes[::-1]
    assert listed(client, "/user/alice/notes") == newest[:10]
    page = read(client, "/user/alice/notes?page=2&status=open")
    assert 'href="/user/alice/notes?page=3&amp;status=open"' in page
    assert 'href="/user/alice/notes?page=1&amp;status=open"' in page
    assert listed(client, "/notes?page=3") == newest[20:]
    assert "No more notes." in read(client, "/notes?page=99999999999999999999")
    for odd in ("0", "-1", "x", ""):
        assert client.get(f"/notes?page={odd}")["Location"] == "/400"
    with CaptureQueriesContext(connection) as statements:
        read(client, "/notes?bbox=9,47,10,48&status=open&closed=7&text=bridge")
    assert len(statements) == 2
    with CaptureQueriesContext(connection) as statements:
        read(client, "/user/alice/notes")
    assert len(statements) == 3


def test_notes_can_be_filtered_by_area_age_and_text(client: Client, alice: User) -> None:
    here, away = leave(None, "The bridges are gone"), leave(alice, lat=-16, lon=179.5)
    old, east = leave(None, lat=47.2), leave(None, lat=-16, lon=-179.5)
    actions.close(alice, note_id=old.pk)
    Note.objects.filter(pk=old.pk).update(closed_at=timezone.now() - timedelta(days=20))
    assert set(listed(client, "/notes")) == {here.pk, away.pk, old.pk, east.pk}
    assert set(listed(client, "/notes?bbox=9,47,10,48")) == {here.pk, old.pk}
    assert set(listed(client, "/notes?bbox=179,-17,181,-15")) == {away.pk, east.pk}
    assert listed(client, "/notes?bbox=9,47,10,48&closed=7") == [here.pk]
    assert set(listed(client, "/notes?bbox=9,47,10,48&closed=30")) == {here.pk, old.pk}
    assert set(listed(client, "/notes?text=bridge+gone&bbox=9,47,9.6,47.15")) == {here.pk}
    assert set(listed(browser(alice), "/notes?mine=on")) == {away.pk, old.pk}
    assert set(listed(client, "/notes?mine=on")) == {here.pk, away.pk, old.pk, east.pk}
    assert 'href="/api/0.6/notes/feed?bbox=9%2C47%2C10%2C48"' in read(client, "/notes?bbox=9,47,10,48")
    for odd in ("1,2,3", "a,b,c,d", "nan,1,2,3", "1e9,1,2,3"):
        assert client.get(f"/notes?bbox={odd}")["Location"] == "/400"
    for odd in ("%00", "x" * 201):
        assert "field-errors" in read(client, f"/notes?text={odd}")


def test_unknown_and_suspended_users_have_no_list(client: Client, alice: User) -> None:
    read(client, "/user/nobody/notes", 404)
    User.objects.update(status=User.Status.SUSPENDED)
    read(client, "/user/alice/notes", 404)


# During maintenance


def test_the_pages_say_so_while_nothing_can_be_saved(alice: User, settings: Any) -> None:
    note, client = leave(alice), Client()
    client.force_login(alice)
    for status in ("api_readonly", "database_readonly"):
        settings.STATUS = status
        for address in ("/note/new", f"/note/{note.pk}"):
            again = Client()
            again.cookies = client.cookies
            page = read(again, address)
            assert "nothing can be saved at the moment" in page
            assert "<textarea" not in page
        assert submit_note(Client())["Location"] == "/offline"


def test_with_the_api_offline_pages_of_notes_are_offline(alice: User, settings: Any) -> None:
    note = leave(alice)
    for status in ("api_offline", "database_offline"):
        settings.STATUS = status
        for address in ("/note/new", f"/note/{note.pk}", "/notes", "/user/alice/notes"):
            answer = Client().get(address)
            assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
