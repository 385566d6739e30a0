"""Who is notified, and how: a notice for everyone, a mail for those who want one."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.changesets.models import Changeset
from apps.messaging.querysets import unread_counts
from apps.notifications.models import Notice
from apps.notifications.notices import mark_read
from apps.users.models import User, UserPreference
from tests import worlds
from tests.changesets.discussing import follow, say
from tests.conftest import make_user
from tests.users.conftest import Mails, mails  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(alice: User, bob: User) -> None:
    """A closed changeset by alice, which she follows."""
    worlds.load(
        "c1 k1 s2020-01-01T00:00:00Z e2020-01-01T01:00:00Z d0 i900 uauthor x9 y47 X9 Y47 Tcomment=benches"
    )
    Changeset.objects.update(user=alice)
    follow(alice)


def test_the_owner_and_followers_get_different_texts(alice: User, bob: User, mails: Mails) -> None:  # noqa: F811
    carol = make_user("carol")
    follow(carol)
    say(bob, "Which <bench>?\nThe red one?")
    to_alice, to_carol = mails()
    assert (to_alice.to, to_alice.subject) == (
        "alice@example.org",
        "[osmsite] bob has commented on one of your changesets",
    )
    assert "Hello alice" in to_alice.text
    assert "bob has left a comment on your changeset 1" in to_alice.text
    assert "(benches)" in to_alice.text
    assert "\nWhich <bench>?\nThe red one?\n" in to_alice.text
    assert to_alice.link.startswith("/changeset/1#c")
    assert "http://127.0.0.1:8000/changeset/1/subscription" in to_alice.text
    assert (to_carol.to, to_carol.subject) == (
        "carol@example.org",
        "[osmsite] bob has commented on a changeset you are interested in",
    )
    notices = {str(notice.recipient): (str(notice), notice.address) for notice in Notice.objects.all()}
    assert notices == {
        "alice": ("bob has commented on one of your changesets", to_alice.link),
        "carol": ("bob has commented on a changeset you are interested in", to_alice.link),
    }


def test_the_author_is_notified_only_of_later_comments(alice: User, bob: User, mails: Mails) -> None:  # noqa: F811
    say(bob, "First")
    say(bob, "Second")
    assert {mail.to for mail in mails()} == {"alice@example.org"}
    say(alice, "Third")
    assert [mail.to for mail in mails()] == ["bob@example.org"]


def test_deleted_and_suspended_accounts_are_not_notified(alice: User, bob: User, mails: Mails) -> None:  # noqa: F811
    for status in (User.Status.SUSPENDED, User.Status.DELETED):
        User.objects.filter(pk=alice.pk).update(status=status)
        say(bob, "Anybody?")
    assert mails() == []
    assert not Notice.objects.exists()


def test_a_preference_disables_mails_but_not_notices(alice: User, bob: User, mails: Mails) -> None:  # noqa: F811
    UserPreference.objects.create(user=alice, k="notification.changeset_comment.email", v="false")
    say(bob, "Hello?")
    assert mails() == []
    assert unread_counts(alice.pk).notices == 1


def test_nothing_is_sent_after_a_rollback(alice: User, bob: User, mails: Mails) -> None:  # noqa: F811
    with transaction.atomic():
        say(bob, "Never mind")
        transaction.set_rollback(True)
    assert mails() == []
    assert not Notice.objects.exists()


def test_mails_about_one_changeset_form_a_thread(bob: User, mails: Mails) -> None:  # noqa: F811
    say(bob, "One")
    (sent,) = mails()
    head = sent.headers
    assert head["References"] == head["In-Reply-To"] == "<osm-changeset-1@127.0.0.1>"
    assert head["List-ID"] == "<1.changeset.127.0.0.1>"
    assert head["List-Unsubscribe"] == "<http://127.0.0.1:8000/changeset/1/subscription>"
    assert head["Auto-Submitted"] == "auto-generated"


def test_braces_in_a_name_are_literal(bob: User, mails: Mails) -> None:  # noqa: F811
    User.objects.filter(pk=bob.pk).update(display_name="{0.__class__} %s")
    say(bob, "Hello")
    (sent,) = mails()
    assert sent.subject == "[osmsite] {0.__class__} %s has commented on one of your changesets"
    assert str(Notice.objects.get()) == "{0.__class__} %s has commented on one of your changesets"


def test_statements_do_not_grow_with_the_recipients(bob: User) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as statements:
            say(bob, "Hello")
        return len(statements)

    say(bob, "The first makes bob a follower")
    follow(make_user("carol"))
    few = count()
    for number in range(10):
        follow(make_user(f"mapper {number}"))
    assert count() == few


def test_notices_can_be_marked_read_one_by_one_or_all_at_once(alice: User, bob: User) -> None:
    for _ in range(3):
        say(bob, "Hello")
    assert unread_counts(alice.pk).notices == 3
    first = Notice.objects.order_by("pk")[0]
    mark_read(bob.pk, notice_id=first.pk)
    assert unread_counts(alice.pk).notices == 3
    mark_read(alice.pk, notice_id=first.pk)
    assert unread_counts(alice.pk).notices == 2
    mark_read(alice.pk)
    assert unread_counts(alice.pk).notices == 0
