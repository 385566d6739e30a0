"""What people say about changesets, and who follows that."""

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from apps.notifications.notices import tell
from apps.osm.edit_errors import ChangesetNotClosedError
from apps.osm.elements import UNWRITABLE
from apps.osm.errors import (
    AlreadySubscribedError,
    InvalidTextError,
    NoTextError,
    NotFoundError,
    NotSubscribedError,
    TextTooLongError,
    TooManyCommentsError,
)
from apps.users.models import User
from apps.users.recipients import recipients_among

from . import limits
from .actions import access_changeset
from .models import Changeset, ChangesetComment, ChangesetSubscription

EVENT = "changeset_comment"
LONGEST_COMMENT = 65_536
"""Characters: as upstream has it for comments on diaries; every reader of the page waits for all of it."""


def comment(author: User, *, changeset_id: int, text: str) -> ChangesetComment:
    """A comment on a closed changeset, which its author follows from now on; who follows it already is told.

    Raises NoTextError, TooManyCommentsError, NotFoundError, ChangesetNotClosedError, InvalidTextError,
    TextTooLongError.
    """
    if not text.strip():
        raise NoTextError
    with transaction.atomic():
        # Who writes in several places at once is counted once for each.
        author = User.objects.select_for_update(no_key=True).get(pk=author.pk)
        if limits.comments_left(author) < 1:
            raise TooManyCommentsError
        changeset = access_changeset(changeset_id)
        if changeset.is_open():
            raise ChangesetNotClosedError(changeset.pk)
        if UNWRITABLE.search(text):
            raise InvalidTextError("ChangesetComment", "body")
        if len(text) > LONGEST_COMMENT:
            raise TextTooLongError("ChangesetComment", "body", LONGEST_COMMENT)
        written = ChangesetComment.objects.create(changeset=changeset, author=author, body=text)
        _tell_followers(written)
        ChangesetSubscription.objects.get_or_create(changeset=changeset, user=author)
    return written


def denial_reason(user: User) -> Promise | None:
    """Why the user may not comment, in words for a page; None where they may. The API refuses the same."""
    if any(block.is_active for block in user.blocks.all()):
        return _("You are blocked, so you cannot comment now.")
    if user.terms_agreed is None:
        return _("You have not agreed to the contributor terms, so you cannot comment.")
    if not user.data_public:
        return _("Your edits are not public, so you cannot comment.")
    return None


def subscribe(user: User, *, changeset_id: int) -> None:
    """The user hears of comments. Raises NotFoundError, AlreadySubscribedError."""
    changeset = access_changeset(changeset_id)
    _subscription, is_new = ChangesetSubscription.objects.get_or_create(changeset=changeset, user=user)
    if not is_new:
        raise AlreadySubscribedError("changeset", changeset.pk)


def unsubscribe(user: User, *, changeset_id: int) -> None:
    """The user hears no more of comments. Raises NotFoundError, NotSubscribedError."""
    changeset = access_changeset(changeset_id)
    number, _deleted = ChangesetSubscription.objects.filter(changeset=changeset, user=user).delete()
    if not number:
        raise NotSubscribedError("changeset", changeset.pk)


def set_visibility(moderator: User, *, comment_id: int, visible: bool) -> ChangesetComment:  # noqa: ARG001
    """Hide a comment or show it again. Raises NotFoundError."""
    found = ChangesetComment.objects.filter(pk=comment_id).first()
    if found is None:
        raise NotFoundError
    found.visible = visible
    found.save(update_fields=["visible"])
    return found


def _tell_followers(written: ChangesetComment) -> None:
    changeset, author = written.changeset, written.author
    subscriptions = ChangesetSubscription.objects.filter(changeset=changeset).values("user")
    followers = User.objects.filter(pk__in=subscriptions).exclude(pk=author.pk)
    recipients = recipients_among(followers, event=EVENT)
    owner = [recipient for recipient in recipients if recipient.id == changeset.user_id]
    others = [recipient for recipient in recipients if recipient.id != changeset.user_id]
    for group, subject in (
        (owner, gettext_noop("{who} has commented on one of your changesets")),
        (others, gettext_noop("{who} has commented on a changeset you are interested in")),
    ):
        tell(
            group,
            event=EVENT,
            subject=subject,
            parts={"who": author.display_name},
            address=f"/changeset/{changeset.pk}#c{written.pk}",
            context=_mail_context(changeset, written) | {"is_owner": group is owner},
            thread=f"changeset-{changeset.pk}",
            subscription=f"/changeset/{changeset.pk}/subscription",
        )


def _mail_context(changeset: Changeset, written: ChangesetComment) -> dict[str, object]:
    return {
        "who": written.author.display_name,
        "text": written.body,
        "changeset": changeset,
        "changeset_comment": str(changeset.tags.get("comment", "")),
    }
