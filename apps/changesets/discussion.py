"""Actions on discussions of changesets: comment, subscribe, hide comments."""

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.notifications.notices import notify
from apps.osm.edit_errors import ChangesetNotClosedError
from apps.osm.errors import (
    AlreadySubscribedError,
    NoTextError,
    NotFoundError,
    NotSubscribedError,
)
from apps.text.rules import check_text
from apps.users.models import User
from apps.users.permissions import ACTIVE, EDIT_MAP, MODERATE, check
from apps.users.recipients import recipients_among

from . import limits
from .models import Changeset, ChangesetComment, ChangesetSubscription
from .querysets import access_changeset

EVENT = "changeset_comment"
LONGEST_COMMENT = 65_536
"""In characters, as upstream limits comments on diary entries: every reader of the page has to load them."""


def comment(author: User, *, changeset_id: int, text: str) -> ChangesetComment:
    """Comment on a closed changeset, notify its followers, and subscribe the author to it.

    Raises the errors of `permissions.check`, NoTextError, TooManyCommentsError, NotFoundError, ChangesetNotClosedError,
    InvalidTextError, TextTooLongError.
    """
    check(author, EDIT_MAP)
    if not text.strip():
        raise NoTextError
    with transaction.atomic():
        # Locked, so that concurrent comments of one author are all counted.
        author = User.objects.select_for_update(no_key=True).get(pk=author.pk)
        limits.check_comments(author)
        changeset = access_changeset(changeset_id)
        if changeset.is_open():
            raise ChangesetNotClosedError(changeset.pk)
        check_text("ChangesetComment", "body", text, longest=LONGEST_COMMENT)
        written = ChangesetComment.objects.create(changeset=changeset, author=author, body=text)
        _notify_followers(written)
        ChangesetSubscription.objects.get_or_create(changeset=changeset, user=author)
    return written


def subscribe(user: User, *, changeset_id: int) -> None:
    """Subscribe the user to the comments. Raises NotActiveError, NotFoundError, AlreadySubscribedError.

    Pages offer this to everyone who can log in; the API requires EDIT_MAP of its callers (upstream behaviour 1.5.2, W43).
    """
    check(user, ACTIVE)
    changeset = access_changeset(changeset_id)
    _subscription, is_new = ChangesetSubscription.objects.get_or_create(changeset=changeset, user=user)
    if not is_new:
        raise AlreadySubscribedError("changeset", changeset.pk)


def unsubscribe(user: User, *, changeset_id: int) -> None:
    """Unsubscribe the user from the comments, like `subscribe`. Raises NotActiveError, NotFoundError, NotSubscribedError."""
    check(user, ACTIVE)
    changeset = access_changeset(changeset_id)
    count, _by_model = ChangesetSubscription.objects.filter(changeset=changeset, user=user).delete()
    if not count:
        raise NotSubscribedError("changeset", changeset.pk)


def set_visibility(moderator: User, *, comment_id: int, visible: bool) -> ChangesetComment:
    """Hide a comment or show it again. Raises NotFoundError and the errors of `permissions.check`."""
    check(moderator, MODERATE)
    found = ChangesetComment.objects.filter(pk=comment_id).first()
    if found is None:
        raise NotFoundError
    found.visible = visible
    found.save(update_fields=["visible"])
    return found


def _notify_followers(written: ChangesetComment) -> None:
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
        notify(
            group,
            event=EVENT,
            subject=subject,
            values={"who": author.display_name},
            url_path=f"/changeset/{changeset.pk}#c{written.pk}",
            context=_mail_context(changeset, written) | {"is_owner": group is owner},
            thread=f"changeset-{changeset.pk}",
            subscription_path=f"/changeset/{changeset.pk}/subscription",
        )


def _mail_context(changeset: Changeset, written: ChangesetComment) -> dict[str, object]:
    return {
        "who": written.author.display_name,
        "text": written.body,
        "changeset": changeset,
        "changeset_comment": str(changeset.tags.get("comment", "")),
    }
