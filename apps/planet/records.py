"""What readers hand over beside elements."""

from collections.abc import Sequence
from typing import NamedTuple

NO_POSITION = 2**31 - 1
"""What libosmium gives for a coordinate that is not there."""


class CommentRecord(NamedTuple):
    """A comment of a changeset's discussion; times in seconds since 1970, uid 0 where unknown."""

    id: int | None
    user_id: int
    user: str
    created_at: int | None
    body: str
    visible: bool


class ChangesetRecord(NamedTuple):
    """A changeset as the file gives it, None where it says nothing; the box as min lat, min lon, max lat, max
    lon."""

    id: int
    user_id: int
    user: str
    created_at: int | None
    closed_at: int | None
    open: bool | None
    box: tuple[int, int, int, int] | None
    num_changes: int | None
    tags: dict[str, str]
    comments: Sequence[CommentRecord] = ()
