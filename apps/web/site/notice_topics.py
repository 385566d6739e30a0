"""What notices are about: the changeset, note or trace that a notice leads to, with its title as it is now."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from apps.changesets.querysets import titles_of_changesets
from apps.notes.querysets import titles_of_notes
from apps.notifications.models import Notice
from apps.traces.querysets import titles_of_traces

_ADDRESS = re.compile(r"/(?:user/[^/]+/)?(?P<kind>changeset|note|traces)/(?P<id>\d{1,18})(?:#.*)?")
_LONGEST_TITLE = 120
_KINDS: dict[str, tuple[Promise, Callable[[Iterable[int]], dict[int, str]]]] = {
    "changeset": (_("Changeset {id}"), titles_of_changesets),
    "note": (_("Note {id}"), titles_of_notes),
    "traces": (_("GPS trace {id}"), titles_of_traces),
}


@dataclass(frozen=True)
class Topic:
    """`Note 5` and `The bridge is gone`; the title is empty if there is none, or if it is hidden by now."""

    name: str
    title: str


def topics_of(notices: Iterable[Notice]) -> dict[int, Topic]:
    """Return the topics by the ids of the notices. One statement for each kind of topic."""
    found = {notice.pk: match for notice in notices if (match := _ADDRESS.fullmatch(notice.address))}
    titles = {
        kind: read({int(match["id"]) for match in found.values() if match["kind"] == kind})
        for kind, (_name, read) in _KINDS.items()
        if any(match["kind"] == kind for match in found.values())
    }
    return {
        pk: Topic(
            str(_KINDS[match["kind"]][0]).format(id=match["id"]),
            _on_one_line(titles[match["kind"]].get(int(match["id"]), "")),
        )
        for pk, match in found.items()
    }


def _on_one_line(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(_LONGEST_TITLE)
