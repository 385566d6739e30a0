"""Discussions of notes as HTML, for feed readers and GPS receivers."""

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop

from apps.notes.models import NoteComment

from .notes import format_moment, html_of

_HEADLINES = {
    NoteComment.Event.OPENED: gettext_noop("Created by {who} on {when}"),
    NoteComment.Event.COMMENTED: gettext_noop("Comment by {who} on {when}"),
    NoteComment.Event.CLOSED: gettext_noop("Resolved by {who} on {when}"),
    NoteComment.Event.REOPENED: gettext_noop("Reactivated by {who} on {when}"),
    NoteComment.Event.HIDDEN: gettext_noop("Hidden by {who} on {when}"),
}


def discussion(comments: Iterable[NoteComment]) -> SafeString:
    """Return the comments, each with its author and time."""
    return SafeString("".join(comment(item) for item in comments))


def comment(item: NoteComment) -> SafeString:
    """Return a comment with its author and time."""
    author = item.author.display_name if item.author else gettext("anonymous")
    headline = gettext(_HEADLINES[NoteComment.Event(item.event)])
    headline = headline.format(who=author, when=format_moment(item.created_at))
    return format_html(
        '<div class="note-comment"><p><i>{}</i></p>{}</div>', headline, SafeString(html_of(item.body))
    )
