"""Mails about one discussion to one person are gathered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.notes import actions
from apps.notifications.discussions import send_gathered
from apps.notifications.models import DiscussionMail, Notice
from apps.users.models import User
from tests.users.conftest import Mails, mails  # noqa: F401

pytestmark = pytest.mark.django_db
PAUSE = timedelta(seconds=300)


def later(pause: timedelta = PAUSE) -> int:
    return send_gathered(timezone.now() + pause)


def test_the_first_mail_comes_at_once_and_the_next_events_in_one_mail(
    alice: User,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    note = actions.create(alice, lat=1, lon=2, text="Bridge is gone")
    for text in ("First", "Second <b>", "Third"):
        actions.comment(bob, note_id=note.pk, text=text)
    actions.close(bob, note_id=note.pk)
    (first,) = mails()
    assert "First" in first.text
    assert later(timedelta(seconds=200)) == 0
    assert later() == 1
    (gathered,) = mails()
    assert gathered.to == "alice@example.org"
    assert gathered.subject == "[osmsite] 3 new events in a discussion"
    for part in ("Hello alice", "Second <b>", "Third", "bob has resolved one of your notes"):
        assert part in gathered.text
    assert "First" not in gathered.text
    assert gathered.headers["References"] == first.headers["References"]
    assert Notice.objects.filter(recipient=alice).count() == 4
    assert later() == 0
    assert mails() == []


def test_after_the_pause_a_mail_comes_at_once_again(
    alice: User,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    note = actions.create(alice, lat=1, lon=2, text="Bridge is gone")
    actions.comment(bob, note_id=note.pk, text="First")
    assert len(mails()) == 1
    DiscussionMail.objects.update(sent_at=timezone.now() - PAUSE)
    actions.comment(bob, note_id=note.pk, text="Second")
    (second,) = mails()
    assert "Second" in second.text


def test_a_single_event_keeps_its_subject(
    alice: User,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    note = actions.create(alice, lat=1, lon=2, text="Bridge is gone")
    actions.comment(bob, note_id=note.pk, text="First")
    actions.comment(bob, note_id=note.pk, text="Second")
    mails()
    later()
    (gathered,) = mails()
    assert gathered.subject == "[osmsite] bob has commented on one of your notes"


def test_each_discussion_and_each_recipient_is_counted_apart(
    alice: User,
    bob: User,
    moderator: User,
    mails: Mails,  # noqa: F811
) -> None:
    notes = [actions.create(alice, lat=1, lon=2, text="Bridge is gone") for _ in range(2)]
    for note in notes:
        actions.subscribe(moderator, note_id=note.pk)
        actions.comment(bob, note_id=note.pk, text="x")
    assert sorted(mail.to for mail in mails()) == ["alice@example.org"] * 2 + ["moderator@example.org"] * 2


def test_gathered_mails_of_accounts_that_are_gone_are_not_sent(
    alice: User,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    note = actions.create(alice, lat=1, lon=2, text="Bridge is gone")
    for text in ("First", "Second"):
        actions.comment(bob, note_id=note.pk, text=text)
    mails()
    User.objects.filter(pk=alice.pk).update(status="suspended")
    assert later() == 0
    assert mails() == []


def test_old_discussions_are_forgotten(
    alice: User,
    bob: User,
    mails: Mails,  # noqa: F811
) -> None:
    note = actions.create(alice, lat=1, lon=2, text="Bridge is gone")
    actions.comment(bob, note_id=note.pk, text="First")
    assert later() == 0
    assert not DiscussionMail.objects.exists()
