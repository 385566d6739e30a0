"""How many notes and comments on notes one account or one network may write."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.notes import actions
from apps.notes.models import Note, NoteComment
from apps.users.models import User
from tests.api06.note_helpers import new_note, post, token

PLACE = {"lat": "47.1", "lon": "9.5", "text": "Bridge is gone"}
pytestmark = pytest.mark.django_db


def leave(address: str, path: str = "/api/0.6/notes") -> Any:
    return Client(REMOTE_ADDR=address).post(path, PLACE)


@pytest.fixture(autouse=True)
def _few(settings: Settings) -> None:
    settings.MAX_ANONYMOUS_NOTES_PER_HOUR = 3
    settings.MAX_NOTES_PER_HOUR = 2
    settings.INITIAL_NOTE_COMMENTS_PER_HOUR = 2
    settings.MAX_NOTE_COMMENTS_PER_HOUR = 4


def test_anonymous_notes_are_limited_by_network_over_the_api_and_on_the_page() -> None:
    assert [leave(f"2001:db8:1:2::{n}").status_code for n in range(2)] == [200, 200]
    assert leave("2001:db8:1:2::9", "/note/new").status_code == 302
    refused = leave("2001:db8:1:2:ffff::1")
    assert (refused.status_code, refused.content) == (429, b"Rate limit exceeded")
    assert refused["Error"] == "Rate limit exceeded"
    assert 0 < int(refused["Retry-After"]) <= 3600
    page = leave("2001:db8:1:2::9", "/note/new")
    assert page.status_code == 429
    assert 0 < int(page["Retry-After"]) <= 3600
    assert "You have done this many times recently" in page.content.decode()
    assert "Bridge is gone" in page.content.decode()
    assert leave("2001:db8:1:3::1").status_code == 200
    assert Note.objects.count() == 4


def test_notes_that_are_refused_for_another_reason_do_not_count() -> None:
    for _ in range(5):
        assert Client().post("/api/0.6/notes", PLACE | {"lat": "91"}).status_code == 400
    assert Client().post("/api/0.6/notes", PLACE).status_code == 200


def test_an_account_has_a_limit_of_its_own(alice: User, bob: User) -> None:
    mapper = token(alice)
    assert [post("notes", mapper, **PLACE).status for _ in range(3)] == [200, 200, 429]
    assert post("notes", token(bob), **PLACE).status == 200
    assert post("notes", **PLACE).status == 200


def test_comments_and_changes_of_the_status_are_limited_together(alice: User, bob: User) -> None:
    note, mapper = new_note(bob), token(alice)
    path = f"notes/{note.pk}"
    assert post(f"{path}/comment", mapper, text="x").status == 200
    assert post(f"{path}/close", mapper).status == 200
    refused = post(f"{path}/reopen", mapper)
    assert (refused.status, refused.text) == (429, "Rate limit exceeded")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    browser = Client()
    browser.force_login(alice)
    page = browser.post(f"/note/{note.pk}", {"action": "reopen"})
    assert (page.status_code, "Retry-After" in page) == (429, True)
    assert NoteComment.objects.filter(author=alice).count() == 2


def test_the_limit_of_comments_grows_with_what_the_user_has_written(alice: User, bob: User) -> None:
    note = new_note(bob)
    NoteComment.objects.bulk_create(
        NoteComment(note=note, author=alice, event="commented", body="x") for _ in range(4)
    )
    mapper = token(alice)
    statuses = [post(f"notes/{note.pk}/comment", mapper, text="x").status for _ in range(5)]
    assert statuses == [200] * 4 + [429]


def test_moderators_have_no_limit_of_comments(bob: User, moderator: User) -> None:
    note = new_note(bob)
    for _ in range(6):
        actions.comment(moderator, note_id=note.pk, text="x")


def test_a_refused_comment_leaves_the_note_as_it_was(alice: User, bob: User) -> None:
    note, mapper = new_note(bob), token(alice)
    for _ in range(2):
        post(f"notes/{note.pk}/comment", mapper, text="x")
    assert post(f"notes/{note.pk}/close", mapper).status == 429
    assert Note.objects.get().status == "open"


def test_the_limits_do_not_count_while_redis_is_away(alice: User, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert [post("notes", **PLACE).status for _ in range(5)] == [200] * 5
