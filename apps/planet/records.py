"""What readers pass on in addition to elements."""

from collections.abc import Sequence
from typing import NamedTuple

NO_POSITION = 2**31 - 1
"""The value that libosmium returns for a missing coordinate."""


class CommentRecord(NamedTuple):
    """A comment of a changeset's discussion. Times are seconds since 1970; user 0 is unknown."""

    id: int | None
    user_id: int
    user: str
    created_at: int | None
    body: str
    visible: bool


class ChangesetRecord(NamedTuple):
    """A changeset as the file describes it: None for what it leaves out, times in seconds since 1970, the bbox as
    min lat, min lon, max lat, max lon in 1e-7 degrees."""

    id: int
    user_id: int
    user: str
    created_at: int | None
    closed_at: int | None
    open: bool | None
    bbox: tuple[int, int, int, int] | None
    num_changes: int | None
    tags: dict[str, str]
    comments: Sequence[CommentRecord] = ()
