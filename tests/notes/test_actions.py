"""Changes of notes, and who may make them."""

import pytest

from apps.notes import actions
from apps.notes.errors import NoteClosedError, NoteHiddenError, NoteOpenError, ZoneError
from apps.notes.models import ModerationZone, Note, NoteComment
from apps.notes.zones import Outline, change_zone, create_zone, end_zone, inside
from apps.notifications.models import Notice
from apps.osm.errors import BlockedError, NotActiveError, NotFoundError, RoleMissingError
from apps.users.models import User

RING: Outline = [[9, 47], [10, 47], [9, 48]]


def test_a_blocked_user_cannot_write(alice: User, mallory: User) -> None:
    note = actions.create(alice, lat=47.1, lon=9.5, text="Bridge is gone")
    for act in (actions.comment, actions.close, actions.reopen):
        with pytest.raises(BlockedError):
            act(mallory, note_id=note.pk, text="x")
    with pytest.raises(BlockedError):
        actions.create(mallory, lat=47.1, lon=9.5, text="x")
    assert NoteComment.objects.count() == 1


def test_only_moderators_hide_notes_and_manage_zones(alice: User, moderator: User) -> None:
    note = actions.create(alice, lat=47.1, lon=9.5, text="Bridge is gone")
    zone = create_zone(moderator, name="z", reason="r", outline=RING, hours=1)
    with pytest.raises(RoleMissingError):
        actions.hide(alice, note_id=note.pk)
    with pytest.raises(RoleMissingError):
        create_zone(alice, name="z", reason="r", outline=RING, hours=1)
    with pytest.raises(RoleMissingError):
        change_zone(alice, zone_id=zone.pk, name="y", reason="r", outline=RING)
    with pytest.raises(RoleMissingError):
        end_zone(alice, zone_id=zone.pk)


def test_notes_are_created_closed_reopened_and_hidden(
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


def test_visitors_cannot_create_notes_in_a_zone_but_users_can(alice: User, moderator: User) -> None:
    zone = ModerationZone.objects.create(
        name="z", reason="r", outline=RING, ends_at="2999-01-01T00:00Z", creator=moderator
    )
    with pytest.raises(ZoneError):
        actions.create(None, lat=47.1, lon=9.5, text="x", address="192.0.2.1")
    assert actions.create(None, lat=47.9, lon=9.9, text="x").comments.get().author is None
    assert actions.create(alice, lat=47.1, lon=9.5, text="x").pk
    ModerationZone.objects.filter(pk=zone.pk).update(ends_at="2001-01-01T00:00Z")
    assert actions.create(None, lat=47.1, lon=9.5, text="x").pk


def test_positions_inside_of_a_ring() -> None:
    horseshoe = [[0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]]
    assert [inside(horseshoe, lat, lon) for lat, lon in [(0.5, 1.5), (2, 1.5), (2, 0.5), (2, 2.5), (4, 0.5)]] == [
        True, False, True, True, False,
    ]  # fmt: skip


def test_only_active_accounts_subscribe_to_notes(alice: User, mallory: User) -> None:
    note = actions.create(alice, lat=47.1, lon=9.5, text="Bridge is gone")
    actions.subscribe(mallory, note_id=note.pk)
    mallory.status = User.Status.SUSPENDED
    for act in (actions.subscribe, actions.unsubscribe):
        with pytest.raises(NotActiveError):
            act(mallory, note_id=note.pk)
