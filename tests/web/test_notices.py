"""The page of notices says what each of them is about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.notes import actions
from apps.notes.models import Note
from apps.notifications.models import Notice
from apps.traces.models import Trace
from apps.users.models import User
from tests.changesets.discussing import follow, say
from tests.notes.leaving import leave
from tests.oauth.flow import browser

from .test_elements import read, text_of

pytestmark = pytest.mark.django_db


def notices_of(user: User) -> str:
    return text_of(read(browser(user), "/notices").split("<main")[1])


def test_a_notice_names_its_changeset(village: None, alice: User, bob: User) -> None:
    follow(alice)
    say(bob, "Hello")
    assert "bob has commented on a changeset you are interested in Changeset 1: First survey" in notices_of(
        alice
    )


def test_a_notice_names_its_note_as_it_is_now(alice: User, bob: User, moderator: User) -> None:
    note = leave(alice, "The bridge\nis   gone")
    actions.comment(bob, note_id=note.pk, text="Really?")
    assert f"one of your notes Note {note.pk}: The bridge is gone" in notices_of(alice)
    actions.hide(moderator, note_id=note.pk, text="")
    assert f"one of your notes Note {note.pk} " in notices_of(alice)
    assert "bridge" not in notices_of(alice)


def test_a_long_text_is_cut(alice: User, bob: User) -> None:
    note = leave(alice, "word " * 100)
    actions.comment(bob, note_id=note.pk, text="Really?")
    page = notices_of(alice)
    assert "word word" in page
    assert page.count("word") < 30


def test_a_notice_names_its_trace(alice: User) -> None:
    trace = Trace.objects.create(user=alice, name="walk.gpx", description="A walk", visibility="private")
    address = f"/user/alice/traces/{trace.pk}"
    Notice.objects.create(
        recipient=alice, event="gpx_import_success", subject="GPX Import success", address=address
    )
    assert f"GPX Import success GPS trace {trace.pk}: walk.gpx" in notices_of(alice)
    Trace.objects.update(visible=False)
    assert "walk.gpx" not in notices_of(alice)


def test_the_statements_do_not_grow_with_the_notices(village: None, alice: User, bob: User) -> None:
    follow(alice)

    def count() -> int:
        with CaptureQueriesContext(connection) as statements:
            notices_of(alice)
        return len(statements)

    def add() -> None:
        say(bob, "Hello")
        actions.comment(bob, note_id=leave(alice).pk, text="Hello")

    add()
    few = count()
    for _ in range(4):
        add()
    assert count() == few
    assert Note.objects.count() == 5
