"""Discussions of notes as HTML, for readers of feeds and for receivers."""

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.notes.models import NoteComment

from .notes import format_moment, html_of


def discussion(comments: Iterable[NoteComment]) -> SafeString:
    """The comments, each with who wrote it, and when."""
    return SafeString("".join(comment(item) for item in comments))


def comment(item: NoteComment) -> SafeString:
    """A comment, with who wrote it, and when."""
    author = item.author.display_name if item.author else gettext("anonymous")
    text = {
        NoteComment.Event.OPENED: gettext("Created by {who} on {when}"),
        NoteComment.Event.COMMENTED: gettext("Comment by {who} on {when}"),
        NoteComment.Event.CLOSED: gettext("Resolved by {who} on {when}"),
        NoteComment.Event.REOPENED: gettext("Reactivated by {who} on {when}"),
        NoteComment.Event.HIDDEN: gettext("Hidden by {who} on {when}"),
    }[NoteComment.Event(item.event)]
    headline = text.format(who=author, when=format_moment(item.created_at))
    return format_html(
        '<div class="note-comment"><p><i>{}</i></p>{}</div>', headline, SafeString(html_of(item.body))
    )
