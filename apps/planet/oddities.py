"""What files contain that today's rules would not allow: it is imported as it is, counted, and named to the operator."""

from collections.abc import Iterator
from enum import Enum

from django.utils.translation import gettext, gettext_noop

_MOST_NAMES = 5


class Oddity(Enum):
    """A kind of content that is historic rather than wrong; the value is what the remark says about it."""

    NODE_OUTSIDE = gettext_noop("lies outside the world, and no map shows it")
    DELETED_OUTSIDE = gettext_noop("deleted, with a position outside the world, which is left out")
    BBOX_OUTSIDE = gettext_noop("the bounding box lies outside the world, and no map shows it")
    BBOX_UPSIDE_DOWN = gettext_noop("the bounding box has a minimum above its maximum, and no map shows it")
    LONG_TEXT = gettext_noop("a tag or role has more than 255 characters")
    LONG_NAME = gettext_noop("the name has more than 255 characters, and is cut off")
    UNWRITABLE = gettext_noop("a text has control characters, which are replaced")
    REPEATED_TAG = gettext_noop("has the same tag twice; the last one counts")
    MANY_NODES = gettext_noop("has more nodes than an upload may have")
    MANY_MEMBERS = gettext_noop("has more members than an upload may have")
    NO_MAP_DATA = gettext_noop("is no map data, and is passed over")
    BAD_COUNT = gettext_noop("the number of changes is impossible, and is left out")
    CLOSED_BEFORE_CREATED = gettext_noop("closed before it was created")
    NOT_UPLOADED = gettext_noop(
        "changed in an editor and not uploaded; a deletion is imported as the next version, any other change under the "
        "version that it is based on"
    )


class Oddities:
    """Counts oddities and remembers the first elements of each kind."""

    def __init__(self) -> None:
        self._counts: dict[Oddity, int] = {}
        self._names: dict[Oddity, list[str]] = {}

    def note(self, oddity: Oddity, element: str) -> None:
        self._counts[oddity] = self._counts.get(oddity, 0) + 1
        names = self._names.setdefault(oddity, [])
        if len(names) < _MOST_NAMES and element not in names:
            names.append(element)

    def __contains__(self, oddity: Oddity) -> bool:
        return oddity in self._counts

    def remarks(self) -> Iterator[str]:
        """Yield a line for each kind."""
        for oddity, count in self._counts.items():
            names = self._names[oddity]
            first = ", ".join(names) + (", ..." if count > len(names) else "")
            total = gettext(" ({count} in all)").format(count=count) if count > 1 else ""
            yield f"{first}: {gettext(oddity.value)}{total}"
