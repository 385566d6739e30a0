"""What the owner of a trace is told about the content that was left out."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .gpx import Reader

_MOST_NAMES = 5


def remarks(reader: Reader, passed_over: list[str]) -> Iterator[str]:
    """Yield a line for each kind of content that the reader left out, and one for files in an archive that are not
    GPX."""
    if reader.untimed:
        yield ngettext(
            "{count} point was left out because it has no time.",
            "{count} points were left out because they have no time.",
            reader.untimed,
        ).format(count=reader.untimed)
    if reader.unreadable:
        yield ngettext(
            "{count} point was left out because its time cannot be read: {time}",
            "{count} points were left out because their times cannot be read. The first one: {time}",
            reader.unreadable,
        ).format(count=reader.unreadable, time=reader.first_unreadable)
    if reader.outside:
        yield ngettext(
            "{count} point was left out because it has no position in the world.",
            "{count} points were left out because they have no position in the world.",
            reader.outside,
        ).format(count=reader.outside)
    if reader.waypoints or reader.routes:
        yield _("Only tracks are imported, and no waypoints ({waypoints}) and routes ({routes}).").format(
            waypoints=reader.waypoints, routes=reader.routes
        )
    if passed_over:
        names = ", ".join(passed_over[:_MOST_NAMES])
        more = len(passed_over) - _MOST_NAMES
        if more > 0:
            names = _("{names} and {count} more").format(names=names, count=more)
        yield _("Not GPX, and passed over: {names}").format(names=names)
