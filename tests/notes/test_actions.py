"""What becomes of a note."""

import pytest

from apps.notes import actions
from apps.notes.errors import NoteClosedError, NoteHiddenError, NoteOpenError, ZoneError
from apps.notes.models import ModerationZone, Note, NoteComment
from apps.notes.zones import inside
from apps.notifications.models import Notice
from apps.osm.errors import NotFoundError
from apps.users.models import User


def test_a_note_is_left_closed_opened_again_and_hidden(
    alice: User, bob: User, moderator: User, db: None
) -> None:
    note = actions.create(alice, lat=47.1, lon=9.5, text="Bridge is gone")
    actions.comment(bob, note_id=note.pk, text="Since when?")
    assert actions.close(bob, note_id=note.pk).closed_at
    for act in (actions.comment, actions.close):
        with pytest.raises(NoteClosedError):
            act(alice, note_id=note.pk, text="x")
    assert actions.reopen(alice, note_id=note.pk).closed_at is None
    with pytest.raises(NoteOpenError):
        actions.reopen(alice, note_id=note.pk)
    actions.hide(moderator, note_id=note.pk)
    for act in (actions.comment, actions.close, actions.reopen):
        with pytest.raises(NoteHiddenError):
            act(alice, note_id=note.pk, text="x")
    assert actions.reopen(moderator, note_id=note.pk).status == Note.Status.OPEN
    told = Notice.objects.filter(recipient=alice).order_by("id")
    assert [str(notice) for notice in told] == [
        "bob has commented on one of your notes",
        "bob has resolved one of your notes",
        "moderator has reactivated one of your notes",
    ]
    assert [comment.event for comment in NoteComment.objects.order_by("id")] == [
        "opened", "commented", "closed", "reopened", "hidden", "reopened",
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        actions.comment(bob, note_id=0, text="x")


def test_a_zone_keeps_out_visitors_but_not_people(alice: User, moderator: User) -> None:
    ring = [[9, 47], [10, 47], [9, 48]]
    zone = ModerationZone.objects.create(
        name="z", reason="r", outline=ring, ends_at="2999-01-01T00:00Z", creator=moderator
    )
    with pytest.raises(ZoneError):
        actions.create(None, lat=47.1, lon=9.5, text="x", address="192.0.2.1")
    assert actions.create(None, lat=47.9, lon=9.9, text="x").comments.get().author is None
    assert actions.create(alice, lat=47.1, lon=9.5, text="x").pk
    ModerationZone.objects.filter(pk=zone.pk).update(ends_at="2001-01-01T00:00Z")
    assert actions.create(None, lat=47.1, lon=9.5, text="x").pk


def test_what_lies_inside_of_a_ring() -> None:
    horseshoe = [[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]]
    assert [inside(horseshoe, lat, lon) for lat, lon in [(0.5, 1.5), (2, 1.5), (2, 0.5), (2, 2.5), (4, 0.5)]] == [
        True, False, True, True, False,
    ]  # fmt: skip
