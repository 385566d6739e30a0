"""A call as the tables describe it to developers."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings

from apps.osm import edit_errors
from apps.osm.errors import OsmError

from .words import EMPTY, FORM, JSON, TEXT, Content, Schema, obj


@dataclass(frozen=True, kw_only=True)
class Call:
    """The description of a call, beyond what its view declares (`calls.py`).

    `document.py` adds what follows from the declaration and from the body: security, and more errors.
    """

    id: str
    summary: str
    tag: str
    response: Content
    """The media types of the successful response, with their schemas."""
    status: int = 200
    description: str = ""
    parameters: tuple[Schema, ...] = ()
    body: Content = field(default_factory=dict)
    example: str | dict[str, object] | None = None
    """A body that the call accepts."""
    body_required: bool = True
    errors: tuple[OsmError, ...] = ()
    """An example of each rule that only this call, or few, can break."""
    deprecated: bool = False
    """Whether another path replaces this one."""


Calls = dict[tuple[str, str], Call]
"""By method and path, without the suffix."""


def number(description: str) -> Content:
    """Return a response that is a number in plain text."""
    return {TEXT: {"type": "string", "pattern": "^[0-9]+$", "description": description}}


def form(**fields: Schema) -> Content:
    """Return a form, or a JSON object instead; optional fields end in `?`. Further fields are ignored."""
    schema = {key: value for key, value in obj(**fields).items() if key != "additionalProperties"}
    return {FORM: schema, JSON: schema}


NOTHING: Content = {TEXT: EMPTY}
CLOSED = edit_errors.ChangesetClosedError(1, datetime(2020, 1, 1, tzinfo=UTC))
"""A closed changeset, as an example of the rule."""
TOO_MANY_NODES = edit_errors.TooManyWayNodesError(
    settings.MAX_NUMBER_OF_WAY_NODES + 1, 1, settings.MAX_NUMBER_OF_WAY_NODES
)
TOO_MANY_MEMBERS = edit_errors.TooManyMembersError(
    settings.MAX_NUMBER_OF_RELATION_MEMBERS + 1, 1, settings.MAX_NUMBER_OF_RELATION_MEMBERS
)
