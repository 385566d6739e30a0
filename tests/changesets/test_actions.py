"""Who may act on changesets, whoever calls the action."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from apps.changesets import actions, discussion
from apps.changesets.models import Changeset, ChangesetComment
from apps.elements import single
from apps.elements.upload import upload
from apps.osm.elements import ElementType
from apps.osm.errors import (
    BlockedError,
    NotActiveError,
    PrivateEditsError,
    RoleMissingError,
    TermsNotAgreedError,
)
from apps.osm.osmchange import Action, Change, Limits
from apps.users.models import User

WRITES: dict[str, Callable[[User, int], object]] = {
    "open": lambda user, _id: actions.open_changeset(user, tags={}),
    "replace tags": lambda user, id_: actions.replace_tags(user, changeset_id=id_, tags={}),
    "close": lambda user, id_: actions.close(user, changeset_id=id_),
    "comment": lambda user, id_: discussion.comment(user, changeset_id=id_, text="Why?"),
    "upload": lambda user, id_: upload(user, changeset_id=id_, document=b"", limits=Limits(1, 1)),
    "create": lambda user, _id: single.create(user, change=Change(Action.CREATE, ElementType.NODE)),
}


@pytest.mark.parametrize("write", WRITES)
def test_blocked_declined_and_private_users_cannot_write(
    write: str, alice: User, bob: User, mallory: User
) -> None:
    alice.terms_agreed = None
    bob.data_public = False
    for user, error in ((mallory, BlockedError), (alice, TermsNotAgreedError), (bob, PrivateEditsError)):
        changeset = Changeset.objects.create(user=user, closed_at=timezone.now())
        with pytest.raises(error):
            WRITES[write](user, changeset.pk)
    assert Changeset.objects.count() == 3
    assert not ChangesetComment.objects.exists()


def test_only_moderators_hide_comments(alice: User, bob: User, moderator: User) -> None:
    changeset = Changeset.objects.create(user=alice, closed_at=timezone.now())
    comment = discussion.comment(bob, changeset_id=changeset.pk, text="Why?")
    with pytest.raises(RoleMissingError):
        discussion.set_visibility(alice, comment_id=comment.pk, visible=False)
    assert not discussion.set_visibility(moderator, comment_id=comment.pk, visible=False).visible


def test_only_active_accounts_subscribe_to_changesets(alice: User, mallory: User) -> None:
    changeset = Changeset.objects.create(user=alice, closed_at=timezone.now())
    discussion.subscribe(mallory, changeset_id=changeset.pk)
    mallory.status = User.Status.SUSPENDED
    for act in (discussion.subscribe, discussion.unsubscribe):
        with pytest.raises(NotActiveError):
            act(mallory, changeset_id=changeset.pk)
