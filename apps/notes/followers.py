"""Notifications of what happens to a note (upstream behaviour 2.15)."""

from django.utils.translation import gettext_noop

from apps.notifications.notices import notify
from apps.users.models import User
from apps.users.recipients import recipients_among

from .models import NoteComment, NoteSubscription

EVENT = "note_comment"

_SUBJECTS = {
    NoteComment.Event.COMMENTED: (
        gettext_noop("{who} has commented on one of your notes"),
        gettext_noop("{who} has commented on a note you are interested in"),
    ),
    NoteComment.Event.CLOSED: (
        gettext_noop("{who} has resolved one of your notes"),
        gettext_noop("{who} has resolved a note you are interested in"),
    ),
    NoteComment.Event.REOPENED: (
        gettext_noop("{who} has reactivated one of your notes"),
        gettext_noop("{who} has reactivated a note you are interested in"),
    ),
}
"""Each for the user who opened the note, and for other followers."""


def notify_of(written: NoteComment) -> None:
    """Notify everyone who follows the note except the author. At most four statements."""
    note, author = written.note, written.author
    assert author is not None  # noqa: S101 (for the type checker; only openings are anonymous)
    subscriptions = NoteSubscription.objects.filter(note=note).values("user")
    opening = NoteComment.objects.filter(note=note, event=NoteComment.Event.OPENED)
    opener = opening.values_list("author_id", flat=True).first()
    recipients = recipients_among(
        User.objects.filter(pk__in=subscriptions).exclude(pk=author.pk), event=EVENT
    )
    for_opener, for_others = _SUBJECTS[NoteComment.Event(written.event)]
    for is_opener, subject in ((True, for_opener), (False, for_others)):
        notify(
            [recipient for recipient in recipients if (recipient.id == opener) is is_opener],
            event=EVENT,
            subject=subject,
            values={"who": author.display_name},
            url_path=f"/note/{note.pk}#c{written.pk}",
            context={
                "who": author.display_name,
                "note": note,
                "text": written.body,
                "event": written.event,
                "is_owner": is_opener,
            },
            thread=f"note-{note.pk}",
            subscription_path=f"/note/{note.pk}",
        )
