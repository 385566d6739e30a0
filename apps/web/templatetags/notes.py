"""How notes are shown."""

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
    """`Unresolved note #5`."""
    return _TITLES[Note.Status(note.status)]().format(id=note.pk)


@register.simple_tag
def note_author(who: User | None) -> SafeString:
    """Who wrote; on notes everybody is named whose account is there, whether their edits are public or not."""
    return author(Author(who.display_name if who else None))


@register.simple_tag
def note_place(note: Note) -> SafeString:
    """Attributes that tell the map's script where a note lies and how it is drawn."""
    return format_html(
        'data-note="{}" data-status="{}" data-lat="{}" data-lon="{}"',
        note.pk,
        note.status,
        format_coordinate(note.lat),
        format_coordinate(note.lon),
    )


@register.simple_tag
def icon_of(note: Note) -> SafeString:
    """The sign of its status, told by shape and by colour, with its name for who hears the page."""
    return format_html(
        '{}<span class="visually-hidden">{}</span>', icon(f"note-{note.status}"), note.get_status_display()
    )


@register.filter
def latitude(note: Note) -> str:
    """Degrees with seven decimals."""
    return format_coordinate(note.lat)


@register.filter
def longitude(note: Note) -> str:
    """Degrees with seven decimals."""
    return format_coordinate(note.lon)


@register.filter
def excerpt(text: str) -> str:
    """The first line's worth of a text."""
    return Truncator(" ".join(text.split())).chars(_LONGEST_EXCERPT)
