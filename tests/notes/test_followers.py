"""Notifications about notes (upstream behaviour 2.15)."""

from django.conf import settings

from apps.notes import actions
from apps.notifications.models import DiscussionMail, Notice
from apps.users.models import User, UserPreference
from tests.users.conftest import Mails, mails  # noqa: F401


def test_followers_are_notified_of_each_event(
    alice: User,
    bob: User,
    mallory: User,
    moderator: User,
    mails: Mails,  # noqa: F811
) -> None:
    note = actions.create(alice, lat=47.1, lon=9.5, text="Bridge is gone")
    actions.subscribe(mallory, note_id=note.pk)
    assert mails() == []
    for act, did, first_line in [
        (actions.comment, "commented on", f"bob has commented on your note {note.pk}:"),
        (actions.close, "resolved", f"bob has resolved your note {note.pk}."),
        (actions.reopen, "reactivated", f"bob has reactivated your note {note.pk}."),
    ]:
        DiscussionMail.objects.all().delete()  # the pause is over
        act(bob, note_id=note.pk, text="It is <still> there")
        to_owner, to_follower = mails()
        assert (to_owner.to, to_follower.to) == ("alice@example.org", "mallory@example.org")
        assert to_owner.subject == f"[osmsite] bob has {did} one of your notes"
        assert to_follower.subject == f"[osmsite] bob has {did} a note you are interested in"
        assert first_line in to_owner.text
        assert f"note {note.pk}, which you are interested in" in to_follower.text
        assert "It is <still> there" in to_owner.text
        comment = note.comments.latest("id")
        assert f"/note/{note.pk}#c{comment.pk}" in to_owner.text
        assert f"visit: {settings.PUBLIC_URL}/note/{note.pk}\n" in to_owner.text
        assert to_owner.headers["References"] == f"<osm-note-{note.pk}@127.0.0.1>"
        assert to_owner.headers["List-ID"] == f"<{note.pk}.note.127.0.0.1>"
        assert to_owner.headers["List-Archive"].endswith(f"/note/{note.pk}>")
    actions.hide(moderator, note_id=note.pk, text="Somebody's name")
    assert mails() == []
    assert Notice.objects.filter(recipient=alice).count() == 3
    assert not Notice.objects.filter(recipient=bob).exists()


def test_users_without_mails_get_the_notice_and_suspended_users_get_nothing(
    alice: User,
    bob: User,
    moderator: User,
    mails: Mails,  # noqa: F811
) -> None:
    note = actions.create(alice, lat=47.1, lon=9.5, text="Bridge is gone")
    actions.subscribe(moderator, note_id=note.pk)
    UserPreference.objects.create(user=alice, k="notification.note_comment.email", v="false")
    User.objects.filter(pk=moderator.pk).update(status="suspended")
    actions.comment(bob, note_id=note.pk, text="x")
    assert mails() == []
    assert [notice.recipient for notice in Notice.objects.all()] == [alice]
