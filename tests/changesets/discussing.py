"""Comments and subscriptions for tests."""

from apps.changesets import discussion
from apps.changesets.models import ChangesetComment
from apps.users.models import User


def say(author: User, text: str, changeset: int = 1) -> ChangesetComment:
    return discussion.comment(author, changeset_id=changeset, text=text)


def follow(user: User, changeset: int = 1) -> None:
    discussion.subscribe(user, changeset_id=changeset)
