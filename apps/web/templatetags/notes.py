"""Notes in templates."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from apps.notes.models import Note
from apps.osm.elements import format_coordinate
from apps.users.authors import Author
from apps.users.models import User

from .site import author, icon

register = template.Library()

_TITLES = {
    Note.Status.OPEN: lambda: gettext("Unresolved note #{id}"),
    Note.Status.CLOSED: lambda: gettext("Resolved note #{id}"),
    Note.Status.HIDDEN: lambda: gettext("Hidden note #{id}"),
}
_LONGEST_EXCERPT = 120


@register.filter
def title(note: Note) -> str:
    """Return `Unresolved note #5`."""
    return _TITLES[Note.Status(note.status)]().format(id=note.pk)


@register.simple_tag
def note_author(who: User | None) -> SafeString:
    """Return the author. Notes name everyone whose account exists, whether or not their edits are public."""
    return author(Author(who.display_name if who else None))


@register.simple_tag
def note_place(note: Note) -> SafeString:
    """Return attributes that tell the map's script where a note is and how to draw it."""
    return format_html(
        'data-note="{}" data-status="{}" data-lat="{}" data-lon="{}"',
        note.pk,
        note.status,
        format_coordinate(note.lat),
        format_coordinate(note.lon),
    )


@register.simple_tag
def icon_of(note: Note) -> SafeString:
    """Return the icon of the status, with its name for screen readers."""
    return format_html(
        '{}<span class="visually-hidden">{}</span>', icon(f"note-{note.status}"), note.get_status_display()
    )


@register.filter
def latitude(note: Note) -> str:
    """Return degrees with seven decimals."""
    return format_coordinate(note.lat)


@register.filter
def longitude(note: Note) -> str:
    """Return degrees with seven decimals."""
    return format_coordinate(note.lon)


@register.filter
def excerpt(text: str) -> str:
    """Return the beginning of a text on one line."""
    return Truncator(" ".join(text.split())).chars(_LONGEST_EXCERPT)
